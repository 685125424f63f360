#include "sync/created_records_cache.hpp"

#include <catch2/catch.hpp>

#include <cstring>

using namespace rookery;
using namespace rookery::sync;

namespace {

storage::RowRef row(std::uint32_t number) {
    storage::RowRef out{1, {}};
    std::memcpy(out.id.bytes.data(), &number, sizeof number);
    return out;
}

}  // namespace

TEST_CASE("what was added is ours until it is removed, in its own table only", "[sync]") {
    Ours ours;
    ours.add(row(1));
    CHECK(ours.contains(row(1)));
    CHECK_FALSE(ours.contains(row(2)));
    auto elsewhere = row(1);
    elsewhere.table = 2;
    CHECK_FALSE(ours.contains(elsewhere));
    ours.remove(row(1));
    CHECK_FALSE(ours.contains(row(1)));
}

TEST_CASE("what is remembered is bounded, and forgetting loses nothing but time", "[sync]") {
    Ours ours;
    for (std::uint32_t i = 0; i < Ours::remembered_max; ++i) ours.add(row(i));
    CHECK(ours.contains(row(0)));
    ours.add(row(Ours::remembered_max));
    CHECK_FALSE(ours.contains(row(0)));
    CHECK(ours.contains(row(Ours::remembered_max)));
}
