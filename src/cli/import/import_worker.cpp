#include "cli/import/import_worker.hpp"

#include <utility>

namespace rookery::cli {
namespace {

// Escaped as JSON it can be six times as long, and a body may have 8 MiB.
constexpr std::size_t token_bytes_max = std::size_t{1} << 20;
constexpr std::size_t waiting_max = 2;

}  // namespace

ImportWorker::ImportWorker(ImportRun& run, ApiClient client)
    : run_(run), client_(std::move(client)), thread_([this] { work(); }) {}

ImportWorker::~ImportWorker() { end(); }

void ImportWorker::add(ImportRow row, std::string key) {
    // A batch names each record once; the second mention waits for the first to be written.
    const auto bytes = row.access_token.size() + row.access_token_secret.size();
    if (keys_.count(key) != 0 || filling_.size() >= run_.options().batch_rows ||
        filling_bytes_ + bytes > token_bytes_max) {
        flush();
    }
    filling_bytes_ += bytes;
    keys_.insert(key);
    PlannedRow planned;
    planned.row = std::move(row);
    planned.key = std::move(key);
    filling_.push_back(std::move(planned));
}

void ImportWorker::flush() {
    if (filling_.empty()) return;
    const MutexLock lock(mutex_);
    while (waiting_.size() >= waiting_max && !ended_) lock.wait(changed_);
    if (!ended_) waiting_.push_back(std::move(filling_));
    filling_.clear();
    filling_bytes_ = 0;
    keys_.clear();
    changed_.notify_all();
}

void ImportWorker::end() {
    {
        const MutexLock guard(mutex_);
        closing_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

std::vector<PlannedRow> ImportWorker::next_batch() {
    const MutexLock lock(mutex_);
    while (waiting_.empty() && !closing_) lock.wait(changed_);
    if (waiting_.empty()) return {};
    auto batch = std::move(waiting_.front());
    waiting_.pop_front();
    changed_.notify_all();
    return batch;
}

void ImportWorker::work() {
    while (true) {
        auto batch = next_batch();
        if (batch.empty()) return;
        auto done = run_.health();
        if (done) done = import_batch(run_, client_, batch, expectation_);
        if (!done) run_.end_with(std::move(done).error());
        if (run_.health()) continue;
        const MutexLock guard(mutex_);
        ended_ = true;  // nobody waits for a worker that will not work
        waiting_.clear();
        changed_.notify_all();
        return;
    }
}

}  // namespace rookery::cli
