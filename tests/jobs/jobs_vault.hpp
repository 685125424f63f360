// A vault with the jobs' own user, and jobs that do what a test wants.
#pragma once

#include "jobs/job_runner.hpp"
#include "jobs/jobs_principal.hpp"
#include "rules/built_in_rows.hpp"
#include "storage/row_key.hpp"
#include "support/test_vault.hpp"
#include "vault/vault_parts.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rookery::test {

/// Counts to `total`, one a unit; its cursor is the number it is at.
class CountingJob final : public jobs::Job {
 public:
    explicit CountingJob(std::uint64_t total, std::string name = "count")
        : total_(total), name_(std::move(name)) {}

    [[nodiscard]] std::string_view name() const override { return name_; }

    [[nodiscard]] Result<jobs::JobStep> step(
        const messages::Vault&, const messages::JobProgress& at, jobs::StepBudget& budget
    ) override {
        jobs::JobStep out{at, {}, {}, {}, {}};
        auto number = at.cursor.empty() ? 0 : std::stoull(at.cursor);
        while (number < total_ && budget.spend()) {
            if (each) each(number, out);
            counted.push_back(number++);
        }
        out.progress.done = number;
        out.progress.total = total_;
        out.progress.cursor = std::to_string(number);
        if (out.end == jobs::StepEnd::more && number == total_) {
            out.end = jobs::StepEnd::succeeded;
            out.message = "counted";
        }
        return out;
    }

    std::function<void(std::uint64_t number, jobs::JobStep& step)> each;
    std::vector<std::uint64_t> counted;

 private:
    std::uint64_t total_;
    std::string name_;
};

/// A runner over a TestVault, with one job and a clock for its steps that the test moves.
class JobsVault {
 public:
    explicit JobsVault(
        std::unique_ptr<jobs::Job> job, std::chrono::seconds every = {}, Kept kept = Kept::in_memory
    )
        : vault(kept), caller_(value(jobs::ensure_jobs_principal(vault.vault()))) {
        run(std::move(job), every);
    }

    void run(std::unique_ptr<jobs::Job> job, std::chrono::seconds every = {}) {
        std::vector<jobs::ScheduledJob> all;
        all.push_back({std::move(job), every});
        run(std::move(all));
    }

    void run(std::vector<jobs::ScheduledJob> all) {
        auto settings = options;
        settings.steady = [this] { return steady; };
        settings.log = [this](std::string_view event, std::string_view, std::string_view) {
            said.emplace_back(event);
        };
        runner = std::make_unique<jobs::JobRunner>(
            std::move(settings), std::move(all), vault.vault(), caller_, vault.jobs()
        );
    }

    Uuid start(const std::string& name = "count") {
        messages::StartJob message;
        message.name = name;
        return vault.run_as_system<messages::StartedJobReply>(std::move(message)).job;
    }

    [[nodiscard]] messages::JobRow row(const Uuid& id) {
        return value(messages::read_job(vault.vault().view(), id)).value();
    }

    [[nodiscard]] std::vector<messages::JobRow> ended() {
        const auto view = vault.vault().view();
        return value(messages::read_jobs(view, messages::JobStateCode::completed)).rows;
    }

    /// What a request writes to pause, resume or cancel.
    [[nodiscard]] Result<messages::NoContent> set(
        const Uuid& id, std::int64_t state, std::int64_t status
    ) {
        messages::Upsert message;
        message.target = TestVault::target("asyncoperation", id);
        message.preconditions.must_exist = true;
        message.input.cells.push_back(TestVault::cell("asyncoperation", "statecode", state));
        message.input.cells.push_back(TestVault::cell("asyncoperation", "statuscode", status));
        return vault.run<messages::NoContent>(vault.vault().system(), std::move(message));
    }

    /// The user of the jobs.
    void disable(bool disabled) {
        messages::Upsert message;
        message.target = TestVault::target("systemuser", messages::jobs_user);
        message.input.cells.push_back(TestVault::cell("systemuser", "isdisabled", disabled));
        vault.run_as_system<messages::NoContent>(std::move(message));
    }

    [[nodiscard]] Result<messages::NoContent> remove(const Uuid& id) {
        messages::Delete message;
        message.target = TestVault::target("asyncoperation", id);
        return vault.run<messages::NoContent>(vault.vault().system(), message);
    }

    /// Of the first job.
    [[nodiscard]] messages::JobState shown() { return vault.jobs()->state().front(); }

    /// Its row, past the ledger: one bit is another one.
    void damage(const Uuid& id) {
        const auto key = storage::row_key({schema::known::asyncoperation.id, id});
        auto bytes = value(vault.vault().parts().store->view()->get(storage::Family::rows, key));
        bytes->back() = static_cast<char>(bytes->back() ^ 1);
        {
            const auto commit = vault.vault().parts().store->begin();
            commit->put(storage::Family::rows, key, *bytes);
            REQUIRE(commit->write());
        }
        vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", "published"});
    }

    /// How many of these are anywhere in the data directory. A file that the engine rewrites meanwhile is in neither place
    /// at times: looked at more than once.
    std::size_t found_in_files(const std::vector<std::string>& wanted) {
        std::set<std::string> found;
        for (int i = 0; i < 3; ++i) {
            for (const auto& entry : std::filesystem::recursive_directory_iterator(vault.data())) {
                std::error_code gone;
                if (!entry.is_regular_file(gone)) continue;
                std::ifstream file(entry.path(), std::ios::binary);
                const std::string all(std::istreambuf_iterator<char>(file), {});
                for (const auto& one : wanted) {
                    if (all.find(one) != std::string::npos) found.insert(one);
                }
            }
        }
        return found.size();
    }

    /// Turns until nothing is in hand, but no more than that.
    void turns(int most = 1000) {
        for (int i = 0; i < most; ++i) (void)runner->turn();
    }

    TestVault vault;
    jobs::RunnerOptions options;
    std::chrono::nanoseconds steady{0};
    std::vector<std::string> said;
    std::unique_ptr<jobs::JobRunner> runner;

    [[nodiscard]] const access::Caller& caller() const { return caller_; }

 private:
    access::Caller caller_;
};

}  // namespace rookery::test
