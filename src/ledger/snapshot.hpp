// Snapshot: the state that requests are planned on. Published by the ledger after every commit,
// before anyone who waits on that commit wakes.
#pragma once

#include "ledger/pending.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace rookery::crypto {
struct KeySet;
}

namespace rookery::ledger {

class RowFreshness;

/// What is derived from rows and kept in memory with the view it belongs to (the access facts).
class Projection {
 public:
    virtual ~Projection() = default;
    /// The projection after these writes, all of access-fact tables, in order.
    [[nodiscard]] virtual std::shared_ptr<const Projection> with(
        std::span<const RowWrite* const> writes
    ) const = 0;
};

/// The rows that a change set writes, while it is planned (change_set.hpp).
class PlannedRows {
 public:
    /// `earlier`: of the set that this one is a part of.
    explicit PlannedRows(std::shared_ptr<const PlannedRows> earlier)
        : earlier_(std::move(earlier)) {}

    /// Where the row's last write stood before, if there was one; from now on `write`.
    std::optional<std::size_t> put(const storage::RowRef& row, std::size_t write) {
        const auto [at, first] = writes_.try_emplace(row, write);
        if (first) return std::nullopt;
        return std::exchange(at->second, write);
    }

    [[nodiscard]] bool has(const storage::RowRef& row) const {
        return writes_.contains(row) || (earlier_ && earlier_->has(row));
    }

    [[nodiscard]] std::size_t size() const { return writes_.size(); }

 private:
    std::shared_ptr<const PlannedRows> earlier_;
    std::map<storage::RowRef, std::size_t> writes_;
};

struct Snapshot {
    std::shared_ptr<const storage::StoreView> store;
    std::shared_ptr<const Projection> projection;
    std::shared_ptr<const crypto::KeySet> keys;  // that `keyring_epoch` is of
    std::uint64_t access_epoch = 0;
    std::uint32_t keyring_epoch = 0;
    std::uint64_t log_size = 0;
    std::uint64_t versionnumber = 0;  // the newest one given
    // What each row should be; null: nobody remembers it. Told of what is seen, so not part of the state.
    std::shared_ptr<RowFreshness> freshness;
    // Rows that this state shows and no disk has: of them nothing is remembered. Null: there are none.
    std::shared_ptr<const PlannedRows> planned;
};

}  // namespace rookery::ledger
