// Privileges of a role as the actions about them name them.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/json/json_value.hpp"
#include "schema/schema.hpp"

#include <vector>

namespace rookery::odata {

// Errc: bad_payload; invalid_argument for a privilege that does not exist or is given twice.

/// "PrivilegeId" and/or "PrivilegeName" of an object; if both are given they must agree. A nil id
/// counts as absent: clients send it.
[[nodiscard]] Result<const schema::Privilege*> read_privilege(const JsonValue& object);
/// The body {"Privileges": [{"Depth": "Basic", "PrivilegeId" and/or "PrivilegeName"}]}.
[[nodiscard]] Result<std::vector<messages::RolePrivilege>> read_privileges(const JsonValue& body);

}  // namespace rookery::odata
