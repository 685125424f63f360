// A row of an import on its way: what the file says, and what the vault was found to hold.
#pragma once

#include "base/uuid.hpp"
#include "cli/import/import_directory.hpp"
#include "cli/import/import_row.hpp"

#include <optional>
#include <string>

namespace rookery::cli {

/// A record as it is in the vault.
struct ExistingRecord {
    Uuid owner;
    std::string name;
    std::optional<Uuid> handle;
    std::optional<Uuid> application;
};

struct PlannedRow {
    ImportRow row;
    std::string key;  // import_key of the row
    std::optional<ExistingRecord> existing;
    ImportOwner owner;
    std::optional<Uuid> application;
    std::optional<Uuid> handle;
    bool make_handle = false;
    bool dropped = false;  // reported, or unchanged
};

}  // namespace rookery::cli
