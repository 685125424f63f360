// Step: one thing a message would do to one row or list, with all that must be allowed for it.
// `resolve` makes Steps by reading; nothing of them may reach a caller before `decide` allowed them.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "access/needs.hpp"
#include "messages/draft.hpp"
#include "messages/message.hpp"

namespace rookery::messages {

struct CreateRow {
    Draft draft;
};

struct UpdateRow {
    RowPtr before;
    Draft draft;
};

struct RemoveRow {
    RowPtr before;
    bool cascaded = false;  // follows from the removal of its parent
};

/// A credential that is revoked: what becomes of its row is not the sender's to say.
struct RevokeRow {
    RowPtr before;
};

/// A credential that somebody stands for who could give what its user has.
struct ConfirmRow {
    RowPtr before;
};

struct ShowRow {
    RowPtr row;
    std::optional<storage::RowRef> followed_from;
};

struct ShowList {};

/// Everything that touches no row of its own: WhoAmI, the log, the status.
struct Act {};

struct Step {
    std::variant<
        std::monostate, CreateRow, UpdateRow, RemoveRow, RevokeRow, ConfirmRow, ShowRow, ShowList,
        Act>
        what;
    const schema::Table* table = nullptr;
    Uuid id;
    access::Needs needs;
    // Why it cannot be done even if it is allowed: said only to a caller who may do it, so that
    // conflicts, versions and bad references are no oracle for anybody else.
    std::optional<Error> problem;
};

}  // namespace rookery::messages
