#include "cli/import/import_run.hpp"

#include <utility>

namespace rookery::cli {

ImportRun::ImportRun(ImportOptions options, OnProblem on_problem, Uuid caller, Uuid organization)
    : options_(options),
      on_problem_(std::move(on_problem)),
      organization_(organization),
      directory_(caller) {}

void ImportRun::report(const ImportProblem& problem) {
    const MutexLock guard(mutex_);
    ++(problem.kind == ProblemKind::bad ? counts_.bad : counts_.conflicts);
    on_problem_(problem);
}

void ImportRun::count(std::uint64_t ImportCounts::*which) {
    const MutexLock guard(mutex_);
    ++(counts_.*which);
}

ImportCounts ImportRun::counts() const {
    const MutexLock guard(mutex_);
    return counts_;
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
