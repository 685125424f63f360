#include "messages/pair_id.hpp"

#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace pair_id_test {

using namespace rookery;
using namespace rookery::messages;

namespace {

const auto team = *Uuid::parse("20212223-2425-2627-2829-2a2b2c2d2e2f");
const auto user = *Uuid::parse("30313233-3435-3637-3839-3a3b3c3d3e3f");

}  // namespace

TEST_CASE("the id of a pair is that of docs/formats/schema.md", "[messages]") {
    // tests/vectors/pages_test.py
    const auto& memberships = schema::known::teammembership;
    CHECK(to_string(pair_id(memberships, team, user)) == "c0af8846-0e8c-8f3f-b7b0-4f15d0585e8f");
    CHECK(to_string(pair_id(memberships, user, team)) == "fd3b294d-0906-8bc0-9e75-78a1627a974f");
}

TEST_CASE("two tables, and both orders of a pair, have ids of their own", "[messages]") {
    std::set<Uuid> ids;
    std::size_t made = 0;
    for (const auto* table : schema::tables()) {
        if (!table->intersect) continue;
        ids.insert(pair_id(*table, team, user));
        ids.insert(pair_id(*table, user, team));
        ids.insert(pair_id(*table, team, team));
        made += 3;
    }
    CHECK(ids.size() == made);
}

TEST_CASE("the id of a pair says that it is of version 8", "[messages]") {
    for (std::uint8_t i = 0; i < 64; ++i) {
        auto first = team;
        first.bytes[0] = i;
        const auto id = pair_id(schema::known::teamroles, first, user);
        CHECK((id.bytes[6] & 0xF0) == 0x80);
        CHECK((id.bytes[8] & 0xC0) == 0x80);
    }
}

}  // namespace pair_id_test
