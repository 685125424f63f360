// ImportWorker: a thread, its connection, and a short queue of batches. Filled by one thread.
#pragma once

#include "base/thread_annotations.hpp"
#include "cli/client/api_client.hpp"
#include "cli/import/import_batch.hpp"
#include "cli/import/import_row.hpp"
#include "cli/import/import_run.hpp"
#include "cli/import/planned_row.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace rookery::cli {

class ImportWorker {
 public:
    ImportWorker(ImportRun& run, ApiClient client);
    ~ImportWorker();
    ImportWorker(const ImportWorker&) = delete;
    ImportWorker& operator=(const ImportWorker&) = delete;

    /// `key` is import_key of the row. Waits while the queue is full.
    void add(ImportRow row, std::string key);
    /// Hands over what was added. Waits while the queue is full.
    void flush();
    /// After the last flush: waits until all is written.
    void end();

 private:
    void work();
    /// The oldest batch; empty when there will be none.
    std::vector<PlannedRow> next_batch();

    ImportRun& run_;
    ApiClient client_;
    Expectation expectation_ = Expectation::unknown;  // the thread's own
    std::vector<PlannedRow> filling_;
    std::size_t filling_bytes_ = 0;
    std::set<std::string> keys_;
    Mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::vector<PlannedRow>> waiting_ ROOKERY_GUARDED_BY(mutex_);
    bool closing_ ROOKERY_GUARDED_BY(mutex_) = false;
    bool ended_ ROOKERY_GUARDED_BY(mutex_) = false;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace rookery::cli
