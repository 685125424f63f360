// The first rows of a vault: organization, root business unit, the SYSTEM user, and the two roles that
// everything else is set up with. Written once, into an empty store, with the log's first events.
#pragma once

#include <string>

#include "base/uuid.hpp"
#include "ledger/pending.hpp"
#include "messages/view.hpp"

namespace rookery::messages {

/// Fixed, like the names: the SYSTEM user can hold no credential and cannot be changed.
inline constexpr Uuid system_user{
    {0x72, 0x6f, 0x6f, 0x6b, 0x65, 0x72, 0x80, 0x79, 0x80, 0x10, 0, 0, 0, 0, 0, 1}
};
/// Every privilege but those that let somebody reach plaintext.
inline constexpr Uuid system_administrator_role{
    {0x72, 0x6f, 0x6f, 0x6b, 0x65, 0x72, 0x80, 0x79, 0x80, 0x10, 0, 0, 0, 0, 0, 2}
};
/// Every privilege; held by the SYSTEM user only.
inline constexpr Uuid system_role{
    {0x72, 0x6f, 0x6f, 0x6b, 0x65, 0x72, 0x80, 0x79, 0x80, 0x10, 0, 0, 0, 0, 0, 3}
};
inline constexpr std::string_view system_administrator_name = "System Administrator";

class Vault;

[[nodiscard]] ledger::Pending genesis(
    const Vault& vault, const View& empty, const Uuid& organization, const Uuid& root_business_unit,
    const std::string& organization_name
);

}  // namespace rookery::messages
