// One entry of the log as a line for people.
#pragma once

#include "base/uuid.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace rookery::cli {

/// The name of a "role" or "team"; empty when it is not known.
using RuleNames = std::function<std::string(std::string_view kind, const Uuid& id)>;

/// "2026-02-03T04:05:06Z  17  Agent Demo  Retrieve  @rookery  msdyn_useraccesstoken  success
/// plaintext team 'Social'": time, index, user, message, record, columns, outcome and rule, names
/// before GUIDs. `entry` is a JSON object of rky_RetrieveAuditEvents; what is missing is left out,
/// control characters are escaped.
[[nodiscard]] std::string log_line(const nlohmann::json& entry, const RuleNames& rule_names);

}  // namespace rookery::cli
