// The answers of our own functions as JSON members: audit events, vault and sync status. Shapes:
// docs/api.md.
#pragma once

#include "messages/reply.hpp"
#include "odata/json/json_writer.hpp"

namespace rookery::odata {

/// "LogSize", "Record", "Events", "NextBelow", "Checkpoint". The caller opens and closes the object.
void write_log(JsonWriter& json, const messages::LogReply& reply);
void write_status(JsonWriter& json, const messages::StatusReply& reply);
void write_sync_status(JsonWriter& json, const messages::SyncStatusReply& reply);

}  // namespace rookery::odata
