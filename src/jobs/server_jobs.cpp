#include "jobs/server_jobs.hpp"

#include "jobs/backup.hpp"
#include "jobs/bulk_delete.hpp"
#include "jobs/data_rekey.hpp"
#include "jobs/duplicate_detection.hpp"
#include "jobs/forgetting.hpp"
#include "jobs/job_runner.hpp"
#include "jobs/jobs_principal.hpp"
#include "jobs/key_destruction.hpp"
#include "jobs/key_rotation.hpp"
#include "jobs/purge.hpp"
#include "jobs/recycle_bin.hpp"
#include "jobs/retention_policies.hpp"
#include "jobs/row_rekey.hpp"
#include "jobs/scrub.hpp"
#include "jobs/token_expiry.hpp"
#include "schema/known_tables.hpp"
#include "storage/text_rules.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace rookery::jobs {
namespace {

/// A clock that was wrong at the start is right by then, or the server has ended over it.
constexpr std::chrono::hours destroying_begins_after{1};

/// Of what changes keys while nobody else calls: it should end soon, and its thread gives way to every other.
constexpr unsigned idle_share_percent = 100;

/// A version is past its time by a day at most, whoever writes its record.
constexpr std::chrono::hours end_versions_every{24};

/// Nobody can restore a record whose time is over, and what is left of it is there for a day at most.
constexpr std::chrono::hours end_deleted_every{24};

/// When the record KEK in use became that.
Instant active_since(const messages::Vault& vault) {
    constexpr auto kek = crypto::Purpose::record_kek;
    const auto view = vault.view();
    const auto& keyring = view.keys().keyring;
    return keyring.entry(kek, keyring.active<kek>().name.version)->changed;
}

/// Wrapping everything anew is so many uses too, so that a small limit would have no end without the day.
bool used_up(const messages::Vault& vault, std::uint64_t most) {
    return most != 0 && vault.view().keys().uses->used() >= most &&
           vault.clock().now() - active_since(vault) >= std::chrono::hours{24};
}

/// Each job has a type in the schema that is called as it is. One without is a mistake of this program.
void check_types(const std::vector<ScheduledJob>& jobs) {
    const auto types = schema::known::asyncoperation.column("operationtype")->options;
    for (const auto& one : jobs) {
        if (std::ranges::find(types, one.job->name(), &schema::Option::label) == types.end()) {
            throw std::logic_error("a job without a type: " + std::string(one.job->name()));
        }
    }
}

/// Runs are what users ask for, as much of it as they like; what they purge is forgotten at once.
void add_retention(
    const ServerJobsOptions& options, messages::Vault& vault, const access::Caller& caller,
    std::vector<ScheduledJob>& jobs
) {
    for (const auto kind :
         {messages::RetentionKind::retain,
          messages::RetentionKind::roll_back,
          messages::RetentionKind::purge}) {
        auto& run = jobs.emplace_back(ScheduledJob{
            std::make_unique<Retention>(kind, vault, caller, options.read_retention_query), {}});
        run.urgency = Urgency::when_nothing_else;
    }
    auto& policies =
        jobs.emplace_back(ScheduledJob{std::make_unique<RetentionPolicies>(vault, caller), {}});
    policies.due = [&vault] { return is_retention_due(vault); };
    policies.after_start = destroying_begins_after;
    auto& forgetting = jobs.emplace_back(ScheduledJob{std::make_unique<ForgetPurged>(vault), {}});
    forgetting.urgency = Urgency::when_nothing_else;
}

}  // namespace

Result<std::unique_ptr<JobThread>> start_jobs(
    ServerJobsOptions options, messages::Vault& vault, std::shared_ptr<messages::JobMonitor> monitor
) {
    ROOKERY_TRY(const auto caller, ensure_jobs_principal(vault));
    std::vector<ScheduledJob> jobs;
    jobs.push_back({std::make_unique<Scrub>(), options.scrub_every});
    const auto change_keys = [&](std::unique_ptr<Job> job, Urgency urgency) -> ScheduledJob& {
        return jobs.emplace_back(ScheduledJob{
            std::move(job), {}, idle_share_percent, {}, {}, urgency});
    };
    auto& rotation =
        change_keys(std::make_unique<KeyRotation>(vault, caller), Urgency::somebody_waits);
    rotation.every = options.rotate_keys_every;
    rotation.last_done = [&vault] { return active_since(vault); };
    rotation.due = [&vault, most = options.rotate_keys_after_uses] { return used_up(vault, most); };
    change_keys(std::make_unique<KeyDestruction>(vault, caller), Urgency::somebody_waits);
    change_keys(std::make_unique<Purge>(vault, caller), Urgency::somebody_waits);
    // What follows a compromise waits for nothing.
    change_keys(std::make_unique<DataRekey>(vault, caller), Urgency::at_once);
    change_keys(std::make_unique<RowRekey>(vault, caller), Urgency::somebody_waits);
    jobs.push_back({std::make_unique<TokenExpiry>(vault, caller), end_versions_every});
    jobs.back().after_start = destroying_begins_after;
    ROOKERY_TRY(const bool has_bin, storage::has_bin(*vault.view().store()));
    if (has_bin) {
        jobs.push_back({std::make_unique<RecycleBin>(vault, caller), end_deleted_every});
        jobs.back().after_start = destroying_begins_after;
    }
    const auto read_queries = std::move(options.read_bulk_queries);
    auto& bulk_delete = jobs.emplace_back(ScheduledJob{
        std::make_unique<BulkDelete>(vault, caller, read_queries), {}});
    bulk_delete.urgency = Urgency::when_nothing_else;
    auto& detection = jobs.emplace_back(ScheduledJob{
        std::make_unique<DuplicateDetection>(vault, caller, read_queries), {}});
    detection.urgency = Urgency::when_nothing_else;
    add_retention(options, vault, caller, jobs);
    if (!options.backup.directory.empty()) {
        const auto& backup = options.backup;
        auto& made = jobs.emplace_back(ScheduledJob{
            std::make_unique<Backup>(backup.directory, backup.keep), backup.every});
        made.urgency = Urgency::somebody_waits;
    }
    check_types(jobs);
    RunnerOptions runner;
    runner.share_percent = options.share_percent;
    runner.log = std::move(options.log);
    return std::make_unique<JobThread>(std::make_unique<JobRunner>(
        std::move(runner), std::move(jobs), vault, caller, std::move(monitor)
    ));
}

}  // namespace rookery::jobs
