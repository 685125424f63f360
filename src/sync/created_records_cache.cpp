#include "sync/created_records_cache.hpp"

namespace rookery::sync {

bool CreatedRecordsCache::contains(const storage::RowRef& record) const {
    const MutexLock lock(mutex_);
    return records_.contains(record);
}

void CreatedRecordsCache::add(const storage::RowRef& record) {
    const MutexLock lock(mutex_);
    if (records_.size() >= remembered_max) records_.clear();
    records_.insert(record);
}

void CreatedRecordsCache::remove(const storage::RowRef& record) {
    const MutexLock lock(mutex_);
    records_.erase(record);
}

}  // namespace rookery::sync
