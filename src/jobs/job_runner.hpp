// JobRunner: takes up the jobs whose rows are ready, a step at a time, one job at a time, and keeps their rows. What a
// turn does is done when it returns, with how long to rest; JobThread is what calls it again and again.
//
// The row is the truth: it is looked at before every step, so what is paused or cancelled ends with the step in hand. It is
// written when a job begins and ends, when it is paused, when something was found, when the server stops, and every
// ten minutes otherwise: that much is done again after a crash.
#pragma once

#include "access/caller.hpp"
#include "jobs/job.hpp"
#include "pipeline/job_monitor.hpp"
#include "query/job_reader.hpp"
#include "vault/vault.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace rookery::jobs {

/// How soon a job is to be done, ascending: what users ask for, as much of it as they like; what looks after the vault by
/// itself; what somebody waits for; and what keeps tokens from being read by others.
enum class Urgency : std::uint8_t { when_nothing_else, of_the_schedule, somebody_waits, at_once };

/// A job, and how often it starts by itself.
struct ScheduledJob {
    std::unique_ptr<Job> job;
    std::chrono::seconds every{0};  // after its last start; 0: never by itself
    /// While nobody else puts anything on the log, and then in steps that are `step_alone` times as long; 0: as always.
    unsigned idle_share_percent = 0;
    /// When what the job does was last done, where that shows elsewhere than in the rows of jobs, which can be deleted.
    std::function<Instant()> last_done = {};
    /// Whether it is due for another reason than its time. Asked as often as the schedule is looked at.
    std::function<bool()> due = {};
    /// Goes before every one that is less urgent, also before one that is in hand: that one stays in progress and goes on
    /// afterwards.
    Urgency urgency = Urgency::of_the_schedule;
    /// Not by itself before the server has run for so long: of what destroys by age. At a start the clock may be wrong, and
    /// a vault may have been restored for what is old.
    std::chrono::seconds after_start{0};
};

struct RunnerOptions {
    unsigned share_percent = 10;         // of one core; 1 to 100
    std::chrono::milliseconds step{10};  // that a step may take
    std::size_t step_units = 512;
    unsigned step_alone = 8;  // times as long: of a job with an idle share, while nobody else calls
    std::chrono::seconds record_every{600};
    std::chrono::seconds schedule_every{60};  // that the schedule is looked at
    std::size_t rows_kept = 100;              // of jobs that ended; the oldest go
    /// For the work of a step, which the share is measured by, and the time between two records.
    std::function<std::chrono::nanoseconds()> steady = [] {
        return std::chrono::nanoseconds{std::chrono::steady_clock::now().time_since_epoch()};
    };
    /// For the operator's log: an event and, if it is bad, why.
    std::function<void(std::string_view event, std::string_view job, std::string_view why)> log =
        [](std::string_view, std::string_view, std::string_view) {};
};

class JobRunner {
 public:
    /// `vault` outlives it; `caller` is ensure_jobs_principal's; `monitor` is the one that the vault was opened with.
    JobRunner(
        RunnerOptions options, std::vector<ScheduledJob> jobs, messages::Vault& vault,
        const access::Caller& caller, std::shared_ptr<messages::JobMonitor> monitor
    );

    /// How long to rest until the next turn.
    [[nodiscard]] std::chrono::nanoseconds turn();

    /// The step in hand ends soon, and turns do nothing any more. Any thread.
    void stop() { stopping_ = true; }

    /// Writes down how far the job in hand is; it stays in progress. After the last turn.
    void keep();

 private:
    struct Current {
        messages::JobRow row;
        Job* job = nullptr;
        std::chrono::nanoseconds recorded;             // when its row was written last, by `steady`
        std::optional<messages::RecordJob> due;        // could not be written yet
        std::optional<audit::BackupMade> backup = {};  // that is not on the log yet
    };

    using Nanoseconds = std::chrono::nanoseconds;

    [[nodiscard]] Nanoseconds look();
    [[nodiscard]] Nanoseconds wait(const std::string& why, Nanoseconds how_long);
    [[nodiscard]] Result<std::vector<messages::JobRow>> rows_in(messages::JobStateCode state);
    [[nodiscard]] Result<void> take_up();
    /// Takes the job in hand out of it if a more urgent one is ready.
    [[nodiscard]] Result<void> give_way();
    [[nodiscard]] bool schedule_is_due() const;
    [[nodiscard]] Result<bool> is_at_leisure();
    [[nodiscard]] Result<void> look_at_schedule();
    [[nodiscard]] Urgency urgency_of(std::string_view name) const;
    [[nodiscard]] Nanoseconds go_on();
    /// Of the job in hand; 0: as always.
    [[nodiscard]] unsigned idle_share() const;
    [[nodiscard]] Result<JobStep> step(Nanoseconds& cost);
    [[nodiscard]] Nanoseconds after(JobStep step, Nanoseconds cost);
    /// Of one core, for the job in hand after this step.
    [[nodiscard]] unsigned share_after(const JobStep& step);
    /// Whether it was written; if not it is due.
    [[nodiscard]] bool record(messages::RecordJob message);
    /// Puts it on the log, if there is one that is not. Whether there is none any more.
    [[nodiscard]] bool note_backup();
    void lose(const messages::RecordJob& message, std::string_view why);
    void let_go();
    [[nodiscard]] Result<void> show_what_ended();
    [[nodiscard]] Result<void> start_what_is_due();
    [[nodiscard]] Result<void> start(std::string_view name);
    [[nodiscard]] Result<void> show_what_is_paused();
    [[nodiscard]] Result<void> end_expired_requests();
    [[nodiscard]] Result<void> remove_old_rows();
    [[nodiscard]] messages::RecordJob report() const;
    [[nodiscard]] Job* job_of(std::string_view name) const;
    void tell() const;
    template <class Reply>
    [[nodiscard]] Result<Reply> ask(const messages::Message& message);

    const RunnerOptions options_;
    const std::vector<ScheduledJob> jobs_;
    messages::Vault& vault_;
    const access::Caller caller_;
    const std::shared_ptr<messages::JobMonitor> monitor_;
    const Nanoseconds began_ = options_.steady();
    std::atomic<bool> stopping_{false};
    std::optional<Current> current_;
    std::uint64_t seen_ = 0;         // versionnumber at which there was nothing to do
    std::uint64_t urgent_seen_ = 0;  // at which nothing more urgent was ready
    std::uint64_t log_seen_ = 0;     // size of the log after the last step
    bool alone_ = false;             // nobody else put anything on it during that step
    std::optional<Instant> schedule_seen_;
    // Said last on the operator's log.
    std::string trouble_;
    std::size_t damaged_said_ = 0;
};

}  // namespace rookery::jobs
