#include "sync/created_records_cache.hpp"

namespace rookery::sync {

bool CreatedRecordsCache::contains(const storage::RowRef& record) const {
    const std::lock_guard lock(mutex_);
    return records_.contains(record);
}

void CreatedRecordsCache::add(const storage::RowRef& record) {
    const std::lock_guard lock(mutex_);
    if (records_.size() >= remembered_max) records_.clear();
    records_.insert(record);
}

void CreatedRecordsCache::remove(const storage::RowRef& record) {
    const std::lock_guard lock(mutex_);
    records_.erase(record);
}

}  // namespace rookery::sync
