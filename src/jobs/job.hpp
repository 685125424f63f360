// Job: work in the background, cut into steps that are short and bounded. What it knows of its past is its
// progress alone, so that it goes on after a restart where its row says.
#pragma once

#include "audit/lifecycle_events.hpp"
#include "base/result.hpp"
#include "messages/record_job.hpp"
#include "pipeline/job_progress.hpp"
#include "vault/vault.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::jobs {

/// What one step may take; a job asks before each unit.
class StepBudget {
 public:
    /// `alone`: nobody else puts anything on the log, so nobody waits for a long message of the job's.
    StepBudget(std::size_t units, std::function<bool()> over, bool alone = false)
        : units_(units), over_(std::move(over)), alone_(alone) {}

    [[nodiscard]] bool alone() const { return alone_; }

    /// Takes a unit. False: the step ends here.
    [[nodiscard]] bool spend() {
        if (units_ == 0 || over_()) return false;
        --units_;
        return true;
    }

 private:
    std::size_t units_;
    std::function<bool()> over_;  // its time is up, or the server stops
    bool alone_;
};

/// Of a cursor: as much as the column of it takes. One that is longer ends the job as failed.
inline constexpr std::size_t cursor_max = 40'000;

enum class StepEnd : std::uint8_t {
    more,       // there is more to do
    waits,      // there is, but not now: progress says why
    succeeded,  // the job is done
    failed,     // the job is done, and `message` says what to do
};

struct JobStep {
    messages::JobProgress progress;  // after the step
    StepEnd end = StepEnd::more;
    std::string message;                           // for people, of an end
    std::chrono::milliseconds wait{0};             // of one that waits
    std::vector<messages::JobFinding> found;       // at most job_findings_max
    std::optional<audit::BackupMade> backup = {};  // goes on the log before the end does
    bool keep = false;              // the row is written before the next step, which relies on that
    std::uint64_t log_entries = 0;  // that the step itself put on the log
    std::optional<Errc> error = {};  // that it failed by
};

class Job {
 public:
    virtual ~Job() = default;

    [[nodiscard]] virtual std::string_view name() const = 0;

    /// Goes on from `at`, whose cursor is empty at the beginning. Reads by views of the vault; what it found is recorded
    /// together with the progress that it made. What it writes it writes by messages, such that writing it twice does
    /// no harm. An error ends the job as failed.
    [[nodiscard]] virtual Result<JobStep> step(
        const messages::Vault& vault, const messages::JobProgress& at, StepBudget& budget
    ) = 0;

    /// It is in hand no more: it ended, was paused or canceled, or the server stops. What it holds beside its progress it
    /// gives up now; a step afterwards begins without.
    virtual void let_go() {}
};

}  // namespace rookery::jobs
