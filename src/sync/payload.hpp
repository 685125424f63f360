// What is told of a record: the metadata columns that a client may write, each present, null where
// the record has none. Sealed columns have no way in here: the pipeline shows them as another type,
// and they are not asked for. A redirected column (the clear consumer key) is left out as well: a
// null for it would clear what Dataverse holds.
#pragma once

#include "pipeline/reply.hpp"
#include "schema/schema.hpp"
#include "storage/value.hpp"
#include "sync/verdict.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rookery::sync {

/// What to retrieve of a record before payload_of.
[[nodiscard]] std::vector<const schema::Column*> columns_to_load(const schema::Table& table);

struct Payload {
    std::string create;  // JSON
    std::string update;
    // An inactive record is created active and then set, since Dataverse took no state on create.
    bool update_after_create = false;
    bool owner_left_out = false;
    std::vector<const schema::Column*> create_columns;  // that are in it
    std::vector<const schema::Column*> update_columns;
    std::vector<storage::RowRef> parents;  // rows of synced tables that it names
};

/// `row` shows columns_to_load. `owner` is what ownerid is bound to, "systemusers(GUID)" for example;
/// nothing: the organization decides, or keeps the one it has.
[[nodiscard]] Payload payload_of(
    const messages::ShownRow& row, const std::optional<std::string>& owner
);

}  // namespace rookery::sync
