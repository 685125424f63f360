// A principal that works in the background: a user of the vault's own with a role of its own and without any column
// permission, so that there is no token it could be shown. Its rows are made like any others, by messages as SYSTEM.
#pragma once

#include "access/caller.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "messages/add_privileges_role.hpp"

#include <string_view>
#include <vector>

namespace rookery::messages {

class Vault;

struct ServicePrincipal {
    Uuid user;
    Uuid role;
    std::string_view name;     // of both
    std::string_view who;      // "the sync", for messages
    std::string_view no_need;  // why it has no column permission: "what is synced never needs one"
    std::vector<RolePrivilege> privileges;
};

/// Makes what is missing of user, role and membership, and gives the role exactly these privileges. The user's
/// isdisabled stays as it is: whoever disables it stops what it does. Nobody but SYSTEM makes or changes these
/// rows otherwise, or gives the role to anybody.
/// Errc::access_denied when somebody else holds the role, or the user has a column profile; duplicate_key when another
/// user has the name.
[[nodiscard]] Result<access::Caller> ensure_service_principal(
    Vault& vault, const ServicePrincipal& wanted
);

/// Gives the vault's own roles the privileges that this version has and the one that made the vault had not.
[[nodiscard]] Result<void> complete_built_in_roles(Vault& vault);

}  // namespace rookery::messages
