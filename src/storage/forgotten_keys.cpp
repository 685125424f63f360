#include "storage/forgotten_keys.hpp"

namespace rookery::storage {

std::uint64_t mark_of(const Store& store) {
    const auto* forgets = dynamic_cast<const ForgetsKeys*>(&store);
    return forgets == nullptr ? 0 : forgets->mark();
}

Result<bool> forget(Store& store, std::span<const KeyRange> ranges, std::uint64_t mark) {
    auto* forgets = dynamic_cast<ForgetsKeys*>(&store);
    return forgets == nullptr ? true : forgets->forget(ranges, mark);
}

}  // namespace rookery::storage
