// What the vault holds of one unique handle id: the record, and the handle row that it is bound to.
#pragma once

#include "base/uuid.hpp"
#include "cli/import/import_owner.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace rookery::cli {

/// A row of either table as it was read.
struct RowFacts {
    Uuid id;
    std::uint64_t version = 0;  // of its last write
    ImportOwner owner;
    std::string name;
    std::optional<Uuid> application;
    std::optional<Uuid> handle;  // that a record is bound to
};

struct VaultRow {
    std::optional<RowFacts> record;
    std::optional<RowFacts> handle;  // that carries the unique handle id
};

}  // namespace rookery::cli
