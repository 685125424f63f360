// What a body leaves of a row: given columns, defaults, ownership, authorship, and what follows from them.
#pragma once

#include "pipeline/draft.hpp"
#include "pipeline/reading.hpp"

#include <initializer_list>

namespace rookery::messages {

/// Fills a new row: id, given columns, defaults, ownership, authorship. No column is in two inputs; they
/// must outlive the draft where they hold tokens.
/// Errc::not_found for a lookup's target, protected_column, bad_state, bad_owner, owner_unit_disabled,
/// required_null.
[[nodiscard]] Result<Draft> draft_create(
    Reading& reading, const access::Facts& facts, const schema::Table& table, const Uuid& id,
    std::initializer_list<const Input*> inputs, const Authorship& by
);

/// The same for a change of `before`; row_version is one above.
[[nodiscard]] Result<Draft> draft_update(
    Reading& reading, const access::Facts& facts, const storage::Row& before, const Input& input,
    const Authorship& by
);

/// Who made or changed it and when, and who acted on his behalf, in the columns for that which its table has.
void sign(storage::Row& row, const Authorship& by, bool created);

}  // namespace rookery::messages
