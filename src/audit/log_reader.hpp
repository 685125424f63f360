// LogReader: reads entries of one store view and opens their details. Nothing it returns is
// unchecked: the leaf against its stored hash and its place, the details against the leaf's
// commitments. What fails a check is named and hides nothing else. That the tree as a whole is the
// signed one is the verifier's business. A value per view; thread-safe.
#pragma once

#include "audit/event.hpp"
#include "audit/leaf.hpp"
#include "audit/log_row.hpp"
#include "audit/log_state.hpp"
#include "audit/unreadable.hpp"
#include "base/result.hpp"
#include "merkle/checkpoint.hpp"
#include "merkle/root_at.hpp"
#include "storage/store.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rookery::crypto {
class DetailSealer;
}

namespace rookery::audit {

/// Which sections a reader asks for; priv needs a right of its own.
enum class Sections : std::uint8_t { core, core_and_priv };

struct LogRecord {
    Leaf leaf;
    Event event;  // priv is default when it was not asked for
    // In clear, and not the genesis: no key vouches for who wrote it. Whoever can write to the disk
    // can put such an entry there until the vault is unsealed again and signs what it found.
    bool while_sealed = false;
};

/// An entry that is there by its index and cannot be read.
struct UnreadableEntry {
    std::uint64_t index = 0;
    Unreadable why = Unreadable::row_missing;
    std::optional<Instant> time;  // when the leaf is good

    friend bool operator==(const UnreadableEntry&, const UnreadableEntry&) = default;
};

using FoundEntry = tl::expected<LogRecord, UnreadableEntry>;

[[nodiscard]] inline std::uint64_t index_of(const FoundEntry& found) {
    return found ? found->leaf.index : found.error().index;
}

/// What a reviewer searches for; an entry must meet all that is given, as far as it can be read: one
/// that cannot is found whatever was searched for, since nothing says that it is not the one.
struct LogQuery {
    std::optional<Uuid> record;
    std::optional<std::string> actor;        // core 7, the id
    std::optional<ByteArray<8>> credential;  // core 7, the fingerprint
    std::optional<Instant> since;            // log time, inclusive
    std::uint64_t from = 0;                  // indexes from this one on
    std::optional<std::uint64_t> below;      // indexes below this one
    std::size_t top = 50;
    std::size_t scan_max = 100'000;  // entries looked at for one page
};

struct LogPage {
    std::vector<FoundEntry> entries;          // newest first
    std::optional<std::uint64_t> next_below;  // give it as `below` for the next page
};

class LogReader final : public merkle::HashReader {
 public:
    /// `sealer` may be null: then only entries in clear can be opened. Errc::integrity or newer_format
    /// of the state row; a store without a log reads as an empty one.
    [[nodiscard]] static Result<LogReader> open(
        std::shared_ptr<const storage::StoreView> view, const crypto::DetailSealer* sealer
    );

    [[nodiscard]] const LogState& state() const { return state_; }

    [[nodiscard]] std::uint64_t size() const { return state_.size(); }

    /// Errc::not_found at or beyond size().
    [[nodiscard]] Result<Leaf> leaf(std::uint64_t index) const;
    /// Errc::integrity of an entry that cannot be read; newer_format; unavailable when it takes a key.
    [[nodiscard]] Result<LogRecord> read(std::uint64_t index, Sections sections) const;

    /// Whether the tree's nodes beside the entry follow from their children. Errc::integrity.
    [[nodiscard]] Result<void> check_nodes(std::uint64_t index) const;

    /// Newest first. Opens every entry down to the page's end, about 5 µs each; stops at the first that
    /// was sealed before `since`, and after scan_max entries, so that a page may be short or empty and
    /// still have a next one. An unreadable entry is one of the page's `top` and stops nothing.
    /// Errc::io of the store; damage of it is no error.
    [[nodiscard]] Result<LogPage> search(const LogQuery& query, Sections sections) const;

    /// Whether to go on.
    using Visitor = std::function<Result<bool>(FoundEntry found)>;

    /// Each entry of the indexes from `from` up to `end`, its core opened, upwards or downwards until `visit` says false.
    /// Errc::io of the store, and what `visit` says; damage of an entry is no error.
    [[nodiscard]] Result<void> each(
        std::uint64_t from, std::uint64_t end, storage::Order order, const Visitor& visit
    ) const;

    /// Every entry below this index was made before `time`. Found by some 2 × log2(size) entries, and as far as both the
    /// leaf and the sealed event say so, since a leaf in the store can be given any time: an entry that cannot be read
    /// proves nothing.
    [[nodiscard]] Result<std::uint64_t> begin_of(Instant time) const;
    /// Every entry from this index on was made at `time` or later, likewise.
    [[nodiscard]] Result<std::uint64_t> end_before(Instant time) const;

    /// From the row of the leaf that completed the node.
    [[nodiscard]] Result<Digest> node(unsigned level, std::uint64_t index) const override;

    /// The stored note of the newest checkpoint, unverified.
    [[nodiscard]] Result<std::optional<std::string>> newest_checkpoint() const;

 private:
    LogReader(
        std::shared_ptr<const storage::StoreView> view, const crypto::DetailSealer* sealer,
        LogState state
    )
        : view_(std::move(view)), sealer_(sealer), state_(std::move(state)) {}

    [[nodiscard]] FoundEntry open_entry(
        std::uint64_t index, std::string_view value, Sections sections
    ) const;

    [[nodiscard]] Result<FoundEntry> find(std::uint64_t index) const;

    std::shared_ptr<const storage::StoreView> view_;
    const crypto::DetailSealer* sealer_;
    LogState state_;
};

struct StartCheck {
    std::optional<LogState> state;                // nothing: the store has no log
    std::optional<merkle::Checkpoint> published;  // newest, verified
};

/// Before the log is continued: the state row's root follows from its frontier, the frontier is what
/// the last rows say (their nodes recomputed from their children), no entry lies at or beyond the
/// size, and the newest checkpoint verifies, is not newer than the state and has the tree's root.
/// About 4 × log2(size) reads. Errc::integrity otherwise.
[[nodiscard]] Result<StartCheck> check_start(
    const storage::StoreView& view, const merkle::VerifierKey& key
);

}  // namespace rookery::audit
