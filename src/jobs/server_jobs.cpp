#include "jobs/server_jobs.hpp"

#include "jobs/job_runner.hpp"
#include "jobs/jobs_principal.hpp"
#include "jobs/scrub.hpp"

#include <utility>

namespace rookery::jobs {

Result<std::unique_ptr<JobThread>> start_jobs(
    ServerJobsOptions options, messages::Vault& vault, std::shared_ptr<messages::JobMonitor> monitor
) {
    ROOKERY_TRY(const auto caller, ensure_jobs_principal(vault));
    std::vector<ScheduledJob> jobs;
    jobs.push_back({std::make_unique<Scrub>(), options.scrub_every});
    RunnerOptions runner;
    runner.share_percent = options.share_percent;
    runner.log = std::move(options.log);
    return std::make_unique<JobThread>(std::make_unique<JobRunner>(
        std::move(runner), std::move(jobs), vault, caller, std::move(monitor)
    ));
}

}  // namespace rookery::jobs
