// CreatedRecordsCache: the records that this process made at the organization, or saw there as of this
// application's making. Bounded: what is forgotten is read once more. Thread-safe.
#pragma once

#include "base/thread_annotations.hpp"
#include "storage/value.hpp"

#include <cstddef>
#include <set>

namespace rookery::sync {

class CreatedRecordsCache {
 public:
    static constexpr std::size_t remembered_max = 100'000;

    [[nodiscard]] bool contains(const storage::RowRef& record) const;
    void add(const storage::RowRef& record);
    void remove(const storage::RowRef& record);

 private:
    mutable Mutex mutex_;
    std::set<storage::RowRef> records_ ROOKERY_GUARDED_BY(mutex_);
};

}  // namespace rookery::sync
