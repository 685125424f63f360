// ChangeSet: several Pendings of one sender that become durable together or not at all: they are joined into one. Each
// is planned on the state that those before it leave, which nobody else sees and which is on no disk.
//
//     ChangeSet set(snapshot);
//     set.add(PLAN(set.state())); …     one after the other
//     ledger.commit(std::move(set).join()), then Receipt::parts()
//
// One thread at a time. A set that is dropped was never there. A Pending that was joined is a part like any other: a message
// that is several by itself stands in a set as one.
#pragma once

#include "ledger/pending.hpp"
#include "ledger/snapshot.hpp"
#include "storage/store_overlay.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace rookery::ledger {

class ChangeSet {
 public:
    explicit ChangeSet(std::shared_ptr<const Snapshot> before);

    /// Of the rows as they are with all that was added; another object after each that changes access.
    [[nodiscard]] const std::shared_ptr<const Snapshot>& state() const { return state_; }

    /// Precondition: planned on state(), with its keys.
    void add(Pending part);

    /// Rows that it writes or removes, and those of them in one table.
    [[nodiscard]] std::size_t rows() const { return newest_->size(); }

    [[nodiscard]] std::size_t rows_of(schema::TableId table) const {
        const auto found = rows_of_table_.find(table);
        return found == rows_of_table_.end() ? 0 : found->second;
    }

    /// None of it is done: what its parts looked at to be decided, and `last`, which was refused and is not among them, with
    /// all that they relied on. Nothing: they looked at nothing.
    [[nodiscard]] std::optional<Plan> looked(std::optional<Plan> last) &&;

    /// With a reply for each (Receipt::parts). Precondition: something was added.
    [[nodiscard]] Pending join() &&;
    /// With one reply for all, which names no write of theirs.
    [[nodiscard]] Pending join(std::unique_ptr<Reply> reply) &&;

 private:
    void supersede(RowWrite& earlier, RowWrite& later) const;
    void add_writes(std::vector<RowWrite> writes);
    void show(std::vector<RowWrite>& writes);

    std::shared_ptr<const Snapshot> before_;
    std::shared_ptr<storage::StoreOverlay> rows_;
    std::shared_ptr<PlannedRows> newest_;  // where in the plan each row's last write stands
    std::map<schema::TableId, std::size_t> rows_of_table_;
    std::shared_ptr<const Snapshot> state_;
    Plan plan_;
    std::vector<ReplySet::Part> parts_;
};

}  // namespace rookery::ledger
