// What a Plan is to a batch: how large it is, whether it changes access, and its rows as the engine's.
#pragma once

#include "ledger/pending.hpp"
#include "storage/store.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace rookery::ledger {

[[nodiscard]] std::size_t plan_bytes(const Plan& plan);

/// Whether it writes a row that decides access: the access epoch moves with it.
[[nodiscard]] bool changes_access(const Plan& plan);

/// Gives each of the rows the next versionnumber after `newest`, but those that keep theirs.
void number_rows(std::span<RowWrite> writes, std::uint64_t& newest);

/// What writes are to the store: of each row the last. Points into the writes, which outlive it.
class RowChanges {
 public:
    explicit RowChanges(std::span<const RowWrite> writes);

    RowChanges(const RowChanges&) = delete;
    RowChanges& operator=(const RowChanges&) = delete;

    /// In the order of the writes.
    [[nodiscard]] const storage::Changes& changes() const { return changes_; }

    /// In ascending order the engine finds each place from the one before it.
    void sort();

 private:
    void add(const RowWrite& write);

    std::vector<std::string> row_keys_;  // that the changes point to
    storage::Changes changes_;
};

}  // namespace rookery::ledger
