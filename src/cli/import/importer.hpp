// Takes rows of an import file into a vault over its API. The caller reads the file; workers with a
// connection each look up what is there, create applications and handles first (a secret is bound
// to its handle row), and write the records in batches. Rows of one handle always go to the same
// worker in the file's order, so the last one wins. Memory is bounded whatever the file's size.
#pragma once

#include "base/result.hpp"
#include "cli/client/api_client.hpp"
#include "cli/import/import_row.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace rookery::cli {

struct ImportOptions {
    bool dry_run = false;        // reads only; counts what would happen
    bool take_over = false;      // records of another owner are assigned, not left
    bool skip_existing = false;  // records that are there are left as they are
    std::size_t batch_rows = 1000;  // what one message may change
    unsigned workers = 2;
};

enum class ProblemKind : std::uint8_t { bad, conflict };

/// A row that was not taken over; never with a field of it.
struct ImportProblem {
    std::uint64_t line = 0;
    ProblemKind kind = ProblemKind::bad;
    std::string reason;
};

struct ImportCounts {
    std::uint64_t created = 0;
    std::uint64_t updated = 0;
    std::uint64_t unchanged = 0;
    std::uint64_t conflicts = 0;
    std::uint64_t bad = 0;

    [[nodiscard]] std::uint64_t total() const {
        return created + updated + unchanged + conflicts + bad;
    }
};

class Importer {
  public:
    /// Called from any worker, one at a time.
    using OnProblem = std::function<void(const ImportProblem&)>;

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
    void add_problem(ImportProblem problem);
    /// Writes what is left and ends the workers.
    [[nodiscard]] Result<void> finish();

    [[nodiscard]] ImportCounts counts() const;

  private:
    class Impl;
    explicit Importer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace rookery::cli
