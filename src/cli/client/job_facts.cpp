#include "cli/client/job_facts.hpp"

#include "base/uuid.hpp"
#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/odata_literal.hpp"
#include "cli/output/console.hpp"
#include "messages/purge_cursor.hpp"
#include "rules/job_status.hpp"
#include "rules/request_words.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string_view>

namespace rookery::cli {
namespace {

using nlohmann::json;

struct Member {
    const char* theirs;
    const char* ours;
};

constexpr Member of_status[] = {
    {"Name", "name"},
    {"JobId", "id"},
    {"State", "state"},
    {"Done", "done"},
    {"Total", "total"},
    {"Findings", "findings"},
    {"WaitReason", "wait_reason"},
    {"NextStart", "next_start"},
    {"LastCompleted", "last_completed"},
};

constexpr Member of_row[] = {
    {"name", "name"},
    {"asyncoperationid", "id"},
    {"rky_done", "done"},
    {"rky_total", "total"},
    {"rky_findings", "findings"},
    {"rky_waitreason", "wait_reason"},
    {"createdon", "created"},
    {"startedon", "started"},
    {"completedon", "completed"},
    {"friendlymessage", "message"},
};

template <std::size_t count>
json renamed(const json& from, const Member (&members)[count]) {
    auto out = json::object();
    if (!from.is_object()) return out;
    for (const auto& [theirs, ours] : members) {
        const auto at = from.find(theirs);
        out[ours] = at == from.end() ? json{} : *at;
    }
    return out;
}

/// Of those made within a second the newest has the highest version.
constexpr std::string_view newest_first = "createdon%20desc,versionnumber%20desc";

Result<std::vector<json>> jobs_at(ApiClient& client, const std::string& query) {
    ROOKERY_TRY(const auto reply, client.request("GET", "asyncoperations?" + query));
    ROOKERY_TRY(const auto rows, rows_of(reply));
    std::vector<json> out;
    for (const auto& row : rows) out.push_back(job_of_row(row));
    return out;
}

}  // namespace

json job_of_status(const json& member) { return renamed(member, of_status); }

json job_of_row(const json& row) {
    auto out = renamed(row, of_row);
    const auto status = number_member(row, "statuscode").value_or(0);
    out["state"] = messages::label_of(static_cast<messages::JobStatus>(status));
    return out;
}

std::string job_line(const json& job) {
    const auto state = text_member(job, "state");
    auto out = fmt::format("{}  {}", printable(text_member(job, "name")), printable(state));
    const auto why = text_member(job, "wait_reason");
    const bool suspended = state == messages::label_of(messages::JobStatus::waiting);
    if (suspended && why != messages::approval_awaited) out += " (paused)";
    const auto total = number_member(job, "total").value_or(0);
    if (total != 0) {
        const auto done = number_member(job, "done").value_or(0);
        out += fmt::format("  {} of {}", grouped(done), grouped(total));
    }
    if (const auto findings = number_member(job, "findings").value_or(0); findings != 0) {
        out += fmt::format("  {} {}", grouped(findings), findings == 1 ? "finding" : "findings");
    }
    if (!why.empty()) out += "  waits: " + printable(why);
    if (const auto next = text_member(job, "next_start"); !next.empty()) {
        out += "  next " + printable(next);
    }
    return out;
}

Result<std::vector<json>> list_jobs(ApiClient& client) {
    return jobs_at(client, fmt::format("$top=100&$orderby={}", newest_first));
}

Result<json> find_job(ApiClient& client, const std::string& which) {
    if (const auto id = Uuid::parse(which)) {
        ROOKERY_TRY(
            const auto reply,
            client.request("GET", fmt::format("asyncoperations({})", to_string(*id)))
        );
        ROOKERY_TRY(const auto row, object_of(reply));
        return job_of_row(row);
    }
    // One that has not ended first: Completed is the highest statecode.
    ROOKERY_TRY(
        const auto jobs,
        jobs_at(
            client,
            fmt::format(
                "$top=1&$orderby=statecode,{}&$filter=name%20eq%20{}",
                newest_first,
                odata_literal(which)
            )
        )
    );
    if (!jobs.empty()) return jobs.front();
    return fail(
        Errc::not_found,
        fmt::format("no job '{}' has run yet", printable(which)),
        "`rookery status` names the jobs of the server; `rookery job start NAME` starts one"
    );
}

Result<json> find_request(ApiClient& client, const std::string& job, std::string_view ask) {
    auto found = find_job(client, job);
    if (found || found.error().code != Errc::not_found) return found;
    return fail(
        Errc::not_found,
        "nobody has asked for anything that could be approved",
        fmt::format("`{}` asks, and then somebody else approves", ask)
    );
}

Result<json> find_purge_request(ApiClient& client, const std::string& record) {
    ROOKERY_TRY(
        const auto jobs,
        jobs_at(
            client,
            fmt::format(
                "$top=1&$orderby={}&$filter=name%20eq%20{}%20and%20statuscode%20eq%20{}%20and%20"
                "contains(friendlymessage,{})",
                newest_first,
                odata_literal(std::string(messages::purge_job)),
                static_cast<std::int64_t>(messages::JobStatus::waiting),
                odata_literal(record)
            )
        )
    );
    if (!jobs.empty()) return jobs.front();
    return fail(
        Errc::not_found,
        "nobody has asked for a purge of this record, or it was approved, taken back, or is a day "
        "old",
        "`rookery job list` says which requests wait"
    );
}

}  // namespace rookery::cli
