#include "vault/anchor_keeper.hpp"

#include "base/file.hpp"
#include "vault/anchor_elsewhere.hpp"
#include "vault/opening_checks.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace rookery::messages {

Result<void> write_anchor(
    const std::filesystem::path& file, const Anchor& anchor, const crypto::SigningKey& key
) {
    return replace_file(file, bytes_of(sign_anchor(anchor, key)), FileMode::owner_only);
}

AnchorKeeper::AnchorKeeper(
    Of of, std::vector<AnchorPlace> places, decltype(AnchorOptions::told) told
)
    : of_(std::move(of)), told_(std::move(told)) {
    for (auto& place : places) {
        MountedPlace mounted(place.file, of_.data);
        places_.push_back({.at = std::move(place), .mounted = std::move(mounted)});
    }
}

AnchorKeeper::~AnchorKeeper() {
    {
        const MutexLock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (!thread_.joinable()) return;  // nothing was promised yet
    thread_.join();
    try {
        static_cast<void>(write());
    } catch (const std::exception&) {  // memory is exhausted: the anchor stays a second old
    }
}

void AnchorKeeper::start() {
    thread_ = std::thread([this] { run(); });
}

void AnchorKeeper::run() {
    do {
        try {
            static_cast<void>(write());
        } catch (const std::exception&) {  // memory is exhausted: the next turn may have some
        }
    } while (!rest());
}

bool AnchorKeeper::rest() {
    const auto until = std::chrono::steady_clock::now() + interval;
    const MutexLock lock(mutex_);
    while (!stopping_) {
        if (lock.wait_until(changed_, until) == std::cv_status::timeout) break;
    }
    return stopping_;
}

Result<void> AnchorKeeper::write(
    const Place& place, const Anchor& anchor, const crypto::SigningKey& key
) {
    if (place.at.elsewhere) return place.at.elsewhere->put(sign_anchor(anchor, key));
    ROOKERY_CHECK(place.mounted.check());
    return write_anchor(place.at.file, anchor, key);
}

Result<void> AnchorKeeper::write() {
    const auto now = of_.ledger.snapshot();
    // Whatever changes a row has an entry.
    const auto up_to_date = [&](const Place& place) {
        return place.written && place.log_size == now->log_size &&
               place.keyring_epoch == now->keyring_epoch;
    };
    if (std::ranges::all_of(places_, up_to_date)) return {};
    const auto state = read_state(*now->store, now->keys->authenticator);
    if (!state) {
        tell(state.error().message);
        return fail(state.error());
    }
    const auto anchor = anchor_of(of_.vault, of_.origin, *state, of_.clock.now());
    auto out = Result<void>{};
    std::string problem;
    for (auto& place : places_) {
        if (up_to_date(place)) continue;
        auto written = write(place, anchor, now->keys->signing);
        place.written = written.has_value();
        place.log_size = now->log_size;
        place.keyring_epoch = now->keyring_epoch;
        if (written) continue;
        if (problem.empty()) problem = written.error().message;
        if (out) out = std::move(written);
    }
    tell(problem);
    return out;
}

void AnchorKeeper::tell(const std::string& problem) {
    {
        const MutexLock lock(mutex_);
        const bool same = problem_.empty() == problem.empty();
        problem_ = problem;
        if (same) return;
    }
    if (told_) told_(problem);
}

std::vector<std::string> AnchorKeeper::warnings() const {
    const MutexLock lock(mutex_);
    if (problem_.empty()) return {};
    return {
        "the anchor cannot be written: " + problem_ +
        "; a loss of what came since would not be found"};
}

}  // namespace rookery::messages
