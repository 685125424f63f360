#include "ledger/row_freshness.hpp"

#include "storage/row_key.hpp"
#include "storage/stored_tag.hpp"

#include <algorithm>
#include <utility>

namespace rookery::ledger {
namespace {

constexpr std::size_t slots_at_first = 16;

/// Fuller than that, a look takes many steps.
constexpr bool is_full(std::size_t used, std::size_t slots) { return (used + 1) * 8 > slots * 7; }

/// By a quarter: twice as many would leave half of the memory empty.
constexpr std::size_t grown(std::size_t slots) {
    return slots == 0 ? slots_at_first : slots + slots / 4 + 1;
}

/// Spreads the lower half of the hash over any number of slots; the upper bits choose the shard.
std::size_t slot_at(std::uint64_t place, std::size_t slots) {
    return static_cast<std::size_t>(((place & 0xFFFFFFFFU) * slots) >> 32);
}

}  // namespace

std::string_view words_for(StaleRow::Kind kind) {
    switch (kind) {
        case StaleRow::Kind::older:
            return "the row is not the one that was written last: an older copy was put back";
        case StaleRow::Kind::missing:
            return "the row is gone, and nothing removed it";
        case StaleRow::Kind::stray:
            return "the row was removed, and an older copy of it was put back";
    }
    return {};
}

RowFreshness::Mark RowFreshness::mark_of(const Digest& tag) {
    return std::max<Mark>(ByteReader(tag).u64(), condemned + 1);
}

std::uint64_t RowFreshness::place_of_row(const storage::RowRef& row) const {
    ByteArray<storage::row_key_bytes> key{};
    key[0] = static_cast<std::uint8_t>(row.table >> 8);
    key[1] = static_cast<std::uint8_t>(row.table);
    std::ranges::copy(row.id.bytes, key.begin() + 2);
    return std::max<std::uint64_t>(hash_.of(key), 1);
}

RowFreshness::Shard& RowFreshness::shard_of(std::uint64_t place) const {
    return shards_[place >> (64 - shard_bits)];
}

RowFreshness::Slot* RowFreshness::find(std::vector<Slot>& slots, std::uint64_t place) {
    if (slots.empty()) return nullptr;
    auto at = slot_at(place, slots.size());
    while (slots[at].place != 0 && slots[at].place != place) {
        if (++at == slots.size()) at = 0;
    }
    return &slots[at];  // that of the row, or the free one where it belongs
}

bool RowFreshness::add(Shard& shard, std::uint64_t place, Mark mark) {
    if (rows_ >= rows_max_) {
        forgets_ = true;
        return false;
    }
    if (is_full(shard.used, shard.slots.size())) {
        std::vector<Slot> larger(grown(shard.slots.size()));
        for (const auto& slot : shard.slots) {
            if (slot.place != 0) *find(larger, slot.place) = slot;
        }
        shard.slots = std::move(larger);
    }
    *find(shard.slots, place) = {place, mark};
    ++shard.used;
    ++rows_;
    return true;
}

std::optional<RowFreshness::Mark> RowFreshness::known(std::uint64_t place) const {
    auto& shard = shard_of(place);
    const MutexLock lock(shard.mutex);
    const auto* slot = find(shard.slots, place);
    if (slot == nullptr || slot->place == 0) return std::nullopt;
    return slot->mark;
}

std::optional<RowFreshness::Mark> RowFreshness::known_or_new(
    std::uint64_t place, Mark mark, bool remember
) {
    auto& shard = shard_of(place);
    const MutexLock lock(shard.mutex);
    const auto* slot = find(shard.slots, place);
    if (slot != nullptr && slot->place != 0) return slot->mark;
    if (remember) add(shard, place, mark);
    return std::nullopt;
}

void RowFreshness::set(std::uint64_t place, Mark mark) {
    auto& shard = shard_of(place);
    const MutexLock lock(shard.mutex);
    auto* slot = find(shard.slots, place);
    if (slot != nullptr && slot->place != 0) {
        slot->mark = mark;
    } else {
        add(shard, place, mark);
    }
}

bool RowFreshness::agrees(const storage::RowRef& row, const Digest* tag) {
    const auto place = place_of_row(row);
    const auto mark = tag == nullptr ? removed : mark_of(*tag);
    // Nothing is remembered of rows that are not there: anybody may ask for as many as he likes.
    const bool remember = tag != nullptr && !all_seen_;
    const auto should = known_or_new(place, mark, remember);
    if (should ? *should == mark : tag == nullptr || remember || !all_seen_) return true;
    return agrees_with_newest(row, place);
}

bool RowFreshness::agrees_with_newest(const storage::RowRef& row, std::uint64_t place) {
    std::optional<Mark> should;
    std::optional<Mark> is;
    {
        const MutexLock lock(order_);
        should = known(place);
        if (newest_ == nullptr) return true;  // nothing was written yet, and nobody has a view
        const auto use = [&](std::string_view value) {
            const auto tag = storage::stored_tag(value);
            is = tag ? mark_of(*tag) : condemned;
        };
        const auto there = newest_->get(storage::Family::rows, storage::row_key(row), use);
        if (!there) return true;  // what cannot be read says so to its reader
    }
    if (!should) {
        if (!is || !all_seen_) return true;
        note({row, StaleRow::Kind::stray});
        return false;
    }
    if (*should == condemned) return false;
    if (is.value_or(removed) == *should) return true;
    if (!is) {
        note({row, StaleRow::Kind::missing});
    } else {
        note({row, *should == removed ? StaleRow::Kind::stray : StaleRow::Kind::older});
    }
    return false;
}

void RowFreshness::written(
    std::span<const RowWrite* const> writes, std::shared_ptr<const storage::StoreView> view
) {
    const MutexLock lock(order_);
    for (const auto* write : writes) {
        set(place_of_row(write->ref),
            write->encoded.value.empty() ? removed : mark_of(write->encoded.tag));
    }
    newest_ = std::move(view);
}

void RowFreshness::all_seen() {
    if (!forgets_) all_seen_ = true;
}

void RowFreshness::condemn(const StaleRow& row, const Digest* seen) {
    const MutexLock lock(order_);
    const auto place = place_of_row(row.row);
    const auto now = known(place);
    if (!now || *now == (seen == nullptr ? removed : mark_of(*seen))) set(place, condemned);
    note(row);
}

void RowFreshness::note(const StaleRow& row) {
    const auto place = place_of_row(row.row);
    const MutexLock lock(stale_mutex_);
    // Once each, however often it is read.
    if (std::ranges::find(stale_places_, place) != stale_places_.end()) return;
    if (stale_places_.size() < stale_kept) {
        stale_places_.push_back(place);
        stale_.push_back(row);
    }
    ++stale_count_;
}

std::vector<StaleRow> RowFreshness::take_stale() {
    const MutexLock lock(stale_mutex_);
    return std::exchange(stale_, {});
}

std::size_t RowFreshness::bytes() const {
    std::size_t out = sizeof *this;
    for (const auto& shard : shards_) {
        const MutexLock lock(shard.mutex);
        out += shard.slots.capacity() * sizeof(Slot);
    }
    return out;
}

}  // namespace rookery::ledger
