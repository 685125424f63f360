// FreshnessWatch: compares all rows of a vault that serves with the vault's state once after the start, so that older copies
// which were put back while it was stopped are found, and puts on the log whatever is found then or by readers. One view of
// the store, one walk over its rows: their sum must be the state's. If it is not, one walk over the log names the rows.
//
// The first part runs before the first request, as far as it gets in that time: a vault of some hundred thousand rows is
// compared whole before anybody reads. The rest goes on by a thread of its own, at a quarter of a core.
#pragma once

#include "audit/finding_event.hpp"
#include "audit/log_reader.hpp"
#include "base/result.hpp"
#include "base/thread_annotations.hpp"
#include "crypto/multiset_digest.hpp"
#include "ledger/vault_state.hpp"
#include "pipeline/view.hpp"
#include "storage/store.hpp"
#include "vault/vault.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

namespace rookery::messages {

class FreshnessWatch {
 public:
    struct Options {
        std::chrono::milliseconds before_serving{300};
        unsigned share_percent = 25;  // of a core, from then on
        // Each thing that was found, and why the comparison could not be made. By any thread.
        std::function<void(std::string_view place, std::string_view what)> found = {};
    };

    /// Returns when `before_serving` is over, or everything was compared before that. `vault` outlives it.
    [[nodiscard]] static std::unique_ptr<FreshnessWatch> start(Vault& vault, Options options);

    /// Ends the thread, and puts on the log what was found last.
    ~FreshnessWatch();
    FreshnessWatch(const FreshnessWatch&) = delete;
    FreshnessWatch& operator=(const FreshnessWatch&) = delete;

 private:
    using Steady = std::chrono::steady_clock;

    enum class Phase : std::uint8_t { rows, log, done };

    FreshnessWatch(Vault& vault, Options options) : vault_(vault), options_(std::move(options)) {}

    void run();
    /// Compares until then. What it comes to is told, and an error ends the comparison.
    void go_on(Steady::time_point until);
    [[nodiscard]] Result<void> begin();
    [[nodiscard]] Result<void> go_on_with_rows(Steady::time_point until);
    [[nodiscard]] Result<void> go_on_with_log(Steady::time_point until);
    [[nodiscard]] Result<void> look_at_entry(std::uint64_t index);
    void end();
    void find(audit::FoundThing found);
    /// What readers found goes on the log like what this did.
    void note_findings();
    /// Whether it is over.
    [[nodiscard]] bool rest(Steady::duration how_long) ROOKERY_EXCLUDES(mutex_);

    Vault& vault_;
    const Options options_;
    Phase phase_ = Phase::rows;
    std::optional<View> view_;  // while it compares
    std::unique_ptr<storage::Cursor> rows_;
    std::optional<audit::LogReader> log_;
    ledger::VaultState state_;
    crypto::MultisetDigest sum_;
    std::uint64_t next_entry_ = 0;
    std::uint64_t named_ = 0;
    std::vector<audit::FoundThing> found_;  // not yet on the log

    Mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ ROOKERY_GUARDED_BY(mutex_) = false;
    std::thread thread_;
};

}  // namespace rookery::messages
