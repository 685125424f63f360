#include "storage/store.hpp"

namespace rookery::storage {

std::string prefix_end(std::string_view prefix) {
    std::string end{prefix};
    while (!end.empty() && end.back() == '\xFF') end.pop_back();
    if (!end.empty()) ++end.back();
    return end;
}

Result<std::optional<std::string>> StoreView::get(Family family, std::string_view key) const {
    std::optional<std::string> value;
    ROOKERY_TRY(const bool there, get(family, key, [&](std::string_view found) {
                    value.emplace(found);
                }));
    (void)there;
    return value;
}

}  // namespace rookery::storage
