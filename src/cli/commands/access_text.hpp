// The answers of the access messages in words: names, ways, columns and tokens, one line each. Prints what
// the server decides by; decides nothing.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace rookery::cli {

/// A text member, safe within a line.
[[nodiscard]] std::string shown_member(const nlohmann::json& object, const std::string& name);
/// The same as a name between quotes.
[[nodiscard]] std::string quoted_member(const nlohmann::json& object, const std::string& name);
/// "'Social'", or the id of what has no name.
[[nodiscard]] std::string named_member(const nlohmann::json& object, const std::string& what);
/// Whoever chooses a name does not choose the id beside it.
[[nodiscard]] std::string named_with_id(const nlohmann::json& object, const std::string& what);
/// "one_record" → "one record"
[[nodiscard]] std::string level_member(const nlohmann::json& object, const std::string& name);
/// With a comma between them.
[[nodiscard]] std::string joined(const std::vector<std::string>& parts);

/// "team 'Social' by role 'Rookery Agent'/basic", "role 'Rookery Reader'/local of team 'Readers'"
[[nodiscard]] std::string path_text(const nlohmann::json& path);
/// All ways of a reader.
[[nodiscard]] std::string paths_text(const nlohmann::json& reader);

/// Columns that are seen by the same profiles at the same level, in one line.
struct Sight {
    std::string by;
    std::vector<std::string> columns;
};

[[nodiscard]] std::vector<Sight> sights(const nlohmann::json& reader);

/// What a token's user has of what it may lack.
struct WantedAccess {
    bool plaintext = false;
    bool administration = false;
};

/// The live tokens of a user, one line each.
[[nodiscard]] std::string credentials_text(const nlohmann::json& of, const WantedAccess& wanted);

}  // namespace rookery::cli
