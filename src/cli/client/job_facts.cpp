#include "cli/client/job_facts.hpp"

#include "base/uuid.hpp"
#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/odata_literal.hpp"
#include "cli/output/console.hpp"
#include "schema/known_tables.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

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

std::string label_of(std::uint64_t status) {
    const auto options = schema::known::asyncoperation.column("statuscode")->options;
    const auto found = std::ranges::find_if(options, [&](const schema::Option& option) {
        return static_cast<std::uint64_t>(option.value) == status;
    });
    return found == std::end(options) ? std::to_string(status) : std::string(found->label);
}

}  // namespace

json job_of_status(const json& member) { return renamed(member, of_status); }

json job_of_row(const json& row) {
    auto out = renamed(row, of_row);
    out["state"] = label_of(number_member(row, "statuscode").value_or(0));
    return out;
}

std::string job_line(const json& job) {
    auto out = fmt::format(
        "{}  {}", printable(text_member(job, "name")), printable(text_member(job, "state"))
    );
    const auto total = number_member(job, "total").value_or(0);
    if (total != 0) {
        const auto done = number_member(job, "done").value_or(0);
        out += fmt::format("  {} of {}", grouped(done), grouped(total));
    }
    if (const auto findings = number_member(job, "findings").value_or(0); findings != 0) {
        out += fmt::format("  {} findings", grouped(findings));
    }
    if (const auto why = text_member(job, "wait_reason"); !why.empty()) {
        out += "  waits: " + printable(why);
    }
    if (const auto next = text_member(job, "next_start"); !next.empty()) {
        out += "  next " + printable(next);
    }
    return out;
}

Result<std::vector<json>> find_jobs(ApiClient& client, std::string_view filter) {
    std::string path = "asyncoperations?$orderby=createdon%20desc&$top=100";
    if (!filter.empty()) path += fmt::format("&$filter={}", filter);
    ROOKERY_TRY(const auto reply, client.request("GET", path));
    ROOKERY_TRY(const auto rows, rows_of(reply));
    std::vector<json> out;
    for (const auto& row : rows) out.push_back(job_of_row(row));
    return out;
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
    ROOKERY_TRY(
        const auto jobs, find_jobs(client, fmt::format("name%20eq%20{}", odata_literal(which)))
    );
    if (jobs.empty()) {
        return fail(
            Errc::not_found,
            fmt::format("no job is called '{}'", printable(which)),
            "`rookery job list` shows all"
        );
    }
    return jobs.front();
}

}  // namespace rookery::cli
