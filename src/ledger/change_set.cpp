#include "ledger/change_set.hpp"

#include "ledger/plan_writes.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rookery::ledger {
namespace {

std::shared_ptr<Snapshot> over(
    const Snapshot& before, const std::shared_ptr<storage::StoreOverlay>& rows,
    const std::shared_ptr<PlannedRows>& planned
) {
    auto out = std::make_shared<Snapshot>(before);
    out->store = rows;
    out->planned = planned;
    return out;
}

template <class T>
void append(std::vector<T>& to, std::vector<T>&& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

std::function<void()> both(std::function<void()> first, std::function<void()> second) {
    if (!first || !second) return first ? std::move(first) : std::move(second);
    return [first = std::move(first), second = std::move(second)] {
        first();
        second();
    };
}

}  // namespace

ChangeSet::ChangeSet(std::shared_ptr<const Snapshot> before)
    : before_(std::move(before)),
      rows_(std::make_shared<storage::StoreOverlay>(before_->store)),
      newest_(std::make_shared<PlannedRows>(before_->planned)),
      state_(over(*before_, rows_, newest_)) {
    plan_.guards.view = before_->store;
    plan_.access_epoch = before_->access_epoch;
    plan_.keyring_epoch = before_->keyring_epoch;
}

void ChangeSet::add(Pending part) {
    auto plan = std::move(part.plan_);
    parts_.push_back({plan_.writes.size(), plan_.events.size(), std::move(plan.reply)});
    plan_.on_durable = both(std::move(plan_.on_durable), std::move(plan.on_durable));
    append(plan_.outbox_changes, std::move(plan.outbox_changes));
    add_writes(std::move(plan.writes));
    add_looks(plan_, std::move(plan));
}

/// The earlier write keeps its number, for its reply. All that is left to be done stands in the later one: between the
/// row as it was before the set and as it is after it there is nothing on the disk.
void ChangeSet::supersede(RowWrite& earlier, RowWrite& later) const {
    later.digest_minus = earlier.digest_minus;
    later.live_change += earlier.live_change;
    later.access_fact = later.access_fact || earlier.access_fact;
    std::map<std::string, bool> entries;  // whether each is there in the end
    for (auto* write : {&earlier, &later}) {
        for (auto& key : write->index_removals) entries.insert_or_assign(std::move(key), false);
        for (auto& key : write->index_puts) entries.insert_or_assign(std::move(key), true);
        write->index_removals.clear();
        write->index_puts.clear();
    }
    for (const auto& [key, there] : entries) {
        (there ? later.index_puts : later.index_removals).push_back(key);
    }
    earlier.superseded = true;
    earlier.encoded.value.clear();
    earlier.fact.reset();
}

void ChangeSet::add_writes(std::vector<RowWrite> writes) {
    show(writes);
    for (auto& write : writes) {
        const auto at = plan_.writes.size();
        if (const auto earlier = newest_->put(write.ref, at)) {
            supersede(plan_.writes[*earlier], write);
        } else {
            ++rows_of_table_[write.ref.table];
        }
        plan_.writes.push_back(std::move(write));
    }
}

/// To the parts that come. Which versionnumbers the rows get is not known yet: they show those that would come next, so
/// that a condition on an older one does not hold.
void ChangeSet::show(std::vector<RowWrite>& writes) {
    auto number = before_->versionnumber + plan_.writes.size();
    number_rows(writes, number);
    rows_->add(RowChanges(writes).changes());
    std::vector<const RowWrite*> facts;
    for (const auto& write : writes) {
        if (write.access_fact && !write.superseded) facts.push_back(&write);
    }
    if (facts.empty()) return;
    auto next = over(*before_, rows_, newest_);
    next->projection = state_->projection->with(facts);
    state_ = std::move(next);
}

std::optional<Plan> ChangeSet::looked(std::optional<Plan> last) && {
    if (!last && plan_.looks.empty()) return std::nullopt;
    const auto events = std::exchange(plan_.events, {});
    Plan out;
    out.access_epoch = plan_.access_epoch;
    out.keyring_epoch = plan_.keyring_epoch;
    out.guards.view = plan_.guards.view;
    for (const auto at : std::exchange(plan_.looks, {})) {
        out.looks.push_back(out.events.size());
        out.events.push_back(events[at]);
    }
    add_looks(out, std::move(plan_));
    if (last) add_looks(out, std::move(*last));
    out.relies_on_access = true;
    return out;
}

Pending ChangeSet::join() && {
    auto replies = std::make_unique<ReplySet>(std::move(parts_));
    return std::move(*this).join(std::move(replies));
}

Pending ChangeSet::join(std::unique_ptr<Reply> reply) && {
    // Parts mostly rely on the same rows: an owner, a parent.
    auto& keys = plan_.guards.keys;
    std::ranges::sort(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    plan_.reply = std::move(reply);
    return Pending(std::move(plan_));
}

}  // namespace rookery::ledger
