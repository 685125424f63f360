#include "query/modified_order.hpp"

#include "storage/index_key.hpp"

#include <utility>

namespace rookery::messages {
namespace {

constexpr std::size_t id_bytes = 16;

storage::KeyRange range_of(
    const schema::Table& table, storage::Order order, std::optional<Instant> from
) {
    if (!from) return storage::by_modified(table);
    if (order == storage::Order::ascending) {
        return storage::by_modified(table, *from, Instant::max());
    }
    return storage::by_modified(table, Instant::min(), *from + Instant::duration{1});
}

/// What the entries of one time have in common.
std::string_view without_id(std::string_view entry) {
    return entry.substr(0, entry.size() - id_bytes);
}

}  // namespace

ModifiedOrder::ModifiedOrder(
    const storage::StoreView& store, const schema::Table& table, storage::Order order,
    std::optional<Instant> from
)
    : store_(store), order_(order), range_(range_of(table, order, from)) {}

Result<std::optional<std::string_view>> ModifiedOrder::next() {
    return order_ == storage::Order::ascending ? next_ascending() : next_descending();
}

Result<ModifiedOrder::Entry> ModifiedOrder::next_ascending() {
    if (times_ == nullptr) {
        times_ = store_.scan(range_, order_);
    } else {
        times_->next();
    }
    if (times_->valid()) return times_->key();
    ROOKERY_CHECK(times_->status());
    return std::nullopt;
}

/// The walk goes down, and through the entries of one time up.
Result<ModifiedOrder::Entry> ModifiedOrder::next_descending() {
    if (many_ != nullptr) {
        many_->next();
        if (many_->valid()) return many_->key();
        ROOKERY_CHECK(many_->status());
        many_.reset();
    }
    if (turned_.empty()) return first_of_next_time();
    given_ = std::move(turned_.back());
    turned_.pop_back();
    return given_;
}

Result<ModifiedOrder::Entry> ModifiedOrder::first_of_next_time() {
    if (times_ == nullptr) times_ = store_.scan(range_, order_);
    ROOKERY_CHECK(times_->status());
    if (!times_->valid()) return std::nullopt;
    const std::string time{without_id(times_->key())};
    const auto same = [&] { return times_->valid() && without_id(times_->key()) == time; };
    for (; same() && turned_.size() < turned_max; times_->next()) {
        turned_.emplace_back(times_->key());
    }
    ROOKERY_CHECK(times_->status());
    if (!same()) return next_descending();
    turned_.clear();
    times_.reset();
    range_.upper = time;
    many_ = store_.scan(
        {storage::Family::rowidx, time, storage::prefix_end(time)}, storage::Order::ascending
    );
    ROOKERY_CHECK(many_->status());
    return many_->key();
}

}  // namespace rookery::messages
