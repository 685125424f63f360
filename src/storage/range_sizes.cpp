#include "storage/range_sizes.hpp"

namespace rookery::storage {

std::uint64_t bytes_in_files(const StoreView& view, const KeyRange& range) {
    const auto* tells = dynamic_cast<const TellsSizes*>(&view);
    return tells == nullptr ? 0 : tells->bytes_in_files(range);
}

}  // namespace rookery::storage
