// ImportWorker: a thread, its connection, and a short queue of batches. Filled by one thread.
#pragma once

#include "base/thread_annotations.hpp"
#include "cli/client/api_client.hpp"
#include "cli/import/import_run.hpp"
#include "cli/import/work_row.hpp"

#include <condition_variable>
#include <deque>
#include <thread>
#include <vector>

namespace rookery::cli {

class ImportWorker {
 public:
    ImportWorker(ImportRun& run, ApiClient client);
    ~ImportWorker();
    ImportWorker(const ImportWorker&) = delete;
    ImportWorker& operator=(const ImportWorker&) = delete;

    /// Waits while the queue is full.
    void add(std::vector<WorkRow> batch);
    /// Waits until all is written.
    void end();

 private:
    void work();
    /// The oldest batch; empty when there will be none.
    std::vector<WorkRow> next_batch();

    ImportRun& run_;
    ApiClient client_;
    Mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::vector<WorkRow>> waiting_ ROOKERY_GUARDED_BY(mutex_);
    bool closing_ ROOKERY_GUARDED_BY(mutex_) = false;
    bool ended_ ROOKERY_GUARDED_BY(mutex_) = false;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace rookery::cli
