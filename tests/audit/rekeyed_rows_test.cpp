#include "audit/rekeyed_rows.hpp"

#include "audit/core_section.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

namespace rekeyed_rows_test {

using namespace rookery;
using namespace rookery::audit;

namespace {

std::vector<RekeyedRow> rows_of(std::size_t count) {
    std::vector<RekeyedRow> out;
    for (std::size_t i = 0; i < count; ++i) {
        RekeyedRow row;
        row.table = static_cast<std::uint16_t>(i);
        row.record.bytes.fill(static_cast<std::uint8_t>(i + 1));
        row.row_version = UINT64_MAX - i;
        row.tag.fill(static_cast<std::uint8_t>(255 - i));
        out.push_back(row);
    }
    return out;
}

/// With all that an entry can have beside them, as long as it can be.
Event entry_of(const std::vector<RekeyedRow>& rows) {
    Event event;
    event.id.bytes.fill(7);
    event.action = Action::rekey_progress;
    event.actor = {ActorType::service, std::string(36, 'f'), AuthMethod::internal, {}};
    event.actor_name.emplace();
    event.node = std::string(255, 'n');
    event.correlation.bytes.fill(9);
    event.message = "rky_RetagRows";
    event.rule = Rule{"dataverse", UINT32_MAX, "role:" + std::string(200, 'r')};
    event.count = rows.size();
    event.extras = {
        {"kind", std::string("data")},
        {"key", std::uint64_t{UINT32_MAX}},
        {"under", std::uint64_t{UINT32_MAX}}};
    add_rekeyed_rows(event, rows);
    return event;
}

}  // namespace

TEST_CASE("an entry has room for the rows of a batch, and gives them back", "[audit]") {
    const auto rows = rows_of(GENERATE(0U, 1U, 24U, 25U, 48U, 49U, 64U));
    const auto read = decode_core(encode_core(entry_of(rows)));
    REQUIRE(read);
    CHECK(std::ranges::none_of(read->extras, [](const auto& extra) {
        return extra.first == "clipped";
    }));
    CHECK(rekeyed_rows(*read) == rows);
    for (const auto& row : rows) CHECK(is_rekeyed_by(*read, row.record));
    CHECK_FALSE(is_rekeyed_by(*read, Uuid{}));
}

TEST_CASE("a list that is not whole is none", "[audit]") {
    const auto rows = rows_of(3);
    auto event = entry_of(rows);
    SECTION("fewer than its count") { event.count = 4; }
    SECTION("without a count") { event.count.reset(); }
    SECTION("a row that is cut") { std::get<Bytes>(event.extras.back().second).pop_back(); }
    SECTION("a text") { event.extras.back().second = std::string("rows"); }
    CHECK_FALSE(rekeyed_rows(event));
}

TEST_CASE("no other entry names rows that it re-keyed", "[audit]") {
    auto event = entry_of(rows_of(3));
    SECTION("of another action") { event.action = Action::rewrap_progress; }
    SECTION("of another outcome") { event.outcome = Outcome::intent; }
    CHECK(rekeyed_rows(event) == std::vector<RekeyedRow>{});
}

}  // namespace rekeyed_rows_test
