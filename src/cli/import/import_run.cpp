#include "cli/import/import_run.hpp"

#include <utility>

namespace rookery::cli {
namespace {

constexpr unsigned denied_max = 10;

}  // namespace

Error stopped_on_request() {
    return {
        Errc::cancelled,
        "stopped on request before the import was done",
        "what was written stays; run it again to go on"};
}

ImportRun::ImportRun(
    OnProblem on_problem, AskedToStop asked_to_stop, const Uuid& organization,
    ImportDirectory& directory
)
    : on_problem_(std::move(on_problem)),
      asked_to_stop_(std::move(asked_to_stop)),
      organization_(organization),
      directory_(directory) {}

Uuid ImportRun::new_id() { return Uuid::random(random_); }

void ImportRun::report(const ScannedRow& row) {
    const MutexLock guard(mutex_);
    on_problem_(row);
}

void ImportRun::count_done(std::uint64_t rows) {
    const MutexLock guard(mutex_);
    done_ += rows;
}

std::uint64_t ImportRun::done() const {
    const MutexLock guard(mutex_);
    return done_;
}

void ImportRun::note_written() {
    const MutexLock guard(mutex_);
    written_ = true;
}

Result<void> ImportRun::count_denied(const Error& error) {
    const MutexLock guard(mutex_);
    if (!denial_) denial_ = error;
    if (++denied_ >= denied_max && !written_) return fail(error);
    return {};
}

Result<void> ImportRun::verdict() const {
    const MutexLock guard(mutex_);
    if (denial_ && !written_) return fail(*denial_);
    return {};
}

void ImportRun::end_with(Error error) {
    const MutexLock guard(mutex_);
    if (!failure_) failure_ = std::move(error);
}

Result<void> ImportRun::go_on() {
    if (asked_to_stop_()) end_with(stopped_on_request());
    return health();
}

Result<void> ImportRun::health() const {
    const MutexLock guard(mutex_);
    if (failure_) return fail(*failure_);
    return {};
}

}  // namespace rookery::cli
