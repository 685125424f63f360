#include "sync/created_records_cache.hpp"

#include <catch2/catch.hpp>

#include <cstring>

namespace created_records_cache_test {

using namespace rookery;
using namespace rookery::sync;

namespace {

storage::RowRef row(std::uint32_t number) {
    storage::RowRef out{1, {}};
    std::memcpy(out.id.bytes.data(), &number, sizeof number);
    return out;
}

}  // namespace

TEST_CASE("what was added is kept until it is removed, in its own table only", "[sync]") {
    CreatedRecordsCache created;
    created.add(row(1));
    CHECK(created.contains(row(1)));
    CHECK_FALSE(created.contains(row(2)));
    auto elsewhere = row(1);
    elsewhere.table = 2;
    CHECK_FALSE(created.contains(elsewhere));
    created.remove(row(1));
    CHECK_FALSE(created.contains(row(1)));
}

TEST_CASE("what is remembered is bounded, and forgetting loses nothing but time", "[sync]") {
    CreatedRecordsCache created;
    for (std::uint32_t i = 0; i < CreatedRecordsCache::remembered_max; ++i) created.add(row(i));
    CHECK(created.contains(row(0)));
    created.add(row(CreatedRecordsCache::remembered_max));
    CHECK_FALSE(created.contains(row(0)));
    CHECK(created.contains(row(CreatedRecordsCache::remembered_max)));
}

}  // namespace created_records_cache_test
