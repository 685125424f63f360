// ImportRun: what the workers of one import have in common. Thread-safe.
#pragma once

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/thread_annotations.hpp"
#include "base/uuid.hpp"
#include "cli/import/import_directory.hpp"
#include "cli/import/import_scan.hpp"

#include <cstdint>
#include <functional>
#include <optional>

namespace rookery::cli {

/// A row that was not written as planned. Called from any thread, one at a time.
using OnProblem = std::function<void(const ScannedRow& row)>;

/// Whether the import shall end before its next batch. Called from any thread.
using AskedToStop = std::function<bool()>;

/// Errc::cancelled.
[[nodiscard]] Error stopped_on_request();

class ImportRun {
 public:
    /// `organization` is the vault's id. The directory outlives this.
    ImportRun(
        OnProblem on_problem, AskedToStop asked_to_stop, const Uuid& organization,
        ImportDirectory& directory
    );

    [[nodiscard]] const Uuid& organization() const { return organization_; }

    [[nodiscard]] ImportDirectory& directory() { return directory_; }

    [[nodiscard]] Uuid new_id();

    void report(const ScannedRow& row);
    void count_done(std::uint64_t rows);
    [[nodiscard]] std::uint64_t done() const;

    /// Something is in the vault as it was planned, apart from handle rows without records.
    void note_written();
    /// A row was refused for a privilege that the caller lacks. The error itself once so many were that the rest
    /// would be too: ten, and none was written.
    [[nodiscard]] Result<void> count_denied(const Error& error);
    /// At the end: that error too when it met fewer rows, but every one that was tried.
    [[nodiscard]] Result<void> verdict() const;

    /// Ends the import; the first error is the one that is told.
    void end_with(Error error);
    /// Asked before each batch: ends the import if it shall stop; then health().
    [[nodiscard]] Result<void> go_on();
    /// The error that ended it, if one did.
    [[nodiscard]] Result<void> health() const;

 private:
    const OnProblem on_problem_;
    const AskedToStop asked_to_stop_;
    const Uuid organization_;
    ImportDirectory& directory_;
    SystemRandom random_;
    mutable Mutex mutex_;
    std::uint64_t done_ ROOKERY_GUARDED_BY(mutex_) = 0;
    bool written_ ROOKERY_GUARDED_BY(mutex_) = false;
    unsigned denied_ ROOKERY_GUARDED_BY(mutex_) = 0;
    std::optional<Error> denial_ ROOKERY_GUARDED_BY(mutex_);  // the first
    std::optional<Error> failure_ ROOKERY_GUARDED_BY(mutex_);
};

}  // namespace rookery::cli
