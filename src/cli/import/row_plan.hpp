// What an import makes of one row of its file. A pure function of what the file says and what the vault
// holds: the dry run shows its results, and the run carries them out.
#pragma once

#include "base/uuid.hpp"
#include "cli/import/import_options.hpp"
#include "cli/import/import_owner.hpp"
#include "cli/import/vault_row.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::cli {

enum class Outcome : std::uint8_t {
    create,
    update,
    unchanged,
    skipped,   // it is there, and was to be left
    repeated,  // an earlier line says the same
    blank,
    conflict,
    bad,
    not_reached,  // the import ended before
};

/// As it stands in a report.
[[nodiscard]] std::string_view name_of(Outcome outcome);

/// Columns of one row of the vault that get another value.
struct Changes {
    bool name = false;
    bool application = false;
    bool owner = false;
    bool handle = false;  // that a record is bound to
    bool tokens = false;

    [[nodiscard]] bool any() const { return name || application || owner || handle || tokens; }
};

/// What the file says of a row, names looked up.
struct Wanted {
    std::string_view name;
    bool has_application = false;     // one is given
    std::optional<Uuid> application;  // nothing: it is still to be created
    std::optional<ImportOwner> owner;
    bool has_access_token = false;
    bool has_tokens = false;  // either of them
};

struct RowPlan {
    Outcome outcome = Outcome::create;
    std::string reason;  // of a conflict or a bad row
    Changes record;      // of an update
    Changes handle;      // of a handle row that is there
    bool make_handle = false;
    std::optional<Uuid> record_id;
    std::uint64_t record_version = 0;
    std::optional<Uuid> handle_id;
    std::uint64_t handle_version = 0;
    std::optional<Uuid> application;
    std::optional<Uuid> owner_before;  // of a record that is assigned
    ImportOwner owner;                 // of the record afterwards

    /// "renamed, assigned": what an update changes; empty for everything else.
    [[nodiscard]] std::string changes() const;

    [[nodiscard]] bool renames() const { return record.name || handle.name; }

    [[nodiscard]] bool assigns() const { return record.owner || handle.owner; }

    [[nodiscard]] bool moves_application() const {
        return record.application || handle.application;
    }
};

/// `caller` owns what is new and has no owner in the file.
[[nodiscard]] RowPlan plan_row(
    const Wanted& wanted, const VaultRow& there, const ImportOwner& caller,
    const ImportOptions& options
);

}  // namespace rookery::cli
