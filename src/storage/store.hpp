// Store: an ordered key-value store with snapshots, and one committer.
//
// `view()` is for everybody and never waits. `begin()` is for the ledger's thread alone: it takes
// units of work in order, answers which of them still hold, and writes the accepted ones as one
// atomic, durable batch. Nothing above storage may assume more than this interface says; what it
// says is tried on every engine by tests/storage/store_contract.hpp. engine.hpp opens one.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::storage {

/// Each has keys of its own. `rows` and `rowidx` hold the tables, `log` the audit log, `meta` the rest.
enum class Family : std::uint8_t { rows, rowidx, log, meta };

/// What every engine takes at least, of any bytes; nothing that a vault writes is longer. Keys are ordered
/// as unsigned bytes.
inline constexpr std::size_t key_bytes_max = std::size_t{16} << 10;
inline constexpr std::size_t value_bytes_max = std::size_t{16} << 20;

struct KeyRange {
    Family family = Family::rowidx;
    std::string lower;  // inclusive
    std::string upper;  // exclusive, see prefix_end(); empty: to the end
    /// Whoever walks over everything: what others will read again is not to leave an engine's cache for it.
    bool once = false;
};

/// The smallest key above every key that begins with `prefix`.
[[nodiscard]] std::string prefix_end(std::string_view prefix);

enum class Order : std::uint8_t { ascending, descending };

/// Walks a range. Key and value stay valid until the next move. Used by one thread.
class Cursor {
 public:
    virtual ~Cursor() = default;
    [[nodiscard]] virtual bool valid() const = 0;
    virtual void next() = 0;

    /// On to the first key of the range that is not below `key`: cheaper than a walk of its own for each of many places.
    /// Precondition: ascending. A key that was passed is not gone back to.
    virtual void seek(std::string_view key) {
        while (valid() && this->key() < key) next();
    }

    [[nodiscard]] virtual std::string_view key() const = 0;
    [[nodiscard]] virtual std::string_view value() const = 0;
    /// Errc::integrity or Errc::io when the walk ended for another reason than the range's end.
    [[nodiscard]] virtual Result<void> status() const = 0;
};

/// One consistent state of the store; immutable, thread-safe, cheap to share.
class StoreView {
 public:
    virtual ~StoreView() = default;
    /// Calls `use` with the value if the key is there (no copy); says whether it was.
    [[nodiscard]] virtual Result<bool> get(
        Family family, std::string_view key, const std::function<void(std::string_view)>& use
    ) const = 0;
    [[nodiscard]] virtual std::unique_ptr<Cursor> scan(const KeyRange& range, Order order)
        const = 0;
    /// Counts commits; a later view has a higher number.
    [[nodiscard]] virtual std::uint64_t sequence() const = 0;

    [[nodiscard]] Result<std::optional<std::string>> get(Family family, std::string_view key) const;
};

struct Put {
    Family family = Family::rows;
    std::string_view key;
    std::string_view value;
};

struct Removal {
    Family family = Family::rows;
    std::string_view key;
};

/// The changes of one unit. What they point to outlives them.
struct Changes {
    std::vector<Put> puts;
    std::vector<Removal> removals;
};

/// What a unit relied on in `view`: keys whose value or absence it saw, and ranges in which it saw
/// every key. The unit holds if no commit after the view, and no earlier accepted unit of the same
/// commit, put or removed one of them. Only `rows` and `rowidx` keys can be guarded.
struct Guards {
    std::shared_ptr<const StoreView> view;
    std::vector<std::pair<Family, std::string>> keys;
    std::vector<KeyRange> ranges;

    [[nodiscard]] bool empty() const { return keys.empty() && ranges.empty(); }
};

struct Unit {
    const Guards* guards = nullptr;
    const Changes* changes = nullptr;
};

/// One commit in the making. Used by one thread.
class Commit {
 public:
    virtual ~Commit() = default;
    /// Whether the unit holds after those that were taken before it. If so its changes are part of the
    /// commit. An error when the store takes no commit: that is not the unit's fault, and planning it again
    /// would not help.
    [[nodiscard]] virtual Result<bool> take(const Unit& unit) = 0;
    /// Adds what the committer itself writes (log rows, state row). Unguarded. Of two writes to one
    /// key in a commit the later one counts.
    virtual void put(Family family, std::string_view key, std::string_view value) = 0;
    virtual void remove(Family family, std::string_view key) = 0;
    /// All or nothing, synced to disk before it returns. After a failure the store takes no further
    /// commit: neither page cache nor engine can be trusted after a failed sync. The views show the
    /// state before it; what a new opening finds is the state before or after it, and no other.
    [[nodiscard]] virtual Result<void> write() = 0;
};

class Store {
 public:
    virtual ~Store() = default;
    /// The newest durable state. Thread-safe.
    [[nodiscard]] virtual std::shared_ptr<const StoreView> view() const = 0;
    /// Reads everything that the engine keeps, whole, and compares it with the engine's checksums, which
    /// find damage and no intent. Errc::integrity for that alone; Errc::io for what could not be read.
    /// Thread-safe: commits may go on, and are no damage.
    [[nodiscard]] virtual Result<void> check_files() const = 0;
    /// Starts a commit; the previous one must be gone. The ledger's thread only.
    [[nodiscard]] virtual std::unique_ptr<Commit> begin() = 0;
};

}  // namespace rookery::storage
