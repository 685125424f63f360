#include "vault/key_leases.hpp"

#include <exception>
#include <utility>

namespace rookery::messages {

void LeaseBell::ring() {
    {
        const MutexLock lock(mutex_);
        rung_ = true;
    }
    changed_.notify_one();
}

void LeaseBell::stop() {
    {
        const MutexLock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
}

bool LeaseBell::wait(bool again) {
    const auto until = std::chrono::steady_clock::now() + KeyLeases::again_after;
    const MutexLock lock(mutex_);
    while (!stopping_ && !rung_) {
        if (!again) {
            lock.wait(changed_);
        } else if (lock.wait_until(changed_, until) == std::cv_status::timeout) {
            break;
        }
    }
    rung_ = false;
    return !stopping_;
}

KeyLeases::KeyLeases(std::shared_ptr<LeaseBell> bell, std::function<Result<void>()> renew)
    : bell_(std::move(bell)), renew_(std::move(renew)), thread_([this] { run(); }) {}

KeyLeases::~KeyLeases() {
    bell_->stop();
    thread_.join();
}

void KeyLeases::run() {
    bool again = false;
    while (bell_->wait(again)) {
        std::string problem;
        try {
            if (const auto renewed = renew_(); !renewed) problem = renewed.error().message;
        } catch (const std::exception&) {
            problem = "the memory is exhausted";
        }
        again = !problem.empty();
        const MutexLock lock(mutex_);
        problem_ = std::move(problem);
    }
}

std::vector<std::string> KeyLeases::warnings() const {
    const MutexLock lock(mutex_);
    if (problem_.empty()) return {};
    return {
        "the keyring cannot be written: " + problem_ +
        "; soon no token can be sealed, since the uses of the KEK are counted there"};
}

}  // namespace rookery::messages
