#include "cli/client/key_job.hpp"

#include "cli/client/follow_job.hpp"
#include "cli/client/job_facts.hpp"
#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/output/console.hpp"
#include "rules/job_status.hpp"

#include <nlohmann/json.hpp>

namespace rookery::cli {

Result<Uuid> start_key_job(ApiClient& client, std::string_view action, const std::string& body) {
    ROOKERY_TRY(const auto reply, client.request("POST", std::string(action), body_of(body)));
    ROOKERY_TRY(const auto document, object_of(reply));
    return id_member(document, "JobId");
}

Result<Exit> follow_key_job(ApiClient& client, const Uuid& job) {
    ROOKERY_TRY(const auto ended, follow_job(client, to_string(job)));
    const auto state = text_member(ended, "state");
    const auto message = printable(text_member(ended, "message"));
    if (state == messages::label_of(messages::JobStatus::succeeded)) {
        ROOKERY_CHECK(print(message + "\n"));
        return Exit::ok;
    }
    if (state == messages::label_of(messages::JobStatus::failed)) {
        return fail(Errc::bad_state, message, "findings are on the log: `rookery audit tail`");
    }
    return fail(
        Errc::cancelled,
        "the job was paused or canceled: " + job_line(ended),
        "`rookery job resume JOB` goes on with one that is paused"
    );
}

}  // namespace rookery::cli
