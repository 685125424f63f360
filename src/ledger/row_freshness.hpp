// RowFreshness: which version of each row is the newest, in memory, so that an older copy of a row that is put back under
// a running vault is found by whoever reads it, although its tag is right. 16 bytes for each row that was read or written.
//
// The ledger tells it what it has made durable, readers tell it what they see. Of a row that nobody has seen since the
// start, the first sight is believed until the comparison of all rows with the vault's state (vault/freshness_watch.hpp) is
// done; from then on a row that it does not know is none. docs/THREAT_MODEL.md says what that leaves. Thread-safe.
#pragma once

#include "base/random.hpp"
#include "base/thread_annotations.hpp"
#include "crypto/place_hash.hpp"
#include "ledger/pending.hpp"
#include "storage/store.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace rookery::ledger {

/// A row that is not the one that was written last.
struct StaleRow {
    enum class Kind : std::uint8_t {
        older,    // another copy than the newest, with a tag that was right once
        missing,  // it was there, and nothing removed it
        stray,    // it was removed, or never there
    };

    storage::RowRef row;
    Kind kind = Kind::older;
};

/// For people.
[[nodiscard]] std::string_view words_for(StaleRow::Kind kind);

class RowFreshness {
 public:
    /// About 160 MB at most; what is beyond is not remembered, and `rookery verify` is what finds it.
    static constexpr std::size_t rows_max_default = 8'000'000;
    /// Whose place is told; more are counted.
    static constexpr std::size_t stale_kept = 100;

    explicit RowFreshness(Random& random, std::size_t rows_max = rows_max_default)
        : hash_(random), rows_max_(rows_max) {}

    /// Whether this is what the store should show under this key, `tag` being that of the row there, and null when there is
    /// none. False: an older copy, which goes on record here. A view that is older than the newest commit shows older rows
    /// rightly, and so does one over changes that are not made yet.
    [[nodiscard]] bool agrees(const storage::RowRef& row, const Digest* tag);

    /// After these were made durable, and before anybody is given `view`, which shows them.
    void written(
        std::span<const RowWrite* const> writes, std::shared_ptr<const storage::StoreView> view
    );

    /// Every row was seen, and all of them together are as the vault's state says. Without effect when some could not be
    /// remembered.
    void all_seen();

    [[nodiscard]] bool knows_all() const { return all_seen_; }

    /// All of them together are not as the vault's state says.
    void sums_disagree() { sums_disagree_ = true; }

    [[nodiscard]] bool do_sums_disagree() const { return sums_disagree_; }

    /// Somebody found by other means that this row is not the newest, `seen` being the tag that it has, and null when it has
    /// none. From now on until it is written anew it agrees with nothing, unless it was already.
    void condemn(const StaleRow& row, const Digest* seen);

    /// How many rows were found, and those of them that nobody has taken yet.
    [[nodiscard]] std::uint64_t stale_count() const { return stale_count_; }

    [[nodiscard]] std::vector<StaleRow> take_stale();

    /// Rows that are remembered, and the bytes that takes.
    [[nodiscard]] std::size_t rows() const { return rows_; }

    [[nodiscard]] std::size_t bytes() const;

 private:
    /// Of a row: half of its tag's first half, or one of the marks below.
    using Mark = std::uint64_t;

    static constexpr Mark removed = 0;    // its key was removed
    static constexpr Mark condemned = 1;  // it is known to be an older one

    struct Slot {
        std::uint64_t place = 0;  // keyed hash of the row; 0: free
        Mark mark = removed;
    };

    struct Shard {
        mutable Mutex mutex;
        std::vector<Slot> slots ROOKERY_GUARDED_BY(mutex);
        std::size_t used ROOKERY_GUARDED_BY(mutex) = 0;
    };

    static constexpr std::size_t shard_bits = 6;

    [[nodiscard]] static Mark mark_of(const Digest& tag);
    [[nodiscard]] std::uint64_t place_of_row(const storage::RowRef& row) const;
    [[nodiscard]] Shard& shard_of(std::uint64_t place) const;
    [[nodiscard]] static Slot* find(std::vector<Slot>& slots, std::uint64_t place);
    [[nodiscard]] std::optional<Mark> known(std::uint64_t place) const;
    /// Nothing when there was none, and it was remembered if `remember` and there is room.
    std::optional<Mark> known_or_new(std::uint64_t place, Mark mark, bool remember);
    void set(std::uint64_t place, Mark mark);
    bool add(Shard& shard, std::uint64_t place, Mark mark) ROOKERY_REQUIRES(shard.mutex);
    [[nodiscard]] bool agrees_with_newest(const storage::RowRef& row, std::uint64_t place)
        ROOKERY_EXCLUDES(order_);
    void note(const StaleRow& row);

    const crypto::PlaceHash hash_;
    const std::size_t rows_max_;
    mutable std::array<Shard, std::size_t{1} << shard_bits> shards_;
    std::atomic<std::size_t> rows_{0};
    std::atomic<bool> all_seen_{false};
    std::atomic<bool> sums_disagree_{false};
    std::atomic<bool> forgets_{false};  // there were more rows than it remembers

    // Held while marks and newest view change together, so that whoever holds it compares the two.
    Mutex order_;
    std::shared_ptr<const storage::StoreView> newest_ ROOKERY_GUARDED_BY(order_);

    mutable Mutex stale_mutex_;
    std::vector<StaleRow> stale_ ROOKERY_GUARDED_BY(stale_mutex_);
    std::vector<std::uint64_t> stale_places_ ROOKERY_GUARDED_BY(stale_mutex_);
    std::atomic<std::uint64_t> stale_count_{0};
};

}  // namespace rookery::ledger
