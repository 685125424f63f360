// The first rows of a vault: organization, root business unit, the SYSTEM user, and the two roles that
// everything else is set up with. Written once, into an empty store, with the log's first events.
#pragma once

#include <string>

#include "access/built_in.hpp"
#include "base/uuid.hpp"
#include "ledger/pending.hpp"
#include "messages/view.hpp"

namespace rookery::messages {

using access::system_administrator_role;
using access::system_role;
using access::system_user;

inline constexpr std::string_view system_administrator_name = "System Administrator";
inline constexpr std::string_view system_role_name = "Rookery System";

class Vault;

[[nodiscard]] ledger::Pending genesis(
    const Vault& vault, const View& empty, const Uuid& organization, const Uuid& root_business_unit,
    const std::string& organization_name
);

}  // namespace rookery::messages
