#include "cli/import/import_run.hpp"

#include <utility>

namespace rookery::cli {

ImportRun::ImportRun(OnProblem on_problem, const Uuid& organization, ImportDirectory& directory)
    : on_problem_(std::move(on_problem)), organization_(organization), directory_(directory) {}

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

void ImportRun::end_with(Error error) {
    const MutexLock guard(mutex_);
    if (!failure_) failure_ = std::move(error);
}

Result<void> ImportRun::health() const {
    const MutexLock guard(mutex_);
    if (failure_) return fail(*failure_);
    return {};
}

}  // namespace rookery::cli
