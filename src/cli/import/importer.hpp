// Takes rows of an import file into a vault over its API. The caller reads the file; workers with a
// connection each look up what is there, create applications and handles first (a secret is bound
// to its handle row), and write the records in batches. Rows of one handle always go to the same
// worker in the file's order, so the last one wins. Memory is bounded whatever the file's size.
#pragma once

#include "base/result.hpp"
#include "cli/client/connection.hpp"
#include "cli/import/import_report.hpp"
#include "cli/import/import_row.hpp"

#include <memory>

namespace rookery::cli {

class Importer {
 public:
    /// Connects and asks who the caller is.
    [[nodiscard]] static Result<std::unique_ptr<Importer>> start(
        const Connection& connection, ImportOptions options, OnProblem on_problem
    );

    ~Importer();
    Importer(const Importer&) = delete;
    Importer& operator=(const Importer&) = delete;

    /// Waits while all workers are busy. The error that ended a worker, if one did: then no row is
    /// taken any more (what was written stays; a second run goes on).
    [[nodiscard]] Result<void> add(ImportRow row);
    /// A row that did not get this far.
    void add_problem(const ImportProblem& problem);
    /// Writes what is left and ends the workers.
    [[nodiscard]] Result<void> finish();

    [[nodiscard]] ImportCounts counts() const;

 private:
    struct Impl;
    explicit Importer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace rookery::cli
