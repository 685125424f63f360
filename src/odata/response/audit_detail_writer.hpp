// What entries of the log tell of changes, in the shapes of Dataverse (AuditDetail and its kin).
#pragma once

#include "messages/message.hpp"
#include "odata/json/json_writer.hpp"

namespace rookery::odata {

/// One object. Its type is always named, since there are several.
void write_audit_detail(JsonWriter& json, const messages::AuditDetail& detail);

/// The member AuditDetailCollection.
void write_history(JsonWriter& json, const messages::HistoryReply& reply);

}  // namespace rookery::odata
