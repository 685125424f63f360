// One entry of the log as a line for people.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace rookery::cli {

/// "2026-02-03T04:05:06Z  17  Agent Demo  Retrieve  @rookery  msdyn_useraccesstoken  success
/// plaintext  team 'Social'": time, index, user, message, record, columns, outcome and rule, names
/// before GUIDs. What is particular to an entry stands after its record, or in its place:
/// "user 'Rita Demo' role 'Rookery Reader'". `entry` is a JSON object of rky_RetrieveAuditEvents;
/// what is missing is left out, control characters are escaped, and so is what could pass for
/// another field.
[[nodiscard]] std::string log_line(const nlohmann::json& entry);

}  // namespace rookery::cli
