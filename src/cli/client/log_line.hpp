// One entry of the log as a line for people.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace rookery::cli {

/// "2026-02-03T04:05:06Z  17  'Agent Demo' 4f9c…  Retrieve  msdyn_octwitterhandlesecret '@rookery'
/// 77ab…  msdyn_useraccesstoken  success plaintext  team 'Social' 1c0d…": time, index, user, message,
/// record, columns, outcome and rule. A name stands between quotes and before its id, with a mark when
/// it was another one at the time, "(then another name)", or may have been, "(now)"; what the vault
/// itself did has the word SYSTEM, a job of it the word service. What is particular to an entry stands
/// after its record, or in its place: "user 'Rita Demo' … role 'Rookery Reader' …", "isdisabled 1 (was
/// 0)". The mark of an entry that no key vouches for, "written while sealed", ends its line. One that the
/// server could not read is "2026-02-03T04:05:06Z  entry 42: unreadable: the row is damaged", with a
/// dash for a time that is not known. `entry` is a JSON object of rky_RetrieveAuditEvents; what is
/// missing is left out, and what could deceive, or pass for another field, is escaped.
[[nodiscard]] std::string log_line(const nlohmann::json& entry);

[[nodiscard]] bool is_unreadable(const nlohmann::json& entry);

}  // namespace rookery::cli
