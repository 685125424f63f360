// Snapshot: the state that requests are planned on. Published by the ledger after every commit,
// before anyone who waits on that commit wakes.
#pragma once

#include "ledger/pending.hpp"

#include <cstdint>
#include <memory>
#include <span>

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
};

}  // namespace rookery::ledger
