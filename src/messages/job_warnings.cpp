#include "messages/job_warnings.hpp"

#include "base/clock.hpp"
#include "query/job_reader.hpp"
#include "rules/built_in_rows.hpp"
#include "rules/request_words.hpp"

#include <chrono>

namespace rookery::messages {
namespace {

constexpr std::chrono::hours overdue_after{1};

/// Whether the newest one of this name that was not canceled failed.
bool failed_last(const JobRows& ended, std::string_view name) {
    bool failed = false;
    for (const auto& row : ended.rows) {
        if (row.name == name && row.status != JobStatus::canceled) {
            failed = row.status == JobStatus::failed;
        }
    }
    return failed;
}

}  // namespace

Result<std::vector<std::string>> job_warnings(const PlanBuilder& builder) {
    std::vector<std::string> out;
    const auto& monitor = builder.services.jobs;
    if (!monitor) return out;
    const auto jobs = monitor->state();
    if (jobs.empty()) {
        out.emplace_back("no job runs: the server said why when it started");
        return out;
    }
    if (!builder.facts().enabled(jobs_user)) {
        out.emplace_back("no job runs: the user Rookery Jobs is disabled");
    }
    ROOKERY_TRY(const auto ended, read_jobs(builder.view, JobStateCode::completed));
    for (const auto& job : jobs) {
        const auto says = [&](const std::string& what) {
            out.push_back("the job '" + job.name + "' " + what);
        };
        if (job.progress.findings != 0 || failed_last(ended, job.name)) {
            says("failed or has findings, and none succeeded since");
        }
        if (job.status == JobStatus::waiting) {
            says(
                waits_for_approval(job.name, job.progress.cursor)
                    ? "waits " + std::string(approval_awaited) + ": " +
                          std::string(how_to_approve(job.name))
                    : "is paused, and does not start by itself"
            );
        }
        if (job.next_start && *job.next_start + overdue_after < builder.now) {
            says("is overdue since " + to_iso8601(*job.next_start));
        }
    }
    return out;
}

}  // namespace rookery::messages
