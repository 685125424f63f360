#include "query/index_order.hpp"

#include <utility>

namespace rookery::messages {
namespace {

constexpr std::size_t id_bytes = 16;

/// What the entries of one value have in common.
std::string_view without_id(std::string_view entry) {
    return entry.substr(0, entry.size() - id_bytes);
}

IndexOrder::Entry at(const storage::Cursor& cursor) { return {cursor.key(), cursor.value()}; }

}  // namespace

IndexOrder::Next IndexOrder::next() {
    return order_ == storage::Order::ascending ? next_ascending() : next_descending();
}

IndexOrder::Next IndexOrder::next_ascending() {
    if (values_ == nullptr) {
        values_ = store_.scan(range_, order_);
    } else {
        values_->next();
    }
    if (values_->valid()) return at(*values_);
    ROOKERY_CHECK(values_->status());
    return std::nullopt;
}

/// The walk goes down, and through the entries of one value up.
IndexOrder::Next IndexOrder::next_descending() {
    if (many_ != nullptr) {
        many_->next();
        if (many_->valid()) return at(*many_);
        ROOKERY_CHECK(many_->status());
        many_.reset();
    }
    if (left_ == 0) return first_of_next_value();
    const auto& [key, value] = turned_[--left_];
    return Entry{key, value};
}

IndexOrder::Next IndexOrder::first_of_next_value() {
    if (values_ == nullptr) values_ = store_.scan(range_, order_);
    ROOKERY_CHECK(values_->status());
    if (!values_->valid()) return std::nullopt;
    const std::string value{without_id(values_->key())};
    const auto same = [&] { return values_->valid() && without_id(values_->key()) == value; };
    for (; same() && left_ < turned_max; values_->next()) {
        auto& turned = turned_[left_++];
        turned.first = values_->key();
        turned.second = values_->value();
    }
    ROOKERY_CHECK(values_->status());
    if (!same()) return next_descending();
    left_ = 0;
    values_.reset();
    range_.upper = value;
    many_ = store_.scan(
        {storage::Family::rowidx, value, storage::prefix_end(value)}, storage::Order::ascending
    );
    ROOKERY_CHECK(many_->status());
    return at(*many_);
}

}  // namespace rookery::messages
