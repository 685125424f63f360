// AnchorKeeper: writes the anchor of an open vault, in every place of it, by a thread of its own: at most
// once a second, and only when something has become durable since. Nobody waits for it, and when it cannot
// write the vault goes on: an anchor is what finds a later loss, and no request depends on it.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/thread_annotations.hpp"
#include "ledger/ledger.hpp"
#include "vault/anchor.hpp"
#include "vault/anchor_check.hpp"
#include "vault/anchor_options.hpp"
#include "vault/mounted_place.hpp"

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace rookery::messages {

/// Durable when this returns.
[[nodiscard]] Result<void> write_anchor(
    const std::filesystem::path& file, const Anchor& anchor, const crypto::SigningKey& key
);

class AnchorKeeper {
 public:
    static constexpr std::chrono::seconds interval{1};

    /// What it is about; all references outlive it.
    struct Of {
        const ledger::Ledger& ledger;
        const Clock& clock;
        Uuid vault;
        std::string origin;
        std::filesystem::path data;  // a file that is not there is to stay on another disk
    };

    AnchorKeeper(Of of, std::vector<AnchorPlace> places, decltype(AnchorOptions::told) told);
    /// Ends the thread, then writes what is durable by now: after an orderly end the anchor is exact.
    ~AnchorKeeper();
    AnchorKeeper(const AnchorKeeper&) = delete;
    AnchorKeeper& operator=(const AnchorKeeper&) = delete;

    /// Writes at once where the anchor is not up to date. The first error, if a place failed. Before start(), or
    /// on its thread.
    [[nodiscard]] Result<void> write();
    /// From now on by itself.
    void start();

    /// For the status: why the anchor is not up to date, if so.
    [[nodiscard]] std::vector<std::string> warnings() const ROOKERY_EXCLUDES(mutex_);

 private:
    struct Place {
        AnchorPlace at;
        std::uint64_t log_size = 0;  // as it was written last
        std::uint64_t keyring_epoch = 0;
        bool written = false;
        MountedPlace mounted;
    };

    [[nodiscard]] static Result<void> write(
        const Place& place, const Anchor& anchor, const crypto::SigningKey& key
    );
    void run();
    /// Whether it is over.
    [[nodiscard]] bool rest() ROOKERY_EXCLUDES(mutex_);
    void tell(const std::string& problem) ROOKERY_EXCLUDES(mutex_);

    const Of of_;
    const decltype(AnchorOptions::told) told_;
    std::vector<Place> places_;  // of whoever writes
    mutable Mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ ROOKERY_GUARDED_BY(mutex_) = false;
    std::string problem_ ROOKERY_GUARDED_BY(mutex_);
    std::thread thread_;
};

}  // namespace rookery::messages
