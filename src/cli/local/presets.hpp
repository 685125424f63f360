// Roles and column-security profiles that a new vault begins with: config/presets/*.toml, built
// into the program. Applied by `init` and `dev` through the pipeline as SYSTEM, so that they are
// checked and logged like anything that comes over the API.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "messages/message.hpp"
#include "vault/vault.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rookery::cli {

struct EmbeddedPreset {
    std::string_view file;
    std::string_view text;
};

/// In the order of their file names.
[[nodiscard]] std::span<const EmbeddedPreset> embedded_presets();

/// The values of fieldpermission's choices (dataverse: column security).
inline constexpr std::int64_t permission_allowed = 4;

enum class ReadUnmasked : std::int64_t { no = 0, one_record = 1, all_records = 3 };

struct RolePreset {
    std::string name;
    bool inherited = true;  // members of a team use its Basic privileges as their own
    std::vector<messages::RolePrivilege> privileges;
};

struct ColumnPermission {
    const schema::Table* table = nullptr;
    const schema::Column* column = nullptr;
    bool create = false;
    bool read = false;
    bool update = false;
    ReadUnmasked read_unmasked = ReadUnmasked::no;
};

struct ProfilePreset {
    std::string name;
    std::string description;
    std::vector<ColumnPermission> permissions;
};

using Preset = std::variant<RolePreset, ProfilePreset>;

/// Errc::usage naming file, line and what is wrong: an unknown key, table, column, right or
/// privilege, a column that is not sealed, unmasked reading without reading, the same one twice.
[[nodiscard]] Result<Preset> parse_preset(std::string_view text, std::string_view file);

struct AppliedPresets {
    std::map<std::string, Uuid, std::less<>> roles;     // by name
    std::map<std::string, Uuid, std::less<>> profiles;  // by name
};

/// Creates all embedded presets in the root business unit of a vault that has none of them.
[[nodiscard]] Result<AppliedPresets> apply_presets(messages::Vault& vault);

}  // namespace rookery::cli
