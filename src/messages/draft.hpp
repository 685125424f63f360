// Draft: the row that a create or an update would leave behind, before it is decided and sealed.
// Clear columns are final; tokens are still in the Input and are sealed only once access is decided.
#pragma once

#include <initializer_list>
#include <optional>
#include <vector>

#include "messages/input.hpp"
#include "messages/reading.hpp"
#include "storage/row.hpp"

namespace rookery::messages {

/// Who and when, for createdby/on and modifiedby/on, and where an owner's rows belong.
struct Authorship {
    Uuid user;
    Instant now;
};

struct Draft {
    storage::Row row;
    std::vector<const schema::Column*> columns;   // set by the request, ascending by id
    std::vector<const InputCell*> secrets;        // tokens to seal; null clears
    std::vector<RowPtr> referenced;               // rows newly pointed to: AppendTo on each
    std::optional<storage::RowRef> new_owner;     // differs from the row's owner (Assign)
};

/// Fills a new row: id, given columns, defaults, ownership, authorship. No column is in two inputs; they
/// must outlive the draft where they hold tokens.
/// Errc::not_found for a lookup's target, protected_column, bad_state, bad_owner, required_null.
[[nodiscard]] Result<Draft> draft_create(
    Reading& reading, const access::Facts& facts, const schema::Table& table, const Uuid& id,
    std::initializer_list<const Input*> inputs, const Authorship& by
);

/// The same for a change of `before`; row_version is one above.
[[nodiscard]] Result<Draft> draft_update(
    Reading& reading, const access::Facts& facts, const storage::Row& before, const Input& input,
    const Authorship& by
);

}  // namespace rookery::messages
