// The first rows of a vault: organization, root business unit, the SYSTEM user, and the two roles that
// everything else is set up with. Written once, into an empty store, with the log's first events.
#pragma once

#include "base/uuid.hpp"
#include "ledger/pending.hpp"
#include "pipeline/view.hpp"
#include "rules/built_in_rows.hpp"

#include <string>

namespace rookery::messages {

class Vault;

[[nodiscard]] ledger::Pending genesis(
    const Vault& vault, const View& empty, const Uuid& organization, const Uuid& root_business_unit,
    const std::string& organization_name
);

}  // namespace rookery::messages
