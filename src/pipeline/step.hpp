// Step: one thing a message would do to one row or list, with all that must be allowed for it. Made by
// reading; nothing of it may reach a caller before `decide` allowed it.
#pragma once

#include "access/needs.hpp"
#include "pipeline/draft.hpp"
#include "storage/deletion.hpp"

#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

namespace rookery::messages {

/// A row as it will be; `before` is null for a new one.
struct WriteRow {
    RowPtr before;
    Draft draft;
};

struct RemoveRow {
    RowPtr before;
    bool cascaded = false;  // follows from the removal of its parent
    std::size_t with = 0;   // so many steps before it are of rows that go because of it
    std::optional<storage::Deletion> kept = {};  // it stays in its place, for nobody
    std::optional<Uuid> operation = {};  // that it belongs to, if somebody said so: for the log
    RowPtr record = {};  // of a share that goes with whom it was with: what was shared, and stays
};

/// A kept row that comes back.
struct ReturnRow {
    KeptPtr kept;
    Draft draft;
    std::vector<const schema::Column*> in_versions;  // PlanBuilder::bring_back
    std::optional<Uuid> operation = {};
};

/// One that is kept no more.
struct EndRow {
    KeptPtr kept;
    std::optional<Uuid> operation = {};
};

/// Asked for, and found to be so already: it is on the record all the same.
struct LeaveRow {};

using Change = std::variant<LeaveRow, WriteRow, RemoveRow, ReturnRow, EndRow>;

struct ShowRow {
    RowPtr row;
};

struct ShowList {};

/// What the message does by itself, to the row if there is one: a credential to revoke, the log to read.
struct Act {
    RowPtr row;
};

template <class What>
struct Step {
    const schema::Table* table = nullptr;
    Uuid id;
    access::Needs needs;
    What what;
    // Why it cannot be done even if it is allowed: said only to a caller who may do it, so that
    // conflicts, versions and bad references are no oracle for anybody else.
    std::optional<Error> deferred_error;
};

}  // namespace rookery::messages
