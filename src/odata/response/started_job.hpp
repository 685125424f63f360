// The reply of every operation that starts a job.
#pragma once

#include "messages/start_job.hpp"
#include "odata/json/json_writer.hpp"

namespace rookery::odata {

inline void write_started_job(JsonWriter& json, const messages::StartedJobReply& reply) {
    json.key("JobId");
    json.uuid(reply.job);
}

}  // namespace rookery::odata
