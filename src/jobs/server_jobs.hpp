// The jobs that a server has, put together: `serve` and `dev` start them here.
#pragma once

#include "base/result.hpp"
#include "jobs/bulk_delete.hpp"
#include "jobs/job_thread.hpp"
#include "jobs/retention.hpp"
#include "pipeline/job_monitor.hpp"
#include "vault/vault.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

namespace rookery::jobs {

struct BackupOptions {
    std::filesystem::path directory;  // empty: this server has no such job
    std::size_t keep = 7;
    std::chrono::seconds every{86'400};  // 0: never by itself
};

struct ServerJobsOptions {
    unsigned share_percent = 10;                // of one core; 1 to 100
    std::chrono::seconds scrub_every{604'800};  // 0: never by itself
    std::chrono::seconds rotate_keys_every{0};  // the same
    std::uint64_t rotate_keys_after_uses =
        crypto::KeyUses::soft_stop;  // of the record KEK; 0: as often as it can be
    BackupOptions backup;
    ReadBulkQueries read_bulk_queries;        // odata's, which jobs know nothing of
    ReadRetentionQuery read_retention_query;  // the same
    /// For the operator's log: an event, the job and, if it is bad, why.
    std::function<void(std::string_view event, std::string_view job, std::string_view why)> log =
        [](std::string_view, std::string_view, std::string_view) {};
};

/// Before anybody's first request: rights that it makes would lose races with those of others. The jobs run when
/// it returns, and end with what is returned; `vault` outlives that and was opened with `monitor`.
/// Errc: see ensure_jobs_principal. Then nothing runs, and nobody can start anything.
[[nodiscard]] Result<std::unique_ptr<JobThread>> start_jobs(
    ServerJobsOptions options, messages::Vault& vault, std::shared_ptr<messages::JobMonitor> monitor
);

}  // namespace rookery::jobs
