// The parameters of actions: *Multiple, the role privilege actions, and our own.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/json/json_value.hpp"
#include "odata/request/service_root.hpp"

namespace rookery::odata {

// Errc: bad_payload (a parameter missing, unknown, or of another type), invalid_argument,
// too_many_rows, and everything read_row says.

[[nodiscard]] Result<messages::CreateMultiple> read_create_multiple(
    const JsonValue& body, const schema::Table& table, const ServiceRoot& root
);
/// Each item names its row by primary id or by "@odata.id"; two items for one row are refused.
[[nodiscard]] Result<messages::UpsertMultiple> read_upsert_multiple(
    const JsonValue& body, const schema::Table& table, const ServiceRoot& root
);
/// {"Privileges": [{"Depth": "Basic", "PrivilegeId" and/or "PrivilegeName"}]}
[[nodiscard]] Result<messages::AddPrivilegesRole> read_role_privileges(
    const JsonValue& body, messages::Target role, bool replace
);
/// {"PrivilegeId": GUID}
[[nodiscard]] Result<messages::RemovePrivilegeRole> read_removed_privilege(
    const JsonValue& body, messages::Target role
);
/// {"UserId": GUID, "Name": text, "LifetimeSeconds": number}
[[nodiscard]] Result<messages::CreateCredential> read_create_credential(const JsonValue& body);
/// {"CredentialId": GUID}
[[nodiscard]] Result<messages::RevokeCredential> read_revoke_credential(const JsonValue& body);
/// {"CredentialId": GUID}
[[nodiscard]] Result<messages::ConfirmCredential> read_confirm_credential(const JsonValue& body);
/// {}
[[nodiscard]] Result<> check_no_parameters(const JsonValue& body);

}  // namespace rookery::odata
