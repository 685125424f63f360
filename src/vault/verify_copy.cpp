#include "vault/verify_copy.hpp"

#include "base/folder.hpp"

#include <csignal>
#include <ctime>
#include <pthread.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace rookery::messages {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t temporary_names_max = 1'000'000;
constexpr int ending_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
constexpr std::size_t copy_names_max = 64;
/// While the engine's threads still write into what is removed.
constexpr int removals_max = 50;
constexpr long look_every_ns = 50'000'000;

/// Those that would end the process: what somebody has it ignore stays ignored.
sigset_t ending_set() {
    sigset_t out;
    sigemptyset(&out);
    for (const int signal : ending_signals) {
        struct sigaction now {};

        if (::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) {
            sigaddset(&out, signal);
        }
    }
    return out;
}

void remove_whatever_writes(const fs::path& directory) {
    std::error_code error;
    for (int i = 0; i < removals_max && fs::exists(directory, error); ++i) {
        fs::remove_all(directory, error);
    }
}

/// As it would have been without this class.
void end_by(int signal, const sigset_t& set) {
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    ::kill(::getpid(), signal);
}

}  // namespace

std::string verify_copy_name(const Uuid& id) {
    return std::string(verify_copy_prefix) + to_string(id);
}

std::size_t clear_verify_copies(const fs::path& temporary) {
    std::size_t cleared = 0;
    const auto folder = Folder::open_to_read(temporary);
    const auto names =
        folder ? folder->names(temporary_names_max) : Result<std::vector<std::string>>{};
    if (!folder || !names) return 0;
    for (const auto& name : *names) {
        if (!name.starts_with(verify_copy_prefix) ||
            !Uuid::parse(name.substr(verify_copy_prefix.size()))) {
            continue;
        }
        const auto copy = Folder::open_private(temporary / name);
        if (!copy || !copy->lock()) continue;
        // An empty one is harmless, and may be of a process that is about to take its lock.
        const auto inner = copy->names(copy_names_max);
        if (!inner || inner->empty()) continue;
        if (folder->remove(name)) ++cleared;
    }
    return cleared;
}

TakenAlong::TakenAlong(fs::path directory) : directory_(std::move(directory)) {
    const auto set = ending_set();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    waits_ = std::thread([this, set] {
        while (!over_.load()) {
            const timespec look{0, look_every_ns};
            const int signal = ::sigtimedwait(&set, nullptr, &look);
            if (signal <= 0) continue;
            remove_whatever_writes(directory_);
            end_by(signal, set);
        }
    });
}

TakenAlong::~TakenAlong() {
    over_.store(true);
    waits_.join();
    auto set = ending_set();
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace rookery::messages
