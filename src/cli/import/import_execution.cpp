#include "cli/import/import_execution.hpp"

#include "cli/client/api_client.hpp"
#include "cli/import/import_worker.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

namespace rookery::cli {
namespace {

// Escaped as JSON it can be six times as long, and a body may have 8 MiB.
constexpr std::size_t token_bytes_max = std::size_t{1} << 20;

// Fewer rows are not worth a commit of their own.
constexpr std::size_t batch_rows_min = 100;

/// As many batches for each worker as for the others, so that none works while the others have done.
/// Precondition: a row is open.
std::size_t rows_of_batch(const ImportScan& scan, const ImportOptions& options) {
    const auto open = static_cast<std::size_t>(std::ranges::count_if(scan.rows, &ScannedRow::open));
    const auto round = options.batch_rows * options.workers;
    const auto batches = (open + round - 1) / round * options.workers;
    return std::min(std::max((open + batches - 1) / batches, batch_rows_min), options.batch_rows);
}

class Execution {
 public:
    Execution(
        const ImportFile& file, const ImportOptions& options, ImportRun& run, ImportScan& scan,
        const std::function<void(std::uint64_t)>& progress
    )
        : file_(file),
          options_(options),
          run_(run),
          scan_(scan),
          progress_(progress),
          batch_rows_(rows_of_batch(scan, options)) {}

    Result<void> connect(const Connection& connection) {
        for (unsigned i = 0; i < options_.workers; ++i) {
            ROOKERY_TRY(auto client, ApiClient::open(connection, std::chrono::minutes{2}));
            workers_.push_back(std::make_unique<ImportWorker>(run_, std::move(client)));
        }
        return {};
    }

    Result<void> write() {
        auto fed = reads_tokens() ? feed_from_file() : feed_from_plan();
        if (fed) flush();
        for (const auto& worker : workers_) worker->end();
        ROOKERY_CHECK(run_.health());
        return fed;
    }

 private:
    [[nodiscard]] bool reads_tokens() const {
        return std::ranges::any_of(scan_.rows, [](const ScannedRow& row) {
            return row.open() && row.has_tokens;
        });
    }

    Result<void> feed_from_plan() {
        for (auto& row : scan_.rows) {
            if (!row.open()) continue;
            WorkRow work;
            work.row = &row;
            ROOKERY_CHECK(add(std::move(work)));
        }
        return {};
    }

    Result<void> feed_from_file() {
        ROOKERY_TRY(auto input, file_.rows());
        CsvRow read;
        for (auto& row : scan_.rows) {
            ROOKERY_TRY(const bool more, input.reader.next(read));
            if (!more || read.line != row.line) return another_file();
            if (!row.open()) continue;
            auto again = read_import_row(input.header, read);
            if (!again || digest_of(*again) != row.digest) return another_file();
            WorkRow work;
            work.row = &row;
            work.access_token = std::move(again->access_token);
            work.access_token_secret = std::move(again->access_token_secret);
            ROOKERY_CHECK(add(std::move(work)));
        }
        return {};
    }

    static tl::unexpected<Error> another_file() {
        return fail(
            Errc::version_mismatch,
            "the file was changed while it was imported",
            "what was written stays; run it again to go on"
        );
    }

    Result<void> add(WorkRow row) {
        ROOKERY_CHECK(run_.health());
        const auto bytes = row.token_bytes();
        if (filling_.size() >= batch_rows_ || filling_bytes_ + bytes > token_bytes_max) {
            flush();
        }
        filling_bytes_ += bytes;
        filling_.push_back(std::move(row));
        return {};
    }

    void flush() {
        if (filling_.empty()) return;
        workers_[next_]->add(std::exchange(filling_, {}));
        next_ = (next_ + 1) % workers_.size();
        filling_bytes_ = 0;
        progress_(run_.done());
    }

    const ImportFile& file_;
    const ImportOptions& options_;
    ImportRun& run_;
    ImportScan& scan_;
    const std::function<void(std::uint64_t)>& progress_;
    const std::size_t batch_rows_;
    std::vector<WorkRow> filling_;
    std::size_t filling_bytes_ = 0;
    std::size_t next_ = 0;
    std::vector<std::unique_ptr<ImportWorker>> workers_;
};

}  // namespace

void leave_the_rest(ImportScan& scan) {
    for (auto& row : scan.rows) {
        if (row.open() && !row.done) row.plan.outcome = Outcome::not_reached;
    }
}

Result<void> execute_import(
    const Connection& connection, const ImportFile& file, const ImportOptions& options,
    ImportRun& run, ImportScan& scan, const std::function<void(std::uint64_t)>& progress
) {
    Result<void> out;
    if (std::ranges::any_of(scan.rows, &ScannedRow::open)) {
        Execution execution(file, options, run, scan, progress);
        out = execution.connect(connection);
        if (out) out = execution.write();
        if (out) out = run.verdict();
    }
    leave_the_rest(scan);
    return out;
}

}  // namespace rookery::cli
