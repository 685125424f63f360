// The answers about rights as JSON members. Shapes: docs/api.md.
#pragma once

#include "messages/explain_reply.hpp"
#include "odata/json/json_writer.hpp"

namespace rookery::odata {

// The caller opens and closes the object.

/// "Table", "RecordId", "RecordName", "Owner…", "Inactive", "Columns", "Readers", "NextAfter".
void write_who_can(JsonWriter& json, const messages::WhoCanReply& reply);
/// "UserId", "UserName", "Enabled", "SystemAdministrator", "GrantsPlaintext", "ManagesCredentials",
/// "Administers", "Tables", "Privileges", "Credentials", "MoreCredentials".
void write_access_of(JsonWriter& json, const messages::AccessOfReply& reply);
/// "UserId", "UserName", "Message", "Table", "RecordId", "Allowed", "Code", "Error", "Text", "Hint",
/// "MissingPrivilege", "Rule", "Path", "Rows", "Columns", "Credentials", "MoreCredentials".
void write_explained(JsonWriter& json, const messages::ExplainReply& reply);

}  // namespace rookery::odata
