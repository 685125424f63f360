#include "cli/import/import_worker.hpp"

#include "cli/import/import_batch.hpp"

#include <utility>

namespace rookery::cli {
namespace {

constexpr std::size_t waiting_max = 2;

}  // namespace

ImportWorker::ImportWorker(ImportRun& run, ApiClient client)
    : run_(run), client_(std::move(client)), thread_([this] { work(); }) {}

ImportWorker::~ImportWorker() { end(); }

void ImportWorker::add(std::vector<WorkRow> batch) {
    const MutexLock lock(mutex_);
    while (waiting_.size() >= waiting_max && !ended_) lock.wait(changed_);
    if (!ended_) waiting_.push_back(std::move(batch));
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

std::vector<WorkRow> ImportWorker::next_batch() {
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
        auto done = run_.go_on();
        if (done) done = write_batch(run_, client_, batch);
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
