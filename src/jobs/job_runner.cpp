#include "jobs/job_runner.hpp"

#include "audit/log_reader.hpp"
#include "messages/message.hpp"
#include "pipeline/reply.hpp"
#include "rules/job_status.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace rookery::jobs {
namespace {

using namespace std::chrono_literals;
using messages::JobStateCode;
using messages::JobStatus;

constexpr auto look_every = 250ms;
constexpr auto try_again_after = 5s;
/// Rows that one look reads of each state; there is one that has not ended for each name.
constexpr std::size_t rows_read_max = 1000;
/// Of old rows that go at once.
constexpr std::size_t rows_removed_max = 20;

std::string_view event_of(JobStatus status) {
    if (status == JobStatus::succeeded) return "job-succeeded";
    return status == JobStatus::failed ? "job-failed" : "job-stopped";
}

/// The birth of a vault, which a job that never ran counts from.
Instant first_time(const messages::View& view) {
    const auto reader = audit::LogReader::open(view.store(), nullptr);
    if (!reader) return Instant{};
    const auto leaf = reader->leaf(0);
    return leaf ? std::chrono::floor<std::chrono::seconds>(leaf->time) : Instant{};
}

}  // namespace

JobRunner::JobRunner(
    RunnerOptions options, std::vector<ScheduledJob> jobs, messages::Vault& vault,
    const access::Caller& caller, std::shared_ptr<messages::JobMonitor> monitor
)
    : options_(std::move(options)),
      jobs_(std::move(jobs)),
      vault_(vault),
      caller_(caller),
      monitor_(std::move(monitor)) {
    std::vector<std::string> names;
    for (const auto& one : jobs_) names.emplace_back(one.job->name());
    monitor_->offer(names);
}

JobRunner::Nanoseconds JobRunner::turn() {
    if (stopping_) return look_every;
    if (!vault_.view().facts().enabled(caller_.user)) {
        if (current_) {
            current_->row.progress.wait_reason = "the user of the jobs is disabled";
            tell(JobStatus::in_progress);
        }
        return look_every;
    }
    return current_ ? go_on() : look();
}

/// Nothing is in hand.
JobRunner::Nanoseconds JobRunner::look() {
    const auto versionnumber = vault_.view().snapshot().versionnumber;
    const auto now = vault_.clock().now();
    const bool schedule_due = !schedule_seen_ || now - *schedule_seen_ >= options_.schedule_every ||
                              now < *schedule_seen_;
    if (versionnumber == seen_ && !schedule_due) return look_every;
    auto done = take_up();
    if (done && !current_ && schedule_due) {
        done = start_what_is_due();
        if (done) schedule_seen_ = now;
        if (done) done = take_up();
    }
    if (done && !current_) done = show_what_is_paused();
    if (!done) {
        if (std::exchange(trouble_, done.error().message) != done.error().message) {
            options_.log("jobs-wait", {}, done.error().message);
        }
        return try_again_after;
    }
    trouble_.clear();
    if (current_) return Nanoseconds{0};
    seen_ = versionnumber;
    return look_every;
}

/// What was in progress when the server ended goes first.
Result<void> JobRunner::take_up() {
    const auto view = vault_.view();
    for (const auto state : {JobStateCode::locked, JobStateCode::ready}) {
        ROOKERY_TRY(auto rows, messages::read_jobs(view, state, rows_read_max));
        if (rows.empty()) continue;
        auto& row = rows.front();
        Current taken{std::move(row), nullptr, vault_.clock().now(), {}};
        taken.job = job_of(taken.row.name);
        taken.row.progress.wait_reason.clear();
        current_ = std::move(taken);
        auto begin = report();
        if (current_->job == nullptr) {
            begin.to = JobStatus::failed;
            begin.message = "This version of the server has no job of that name.";
        } else if (state == JobStateCode::ready) {
            begin.to = JobStatus::in_progress;
        } else {
            tell(JobStatus::in_progress);
            return {};
        }
        if (record(std::move(begin)) && current_)
            options_.log("job-started", current_->row.name, {});
        return {};
    }
    return {};
}

JobRunner::Nanoseconds JobRunner::go_on() {
    if (current_->due) {
        if (!record(std::move(*std::exchange(current_->due, std::nullopt)))) return try_again_after;
        return Nanoseconds{0};
    }
    const auto row = messages::read_job(vault_.view(), current_->row.id);
    if (!row) {
        current_->row.progress.wait_reason = row.error().message;
        tell(JobStatus::in_progress);
        return try_again_after;
    }
    if (!*row) {
        let_go();
        return Nanoseconds{0};
    }
    if ((*row)->status != JobStatus::in_progress) {
        current_->row.status = (*row)->status;
        return record(report()) ? Nanoseconds{0} : Nanoseconds{try_again_after};
    }
    Nanoseconds cost{0};
    auto made = step(cost);
    if (!made) {
        JobStep failed{current_->row.progress, StepEnd::failed, made.error().message, {}, {}};
        return after(std::move(failed), cost);
    }
    return after(std::move(*made), cost);
}

Result<JobStep> JobRunner::step(Nanoseconds& cost) {
    const auto begin = options_.steady();
    StepBudget budget(options_.step_units, [&] {
        return stopping_ || options_.steady() - begin >= options_.step;
    });
    const auto made = [&]() -> Result<JobStep> {
        try {
            return current_->job->step(vault_, current_->row.progress, budget);
        } catch (const std::exception&) {
            // A bug, or memory that is exhausted: the job ends by it, and nothing else does.
            return fail(Errc::internal, "The job failed inside; the server's version has a fault.");
        }
    }();
    cost = options_.steady() - begin;
    return made;
}

