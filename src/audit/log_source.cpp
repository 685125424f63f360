#include "audit/log_source.hpp"

#include "audit/log_row.hpp"

#include <algorithm>
#include <string>

namespace rookery::audit {

Result<void> StoreLogSource::each(char prefix, std::string_view from, const RowUse& use) const {
    const std::string first(1, prefix);
    const auto cursor = view_->scan(
        {storage::Family::log,
         std::max(first, std::string{from}),
         std::string(1, static_cast<char>(prefix + 1))},
        storage::Order::ascending
    );
    while (cursor->valid() && use(cursor->key(), cursor->value())) cursor->next();
    return cursor->status();
}

Result<void> StoreLogSource::others(const RowUse& use) const {
    const storage::KeyRange before{storage::Family::log, {}, std::string(1, entry_prefix)};
    const storage::KeyRange after{storage::Family::log, std::string(1, handover_prefix + 1), {}};
    for (const auto& range : {before, after}) {
        const auto cursor = view_->scan(range, storage::Order::ascending);
        while (cursor->valid() && use(cursor->key(), cursor->value())) cursor->next();
        ROOKERY_CHECK(cursor->status());
    }
    return {};
}

}  // namespace rookery::audit
