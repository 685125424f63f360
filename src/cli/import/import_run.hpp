// ImportRun: what the workers of one import have in common. Thread-safe.
#pragma once

#include "base/result.hpp"
#include "base/thread_annotations.hpp"
#include "base/uuid.hpp"
#include "cli/import/import_directory.hpp"
#include "cli/import/import_report.hpp"

#include <cstdint>
#include <optional>

namespace rookery::cli {

class ImportRun {
 public:
    /// `caller` owns what has no owner in the file; `organization` is the vault's id.
    ImportRun(ImportOptions options, OnProblem on_problem, Uuid caller, Uuid organization);

    [[nodiscard]] const ImportOptions& options() const { return options_; }

    [[nodiscard]] const Uuid& organization() const { return organization_; }

    [[nodiscard]] ImportDirectory& directory() { return directory_; }

    void report(const ImportProblem& problem);
    void count(std::uint64_t ImportCounts::*which);
    [[nodiscard]] ImportCounts counts() const;

    /// Ends the import; the first error is the one that is told.
    void end_with(Error error);
    /// The error that ended it, if one did.
    [[nodiscard]] Result<void> health() const;

 private:
    const ImportOptions options_;
    const OnProblem on_problem_;
    const Uuid organization_;
    ImportDirectory directory_;
    mutable Mutex mutex_;
    ImportCounts counts_ ROOKERY_GUARDED_BY(mutex_);
    std::optional<Error> failure_ ROOKERY_GUARDED_BY(mutex_);
};

}  // namespace rookery::cli