JobRunner::Nanoseconds JobRunner::after(JobStep step, Nanoseconds cost) {
    auto& now = *current_;
    now.row.progress = std::move(step.progress);
    if (step.end != StepEnd::waits) now.row.progress.wait_reason.clear();
    tell(JobStatus::in_progress);
    const auto rest = cost * (100 - options_.share_percent) / options_.share_percent;
    const bool ends = step.end == StepEnd::succeeded || step.end == StepEnd::failed;
    const auto since = vault_.clock().now() - now.recorded;
    if (!ends && step.found.empty() && since < options_.record_every) {
        return step.end == StepEnd::waits ? std::max<Nanoseconds>(rest, step.wait) : rest;
    }
    auto message = report();
    if (ends) {
        message.to = step.end == StepEnd::succeeded ? JobStatus::succeeded : JobStatus::failed;
        message.message = std::move(step.message);
    }
    message.findings = std::move(step.found);
    return record(std::move(message)) ? rest : std::max<Nanoseconds>(rest, try_again_after);
}

bool JobRunner::record(messages::RecordJob message) {
    const auto replied = ask<messages::JobReply>(message);
    if (!replied && replied.error().code == Errc::not_found) {  // the row was deleted
        let_go();
        return true;
    }
    if (!replied) {
        current_->row.progress.wait_reason = "this vault: " + replied.error().message;
        tell(JobStatus::in_progress);
        current_->due = std::move(message);
        return false;
    }
    current_->recorded = vault_.clock().now();
    current_->row.status = replied->status;
    tell(replied->status);
    if (replied->status == JobStatus::in_progress) return true;
    options_.log(
        event_of(replied->status),
        current_->row.name,
        replied->status == JobStatus::failed ? message.message : std::string{}
    );
    let_go();
    // An old row that stays is no reason to stop.
    (void)remove_old_rows();
    return true;
}

void JobRunner::let_go() {
    current_.reset();
    seen_ = 0;
}

void JobRunner::keep() {
    if (!current_) return;
    auto message = current_->due ? std::move(*current_->due) : report();
    (void)ask<messages::JobReply>(message);
}

/// Of each name that has no job under way, once its time has come.
Result<void> JobRunner::start_what_is_due() {
    const auto view = vault_.view();
    ROOKERY_TRY(
        const auto ended, messages::read_jobs(view, JobStateCode::completed, rows_read_max)
    );
    ROOKERY_TRY(
        const auto suspended, messages::read_jobs(view, JobStateCode::suspended, rows_read_max)
    );
    const auto born = first_time(view);
    for (const auto& one : jobs_) {
        const auto name = one.job->name();
        const bool paused =
            std::ranges::find(suspended, name, &messages::JobRow::name) != suspended.end();
        if (one.every.count() == 0 || paused) {
            monitor_->next_start(name, std::nullopt);
            continue;
        }
        auto last = born;
        for (const auto& row : ended) {
            if (row.name == name) last = std::max(last, row.created);
        }
        const auto due = last + one.every;
        monitor_->next_start(name, due);
        if (vault_.clock().now() < due) continue;
        messages::StartJob message;
        message.name = name;
        ROOKERY_CHECK(ask<messages::StartedJobReply>(message));
        monitor_->next_start(name, std::nullopt);
    }
    return {};
}

/// For the status: a paused job is in nobody's hand, and what becomes of it then is written by others.
Result<void> JobRunner::show_what_is_paused() const {
    const auto view = vault_.view();
    ROOKERY_TRY(
        const auto suspended, messages::read_jobs(view, JobStateCode::suspended, rows_read_max)
    );
    for (const auto& shown : monitor_->state()) {
        if (shown.status != JobStatus::waiting) continue;
        ROOKERY_TRY(const auto row, messages::read_job(view, shown.id));
        if (row) {
            monitor_->now(row->name, row->id, row->status, row->progress);
        } else {
            monitor_->now(shown.name, {}, JobStatus::waiting_for_resources, {});
        }
    }
    for (const auto& row : suspended) {
        monitor_->now(row.name, row.id, row.status, row.progress);
    }
    return {};
}

Result<void> JobRunner::remove_old_rows() {
    ROOKERY_TRY(
        const auto rows, messages::read_jobs(vault_.view(), JobStateCode::completed, rows_read_max)
    );
    if (rows.size() <= options_.rows_kept) return {};
    const auto going = std::min(rows.size() - options_.rows_kept, rows_removed_max);
    for (std::size_t i = 0; i < going; ++i) {
        messages::Delete message;
        message.target = {&schema::known::asyncoperation, rows[i].id};
        ROOKERY_CHECK(ask<messages::NoContent>(message));
    }
    return {};
}

messages::RecordJob JobRunner::report() const {
    messages::RecordJob out;
    out.id = current_->row.id;
    out.progress = current_->row.progress;
    return out;
}

Job* JobRunner::job_of(std::string_view name) const {
    for (const auto& one : jobs_) {
        if (one.job->name() == name) return one.job.get();
    }
    return nullptr;
}

void JobRunner::tell(JobStatus status) const {
    monitor_->now(current_->row.name, current_->row.id, status, current_->row.progress);
}

template <class Reply>
Result<Reply> JobRunner::ask(const messages::Message& message) {
    ROOKERY_TRY(auto receipt, vault_.run(caller_, message));
    return messages::take_reply_as<Reply>(std::move(receipt));
}

}  // namespace rookery::jobs
