// Draft: the row that a create or an update would leave behind, before it is decided and sealed.
// Clear columns are final; tokens are still in the Input and are sealed only once access is decided.
#pragma once

#include "pipeline/input.hpp"
#include "pipeline/reading.hpp"
#include "storage/row.hpp"

#include <optional>
#include <vector>

namespace rookery::messages {

/// Who and when, for createdby/on and modifiedby/on, and where an owner's rows belong.
struct Authorship {
    Uuid user;
    std::optional<Uuid> delegate;  // who acts on his behalf
    Instant now;
    Uuid credential = {};  // that the request came with; nil: none
};

struct Draft {
    storage::Row row;
    std::vector<const schema::Column*> columns;  // set by the request, ascending by id
    std::vector<const InputCell*> secrets;       // tokens to seal; null clears
    std::vector<RowPtr> referenced;              // rows newly pointed to: AppendTo on each
    std::optional<storage::RowRef> new_owner;    // differs from the row's owner (Assign)
};

}  // namespace rookery::messages
