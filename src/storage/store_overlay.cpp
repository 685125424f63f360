#include "storage/store_overlay.hpp"

#include <algorithm>
#include <utility>

namespace rookery::storage {

/// Both walks at once: of two entries with one key the changed one counts.
class StoreOverlay::Walk final : public Cursor {
 public:
    Walk(std::unique_ptr<Cursor> under, const Entries& changed, const KeyRange& range, Order order)
        : under_(std::move(under)), ascending_(order == Order::ascending) {
        auto at = changed.lower_bound(range.lower);
        const auto end = range.upper.empty() ? changed.end() : changed.lower_bound(range.upper);
        // A range that ends before it begins holds nothing.
        const bool none = !range.upper.empty() && range.upper <= range.lower;
        for (; !none && at != end; ++at) changed_.push_back(&*at);
        if (!ascending_) std::reverse(changed_.begin(), changed_.end());
        settle();
    }

    [[nodiscard]] bool valid() const override { return from_changed_ || under_->valid(); }

    void next() override {
        if (from_changed_) {
            step_over(key());
        } else {
            under_->next();
        }
        settle();
    }

    [[nodiscard]] std::string_view key() const override {
        return from_changed_ ? changed_[at_]->first : under_->key();
    }

    [[nodiscard]] std::string_view value() const override {
        return from_changed_ ? *changed_[at_]->second : under_->value();
    }

    [[nodiscard]] Result<void> status() const override { return under_->status(); }

 private:
    [[nodiscard]] bool before(std::string_view a, std::string_view b) const {
        return ascending_ ? a < b : b < a;
    }

    /// Off both walks, where both have it.
    void step_over(std::string_view key) {
        if (under_->valid() && under_->key() == key) under_->next();
        ++at_;
    }

    /// Past what is removed, to whichever comes first.
    void settle() {
        for (;;) {
            const bool more = at_ < changed_.size();
            from_changed_ =
                more && (!under_->valid() || !before(under_->key(), changed_[at_]->first));
            if (!from_changed_ || changed_[at_]->second) return;
            step_over(changed_[at_]->first);
        }
    }

    std::unique_ptr<Cursor> under_;
    std::vector<const Entries::value_type*> changed_;
    const bool ascending_;
    std::size_t at_ = 0;
    bool from_changed_ = false;
};

void StoreOverlay::add(const Changes& changes) {
    for (const auto& removal : changes.removals) set(removal.family, removal.key, std::nullopt);
    for (const auto& put : changes.puts) set(put.family, put.key, keep(put.value));
}

void StoreOverlay::set(Family family, std::string_view key, std::optional<std::string_view> value) {
    auto& entries = changed_[static_cast<std::size_t>(family)];
    const auto at = entries.lower_bound(key);
    if (at != entries.end() && at->first == key) {
        at->second = value;
    } else {
        entries.emplace_hint(at, keep(key), value);
    }
}

std::string_view StoreOverlay::keep(std::string_view text) {
    auto* kept = static_cast<char*>(memory_.allocate(text.size(), 1));
    std::ranges::copy(text, kept);
    return {kept, text.size()};
}

Result<bool> StoreOverlay::get(
    Family family, std::string_view key, const std::function<void(std::string_view)>& use
) const {
    const auto& entries = of(family);
    const auto found = entries.find(key);
    if (found == entries.end()) return under_->get(family, key, use);
    if (found->second) use(*found->second);
    return found->second.has_value();
}

std::unique_ptr<Cursor> StoreOverlay::scan(const KeyRange& range, Order order) const {
    return std::make_unique<Walk>(under_->scan(range, order), of(range.family), range, order);
}

}  // namespace rookery::storage
