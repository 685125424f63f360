#include "jobs/job_runner.hpp"

#include "jobs/job_history.hpp"
#include "messages/message.hpp"
#include "messages/two_people.hpp"
#include "pipeline/reply.hpp"
#include "rules/job_status.hpp"
#include "schema/known_tables.hpp"
#include "vault/note_event.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

namespace rookery::jobs {
namespace {

using namespace std::chrono_literals;
using messages::JobStateCode;
using messages::JobStatus;

constexpr auto look_every = 250ms;
constexpr auto try_again_after = 5s;
constexpr std::string_view its_row_was_deleted = "its row was deleted";
constexpr std::size_t rows_removed_max = 20;  // old ones that go at once

std::string_view event_of(JobStatus status) {
    if (status == JobStatus::succeeded) return "job-succeeded";
    return status == JobStatus::failed ? "job-failed" : "job-stopped";
}

/// What is paused or ended waits for nothing.
bool goes_on(JobStatus status) {
    return status == JobStatus::in_progress || status == JobStatus::waiting_for_resources;
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
    const auto view = vault_.view();
    if (current_) {
        const auto row = messages::read_job(view, current_->row.id);
        const bool damaged = !row && row.error().code == Errc::integrity;
        if (!row && !damaged) return wait(row.error().message, try_again_after);
        if (damaged || !*row) {
            lose(
                current_->due.value_or(messages::RecordJob{}),
                damaged ? "its row is damaged" : its_row_was_deleted
            );
            return Nanoseconds{0};
        }
        current_->row.status = (*row)->status;
    }
    if (!view.facts().enabled(caller_.user)) {
        return wait("the user of the jobs is disabled", look_every);
    }
    if (current_) {
        if (const auto given = give_way(); !given)
            return wait(given.error().message, try_again_after);
    }
    return current_ ? go_on() : look();
}

Urgency JobRunner::urgency_of(std::string_view name) const {
    const auto found = std::ranges::find_if(jobs_, [&](const ScheduledJob& one) {
        return one.job->name() == name;
    });
    return found == jobs_.end() ? Urgency::of_the_schedule : found->urgency;
}

Result<void> JobRunner::give_way() {
    // What users asked for may take days, and what the schedule starts goes before it.
    if (urgency_of(current_->row.name) == Urgency::when_nothing_else && schedule_is_due()) {
        if (!current_->due && record(report()) && current_) let_go();
        return {};
    }
    const auto versionnumber = vault_.view().snapshot().versionnumber;
    if (versionnumber == urgent_seen_ || current_->due) return {};
    urgent_seen_ = versionnumber;
    ROOKERY_TRY(const auto ready, rows_in(JobStateCode::ready));
    const bool more_urgent = std::ranges::any_of(ready, [&](const messages::JobRow& row) {
        return urgency_of(row.name) > urgency_of(current_->row.name);
    });
    if (more_urgent && record(report()) && current_) let_go();
    return {};
}

bool JobRunner::schedule_is_due() const {
    const auto now = vault_.clock().now();
    return !schedule_seen_ || now - *schedule_seen_ >= options_.schedule_every ||
           now < *schedule_seen_;
}

/// Whether no job is begun or ready, but for such as wait for all others.
Result<bool> JobRunner::is_at_leisure() {
    for (const auto state : {JobStateCode::locked, JobStateCode::ready}) {
        ROOKERY_TRY(const auto rows, rows_in(state));
        const bool all = std::ranges::all_of(rows, [&](const messages::JobRow& row) {
            return urgency_of(row.name) == Urgency::when_nothing_else;
        });
        if (!all) return false;
    }
    return true;
}

Result<void> JobRunner::look_at_schedule() {
    ROOKERY_CHECK(show_what_ended());
    ROOKERY_TRY(const bool leisure, is_at_leisure());
    if (!leisure) return {};
    ROOKERY_CHECK(start_what_is_due());
    schedule_seen_ = vault_.clock().now();
    return {};
}

/// Nothing is in hand.
JobRunner::Nanoseconds JobRunner::look() {
    const auto versionnumber = vault_.view().snapshot().versionnumber;
    const bool schedule_due = schedule_is_due();
    if (versionnumber == seen_ && !schedule_due) return look_every;
    (void)remove_old_rows();                         // one that stays is no reason to stop
    if (schedule_due) (void)end_expired_requests();  // nobody can approve one in any case
    auto done = schedule_due ? look_at_schedule() : Result<void>{};
    if (done) done = take_up();
    if (done && !current_) done = show_what_is_paused();
    if (!done) return wait(done.error().message, try_again_after);
    if (current_) return Nanoseconds{0};
    trouble_.clear();
    seen_ = versionnumber;
    return look_every;
}

/// Why nothing goes on, for everybody who looks: in the status, and once on the operator's log.
JobRunner::Nanoseconds JobRunner::wait(const std::string& why, Nanoseconds how_long) {
    if (std::exchange(trouble_, why) != why) {
        options_.log("jobs-wait", current_ ? current_->row.name : std::string{}, why);
    }
    if (current_) {
        current_->row.progress.wait_reason = why;
        tell();
        return how_long;
    }
    for (auto shown : monitor_->state()) {
        shown.progress.wait_reason = why;
        monitor_->now(shown.name, shown.id, shown.status, shown.progress);
    }
    schedule_seen_.reset();  // then all is told anew
    return how_long;
}

/// Damaged rows are left alone: what is damaged the scrub has to tell, which must not wait for that.
Result<std::vector<messages::JobRow>> JobRunner::rows_in(JobStateCode state) {
    ROOKERY_TRY(auto read, messages::read_jobs(vault_.view(), state));
    if (read.damaged > damaged_said_) {
        damaged_said_ = read.damaged;
        options_.log(
            "jobs-wait",
            {},
            "damaged rows of jobs, which are left alone: " + std::to_string(read.damaged)
        );
    }
    return std::move(read.rows);
}

/// The most urgent one; of those what has begun, and then the oldest.
Result<void> JobRunner::take_up() {
    ROOKERY_TRY(auto rows, rows_in(JobStateCode::locked));
    const auto begun = rows.size();
    ROOKERY_TRY(auto ready, rows_in(JobStateCode::ready));
    std::ranges::move(ready, std::back_inserter(rows));
    if (rows.empty()) return {};
    const auto row = std::ranges::max_element(rows, {}, [&](const messages::JobRow& one) {
        return urgency_of(one.name);
    });
    const bool resumed = static_cast<std::size_t>(row - rows.begin()) < begun;
    current_ = Current{std::move(*row), nullptr, options_.steady(), {}};
    current_->job = job_of(current_->row.name);
    current_->row.progress.wait_reason.clear();
    monitor_->next_start(current_->row.name, std::nullopt);
    if (current_->job != nullptr && resumed) {
        tell();
        options_.log("job-resumed", current_->row.name, {});
        return {};
    }
    auto begin = report();
    if (current_->job == nullptr) {
        begin.to = JobStatus::failed;
        begin.message = "This version of the server has no job of that name.";
    } else {
        begin.to = JobStatus::in_progress;
    }
    (void)record(std::move(begin));
    return {};
}

JobRunner::Nanoseconds JobRunner::go_on() {
    if (current_->due) {
        if (!record(std::move(*std::exchange(current_->due, std::nullopt)))) return try_again_after;
        return Nanoseconds{0};
    }
    if (current_->row.status != JobStatus::in_progress) {
        return record(report()) ? Nanoseconds{0} : Nanoseconds{try_again_after};
    }
    trouble_.clear();
    Nanoseconds cost{0};
    auto made = step(cost);
    if (!made) {
        const auto& error = made.error();
        JobStep failed{current_->row.progress, StepEnd::failed, error.message, {}, {}};
        if (!error.hint.empty()) failed.message += "; " + error.hint;
        failed.error = error.code;
        return after(std::move(failed), cost);
    }
    return after(std::move(*made), cost);
}

Result<JobStep> JobRunner::step(Nanoseconds& cost) {
    const auto begin = options_.steady();
    const auto times = alone_ && idle_share() != 0 ? options_.step_alone : 1;
    StepBudget budget(
        options_.step_units * times,
        [&] { return stopping_ || options_.steady() - begin >= options_.step * times; },
        alone_
    );
    auto made = [&]() -> Result<JobStep> {
        try {
            return current_->job->step(vault_, current_->row.progress, budget);
        } catch (const std::exception&) {
            // A bug, or memory that is exhausted: the job ends by it, and nothing else does.
            return fail(Errc::internal, "The job failed inside; the server's version has a fault.");
        }
    }();
    cost = options_.steady() - begin;
    if (made && made->progress.cursor.size() > cursor_max) {
        // Its row would keep a part of it, which leads elsewhere.
        return fail(Errc::internal, "The job failed inside: its cursor is too long.");
    }
    return made;
}

JobRunner::Nanoseconds JobRunner::after(JobStep step, Nanoseconds cost) {
    auto& now = *current_;
    now.row.progress = std::move(step.progress);
    if (step.end != StepEnd::waits) now.row.progress.wait_reason.clear();
    tell();
    const bool was_alone = alone_;
    const auto share = share_after(step);
    // Whoever calls now had nothing of the time before.
    if (was_alone && !alone_) cost = std::min<Nanoseconds>(cost, options_.step);
    const auto rest = cost * (100 - share) / share;
    const bool ends = step.end == StepEnd::succeeded || step.end == StepEnd::failed;
    const auto since = options_.steady() - now.recorded;
    if (!ends && !step.keep && step.found.empty() && since < options_.record_every) {
        return step.end == StepEnd::waits ? std::max<Nanoseconds>(rest, step.wait) : rest;
    }
    if (step.backup) now.backup = std::move(step.backup);
    auto message = report();
    if (ends) {
        message.to = step.end == StepEnd::succeeded ? JobStatus::succeeded : JobStatus::failed;
        message.message = std::move(step.message);
        message.error = step.error;
    }
    message.findings = std::move(step.found);
    return record(std::move(message)) ? rest : std::max<Nanoseconds>(rest, try_again_after);
}

/// Every request is on the log, so whoever else works shows there.
unsigned JobRunner::share_after(const JobStep& step) {
    const auto size = vault_.view().snapshot().log_size;
    alone_ = size - std::exchange(log_seen_, size) <= step.log_entries;
    return alone_ && idle_share() != 0 ? idle_share() : options_.share_percent;
}

unsigned JobRunner::idle_share() const {
    return std::ranges::find(
               jobs_, current_->job, [](const ScheduledJob& one) { return one.job.get(); }
    )->idle_share_percent;
}

/// Before the job's end, so that no backup is told of that is not on the log: the end waits for it.
bool JobRunner::note_backup() {
    if (!current_->backup) return true;
    const auto event =
        audit::backup_event(*current_->backup, vault_.origin(), vault_.clock().now());
    if (const auto noted = messages::note_event(vault_, event); !noted) {
        options_.log("backup-not-on-log", current_->row.name, noted.error().message);
        return false;
    }
    current_->backup.reset();
    return true;
}

bool JobRunner::record(messages::RecordJob message) {
    if (!note_backup()) {
        current_->due = std::move(message);
        (void)wait("this vault: what was backed up is not on the log yet", try_again_after);
        return false;
    }
    const auto replied = ask<messages::JobReply>(message);
    if (!replied && replied.error().code == Errc::not_found) {  // the row was deleted
        lose(message, its_row_was_deleted);
        return true;
    }
    if (!replied) {
        current_->due = std::move(message);
        (void)wait("this vault: " + replied.error().message, try_again_after);
        return false;
    }
    const auto status = replied->status;
    log_seen_ = vault_.view().snapshot().log_size;
    current_->recorded = options_.steady();
    current_->row.status = status;
    tell();
    const auto& name = current_->row.name;
    if (status == JobStatus::in_progress) {
        if (message.to == status) options_.log("job-started", name, {});
        return true;
    }
    options_.log(
        event_of(status), name, status == JobStatus::failed ? message.message : std::string{}
    );
    let_go();
    return true;
}

/// Without a row what it found cannot be recorded any more.
void JobRunner::lose(const messages::RecordJob& message, std::string_view why) {
    const auto& name = current_->row.name;
    for (const auto& finding : message.findings) {
        options_.log("job-finding", name, finding.place + ": " + finding.what);
    }
    options_.log("job-stopped", name, why);
    monitor_->now(name, {}, JobStatus::waiting_for_resources, {});
    let_go();
}

void JobRunner::let_go() {
    if (current_ && current_->job != nullptr) current_->job->let_go();
    current_.reset();
    seen_ = 0;
    schedule_seen_.reset();
}

void JobRunner::keep() {
    if (!current_) return;
    auto message = current_->due ? std::move(*current_->due) : report();
    (void)record(std::move(message));
}

/// For the status, how each job ended last; what is paused is shown as that.
Result<void> JobRunner::show_what_ended() {
    ROOKERY_TRY(const auto ended, rows_in(JobStateCode::completed));
    for (const auto& shown : monitor_->state()) {
        const auto* completed = last_of(ended, has_completed(shown.name));
        monitor_->last_completed(
            shown.name, completed == nullptr ? std::nullopt : completed->completed
        );
        if (shown.status == JobStatus::waiting) continue;
        static const messages::JobRow never;
        const auto* last = last_of(ended, is_called(shown.name));
        const auto& row = last == nullptr ? never : *last;
        monitor_->now(shown.name, row.id, row.status, row.progress);
    }
    return {};
}

/// Of each name that has no job under way, once its time has come.
Result<void> JobRunner::start_what_is_due() {
    ROOKERY_TRY(const auto ended, rows_in(JobStateCode::completed));
    ROOKERY_TRY(const auto suspended, rows_in(JobStateCode::suspended));
    const auto born = first_time(vault_.view());
    const auto now = vault_.clock().now();
    const auto running = std::chrono::floor<std::chrono::seconds>(options_.steady() - began_);
    for (const auto& one : jobs_) {
        const auto name = one.job->name();
        const auto rest = std::max(std::chrono::seconds{0}, one.after_start - running);
        const bool paused = last_of(suspended, is_called(name)) != nullptr;
        if (one.due && rest.count() == 0 && !paused && one.due()) {
            ROOKERY_CHECK(start(name));
            continue;
        }
        if (one.every.count() == 0 || paused) {
            monitor_->next_start(name, std::nullopt);
            continue;
        }
        const auto* last = last_of(ended, has_completed(name));  // not one that was canceled
        auto since = last == nullptr ? born : std::max(born, last->created);
        if (one.last_done) since = std::max(since, one.last_done());
        const auto due = std::max(since + one.every, now + rest);
        monitor_->next_start(name, due);
        if (now >= due) ROOKERY_CHECK(start(name));
    }
    return {};
}

Result<void> JobRunner::start(std::string_view name) {
    messages::StartJob message;
    message.name = name;
    ROOKERY_CHECK(ask<messages::StartedJobReply>(message));
    return {};
}

/// For the status: a paused job is in nobody's hand, and what becomes of it then is written by others.
Result<void> JobRunner::show_what_is_paused() {
    ROOKERY_TRY(const auto suspended, rows_in(JobStateCode::suspended));
    for (const auto& shown : monitor_->state()) {
        if (shown.status != JobStatus::waiting) continue;
        ROOKERY_TRY(const auto row, messages::read_job(vault_.view(), shown.id));
        if (row) {
            monitor_->now(row->name, row->id, row->status, row->progress);
        } else {
            monitor_->now(shown.name, {}, JobStatus::waiting_for_resources, {});
        }
    }
    for (const auto& row : suspended) {
        monitor_->now(row.name, row.id, row.status, row.progress);
        monitor_->next_start(row.name, std::nullopt);
    }
    return {};
}

/// What nobody approved within its time ends, so that its row says so. One that is approved meanwhile has another cursor.
Result<void> JobRunner::end_expired_requests() {
    ROOKERY_TRY(const auto suspended, rows_in(JobStateCode::suspended));
    for (const auto& row : suspended) {
        if (!messages::is_expired_request(row, vault_.clock().now())) continue;
        messages::RecordJob message;
        message.id = row.id;
        message.progress = row.progress;
        message.if_cursor = row.progress.cursor;
        message.to = JobStatus::failed;
        message.message = "Nobody approved it within a day. Ask again.";
        ROOKERY_CHECK(ask<messages::JobReply>(message));
        options_.log(event_of(JobStatus::failed), row.name, message.message);
    }
    return {};
}

/// Some at a time: each is a message of its own, and the rest goes with the next looks.
Result<void> JobRunner::remove_old_rows() {
    ROOKERY_TRY(
        const auto count,
        messages::count_jobs(vault_.view(), JobStateCode::completed, options_.rows_kept + 1)
    );
    if (count <= options_.rows_kept) return {};
    ROOKERY_TRY(const auto rows, rows_in(JobStateCode::completed));
    if (rows.size() <= options_.rows_kept) return {};
    auto going = std::min(rows.size() - options_.rows_kept, rows_removed_max);
    for (const auto* row : in_order_of_removal(rows)) {
        if (going == 0) break;
        messages::Delete message;
        message.target = {&schema::known::asyncoperation, row->id};
        // One that stays keeps none of the others.
        if (ask<messages::NoContent>(message)) --going;
    }
    return {};
}

messages::RecordJob JobRunner::report() const {
    messages::RecordJob out;
    out.id = current_->row.id;
    out.progress = current_->row.progress;
    if (!goes_on(current_->row.status)) out.progress.wait_reason.clear();
    return out;
}

Job* JobRunner::job_of(std::string_view name) const {
    for (const auto& one : jobs_) {
        if (one.job->name() == name) return one.job.get();
    }
    return nullptr;
}

void JobRunner::tell() const {
    const auto shown = report();
    monitor_->now(current_->row.name, shown.id, current_->row.status, shown.progress);
}

template <class Reply>
Result<Reply> JobRunner::ask(const messages::Message& message) {
    ROOKERY_TRY(auto receipt, vault_.run(caller_, message));
    return messages::take_reply_as<Reply>(std::move(receipt));
}

}  // namespace rookery::jobs
