// The reply of every operation that starts a job.
#pragma once

#include "messages/retention_start.hpp"
#include "messages/start_job.hpp"
#include "odata/json/json_writer.hpp"

namespace rookery::odata {

inline void write_started_job(JsonWriter& json, const messages::StartedJobReply& reply) {
    json.key("JobId");
    json.uuid(reply.job);
}

/// And of a run of retention, whose account is a row of retentionoperation.
inline void write_started_retention(
    JsonWriter& json, const messages::StartedRetentionReply& reply
) {
    json.key("OperationId");
    json.uuid(reply.operation);
    json.key("JobId");
    json.uuid(reply.job);
}

}  // namespace rookery::odata
