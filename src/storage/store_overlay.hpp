// StoreOverlay: a view with changes on it that are not made yet, as if they were: what comes later in one request sees
// what came earlier. What it shows is durable nowhere; guards name the view under it.
//
// Used by one thread, and grows between its reads: a cursor that is open does not see it happen.
#pragma once

#include "storage/store.hpp"

#include <array>
#include <map>
#include <memory_resource>
#include <optional>
#include <utility>

namespace rookery::storage {

class StoreOverlay final : public StoreView {
 public:
    explicit StoreOverlay(std::shared_ptr<const StoreView> under) : under_(std::move(under)) {}

    /// A later one replaces what earlier ones did to the same key.
    void add(const Changes& changes);

    using StoreView::get;

    [[nodiscard]] Result<bool> get(
        Family family, std::string_view key, const std::function<void(std::string_view)>& use
    ) const override;
    [[nodiscard]] std::unique_ptr<Cursor> scan(const KeyRange& range, Order order) const override;

    /// Of the view under it.
    [[nodiscard]] std::uint64_t sequence() const override { return under_->sequence(); }

 private:
    class Walk;

    /// Of a key the value; nothing: the key is removed.
    using Entries = std::pmr::map<std::string_view, std::optional<std::string_view>>;

    void set(Family family, std::string_view key, std::optional<std::string_view> value);

    [[nodiscard]] std::string_view keep(std::string_view text);

    [[nodiscard]] const Entries& of(Family family) const {
        return changed_[static_cast<std::size_t>(family)];
    }

    std::shared_ptr<const StoreView> under_;
    std::pmr::monotonic_buffer_resource
        memory_;  // of entries and texts: what is added stays until the end
    std::array<Entries, 4> changed_{
        Entries{&memory_}, Entries{&memory_}, Entries{&memory_}, Entries{&memory_}};
};

}  // namespace rookery::storage
