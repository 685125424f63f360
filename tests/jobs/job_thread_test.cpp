#include "jobs/job_thread.hpp"

#include "jobs/jobs_vault.hpp"

#include <atomic>
#include <thread>

namespace job_thread_test {

using namespace rookery;
using namespace rookery::jobs;
using rookery::test::CountingJob;
using rookery::test::JobsVault;

TEST_CASE("the thread runs a job, and stops in the middle of one that never ends", "[jobs]") {
    auto job = std::make_unique<CountingJob>(1'000'000'000);
    std::atomic<std::uint64_t> at{0};
    job->each = [&](std::uint64_t number, JobStep&) { at = number; };
    JobsVault jobs(std::move(job));
    const auto id = jobs.start();
    {
        const JobThread thread(std::move(jobs.runner));
        while (at == 0) std::this_thread::yield();
    }
    const auto row = jobs.row(id);
    CHECK(row.status == messages::JobStatus::in_progress);
    CHECK(row.progress.done == at + 1);  // written down when it stopped
}

}  // namespace job_thread_test
