#include "vault/log_facts.hpp"

#include "schema/known_tables.hpp"
#include "schema/schema.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace log_facts_test {

using namespace rookery;
using namespace rookery::messages;
using audit::FindingKind;

namespace {

const auto& table = schema::known::msdyn_octwitterapplication;

Uuid uuid(std::uint8_t n) {
    Uuid out;
    out.bytes.fill(n);
    return out;
}

Digest tag_of(std::uint8_t n) {
    Digest out;
    out.fill(n);
    return out;
}

/// An entry about the row `row`: what it was and what it left.
struct Change {
    std::uint8_t row = 1;
    std::uint64_t before = 0;
    std::uint64_t after = 1;
    std::uint8_t tag = 1;
    std::uint8_t request = 1;
    audit::Outcome outcome = audit::Outcome::success;
    audit::Action action = audit::Action::update;
    bool tagged = true;
};

struct Facts {
    Facts() : facts(LogFacts::open(report).value()) {}

    void log(const Change& change) {
        audit::Event event;
        event.action = change.action;
        event.outcome = change.outcome;
        event.correlation = uuid(change.request);
        event.table = table.name;
        event.record = uuid(change.row);
        event.row_versions = audit::RowVersions{change.before, change.after};
        if (change.tagged) {
            event.row_tag.emplace();
            event.row_tag->fill(change.tag);
        }
        facts.note(next_index++, event);
    }

    void row(
        std::uint8_t row, std::uint64_t version, std::uint8_t tag, std::uint64_t versionnumber
    ) {
        facts.compare({{table.id, uuid(row)}, version, tag_of(tag), versionnumber});
    }

    /// Kind and place of what was found at the end.
    std::vector<std::pair<FindingKind, std::string>> found(std::uint64_t newest = 100) {
        REQUIRE(facts.conclude(newest));
        std::vector<std::pair<FindingKind, std::string>> out;
        for (const auto& finding : report.findings) out.emplace_back(finding.kind, finding.place);
        return out;
    }

    [[nodiscard]] bool says(std::string_view text) const {
        return std::ranges::any_of(report.findings, [&](const Finding& finding) {
            return finding.what.find(text) != std::string::npos;
        });
    }

    StoreReport report;
    LogFacts facts;
    std::uint64_t next_index = 7;
};

using Found = std::vector<std::pair<FindingKind, std::string>>;

Found one(FindingKind kind, std::uint8_t row) {
    return {{kind, std::string(table.name) + " " + to_string(uuid(row))}};
}

}  // namespace

TEST_CASE("rows that are as the log left them are no finding", "[messages]") {
    Facts f;
    f.log({.row = 1, .before = 0, .after = 1, .tag = 1, .request = 1});
    f.log({.row = 3, .before = 0, .after = 1, .tag = 2, .request = 2});
    f.log({.row = 1, .before = 1, .after = 2, .tag = 3, .request = 3});
    f.log({.row = 1, .before = 2, .after = 2, .tag = 3, .request = 4});  // a retrieve
    f.row(1, 2, 3, 12);
    f.row(3, 1, 2, 11);
    CHECK(f.found().empty());
}

TEST_CASE("a row of which the log knows nothing was forged", "[messages]") {
    Facts f;
    f.log({.row = 1});
    f.row(1, 1, 1, 10);
    f.row(2, 1, 1, 11);
    CHECK(f.found() == one(FindingKind::forged, 2));
    CHECK(f.says("no entry of the log tells"));
}

TEST_CASE(
    "a row that was refused, or that an entry only saw, is not told by the log", "[messages]"
) {
    Facts f;
    SECTION("denied") { f.log({.outcome = audit::Outcome::denied}); }
    SECTION("failed") { f.log({.outcome = audit::Outcome::failed}); }
    SECTION("seen") { f.log({.before = 1, .after = 1}); }
    f.row(1, 1, 1, 10);
    CHECK(f.found() == one(FindingKind::forged, 1));
}

TEST_CASE("a row of a version before the newest entry's is older", "[messages]") {
    Facts f;
    f.log({.before = 0, .after = 1, .tag = 1});
    f.log({.before = 1, .after = 2, .tag = 2});
    f.row(1, 1, 1, 10);
    CHECK(f.found() == one(FindingKind::older, 1));
    CHECK(f.says("the row has version 1, and entry 8 left it with version 2"));
}

TEST_CASE("a row of a version that no entry tells of lacks an entry", "[messages]") {
    Facts f;
    f.log({.before = 0, .after = 1, .tag = 1});
    f.row(1, 2, 2, 10);
    CHECK(f.found() == one(FindingKind::missing, 1));
    CHECK(f.says("knows version 1"));
}

TEST_CASE("a row of the same version and another tag disagrees", "[messages]") {
    Facts f;
    f.log({.tag = 1});
    f.row(1, 1, 2, 10);
    CHECK(f.found() == one(FindingKind::disagrees, 1));
    CHECK(f.says("is not the one that entry 7 wrote"));
}

TEST_CASE("an entry of format 1 that says no tag vouches for the version alone", "[messages]") {
    Facts f;
    f.log({.tagged = false});
    f.row(1, 1, 2, 10);
    CHECK(f.found().empty());
}

TEST_CASE("a row that the log has and the store has not is missing", "[messages]") {
    const auto gone = GENERATE(as<std::uint8_t>{}, 1, 2, 3);
    Facts f;
    for (const std::uint8_t row : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}}) {
        f.log({.row = row, .tag = row, .request = row});
    }
    for (const std::uint8_t row : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}}) {
        if (row != gone) f.row(row, 1, row, 10U + row);
    }
    CHECK(f.found() == one(FindingKind::missing, gone));
    CHECK(f.says("the row is gone"));
}

TEST_CASE("a pair that ended is not there, and is older when it is", "[messages]") {
    Facts f;
    f.log({.before = 0, .after = 1});
    f.log({.before = 1, .after = 0});
    SECTION("not there") { CHECK(f.found().empty()); }
    SECTION("there") {
        f.row(1, 1, 1, 10);
        CHECK(f.found() == one(FindingKind::older, 1));
        CHECK(f.says("entry 8 removed it"));
    }
    SECTION("there again, by another entry") {
        f.log({.before = 0, .after = 1, .tag = 5});
        f.row(1, 1, 5, 10);
        CHECK(f.found().empty());
    }
}

TEST_CASE("a row that an entry saw since in another version disagrees", "[messages]") {
    Facts f;
    f.log({.before = 0, .after = 1, .tag = 1});
    SECTION("another version") { f.log({.before = 2, .after = 2, .tag = 1}); }
    SECTION("another tag") { f.log({.before = 1, .after = 1, .tag = 2}); }
    f.row(1, 1, 1, 10);
    CHECK(f.found() == one(FindingKind::disagrees, 1));
    CHECK(f.says("entry 8 saw another version"));
}

TEST_CASE("what an entry saw before the change is no finding", "[messages]") {
    Facts f;
    f.log({.before = 0, .after = 1, .tag = 1});
    f.log({.before = 1, .after = 1, .tag = 1});
    f.log({.before = 1, .after = 2, .tag = 2});
    f.row(1, 2, 2, 10);
    CHECK(f.found().empty());
}

TEST_CASE("two rows of one versionnumber disagree", "[messages]") {
    Facts f;
    f.log({.row = 1, .request = 1});
    f.log({.row = 2, .request = 2});
    f.row(1, 1, 1, 10);
    f.row(2, 1, 1, 10);
    CHECK(f.found() == one(FindingKind::disagrees, 2));
    CHECK(f.says("another row has its versionnumber, 10"));
}

TEST_CASE("a versionnumber of 0 or above the newest one given disagrees", "[messages]") {
    const auto versionnumber = GENERATE(as<std::uint64_t>{}, 0, 101, UINT64_MAX);
    Facts f;
    f.log({});
    f.row(1, 1, 1, versionnumber);
    CHECK(f.found(100) == one(FindingKind::disagrees, 1));
    CHECK(f.says("the newest one given is 100"));
}

TEST_CASE("the newest versionnumber given is no finding", "[messages]") {
    Facts f;
    f.log({});
    f.row(1, 1, 1, 100);
    CHECK(f.found(100).empty());
}

TEST_CASE("versionnumbers in another order than their entries disagree", "[messages]") {
    Facts f;
    f.log({.row = 1, .request = 1});
    f.log({.row = 2, .request = 2});
    f.row(1, 1, 1, 11);
    f.row(2, 1, 1, 10);
    CHECK(f.found() == one(FindingKind::disagrees, 1));
    CHECK(f.says("out of the order"));
}

TEST_CASE(
    "the rows of one request may be numbered in any order, and those of a conversion too",
    "[messages]"
) {
    Facts f;
    SECTION("one request") {
        f.log({.row = 1, .request = 1});
        f.log({.row = 2, .request = 1});
    }
    SECTION("a conversion") {
        f.log({.row = 2, .request = 2});
        f.log(
            {.row = 1,
             .before = 1,
             .after = 1,
             .request = 1,
             .action = audit::Action::format_change}
        );
    }
    f.row(1, 1, 1, 11);
    f.row(2, 1, 1, 10);
    CHECK(f.found().empty());
}

TEST_CASE("a request between the rows of another is out of order", "[messages]") {
    Facts f;
    f.log({.row = 1, .request = 1});
    f.log({.row = 2, .request = 1});
    f.log({.row = 3, .request = 2});
    f.row(1, 1, 1, 10);
    f.row(2, 1, 1, 12);
    f.row(3, 1, 1, 11);
    CHECK(f.found() == one(FindingKind::disagrees, 2));
}

TEST_CASE("a place names table and id", "[messages]") {
    CHECK(place_of({table.id, uuid(1)}) == std::string(table.name) + " " + to_string(uuid(1)));
    CHECK(place_of({60000, uuid(1)}) == "table 60000 " + to_string(uuid(1)));
}

}  // namespace log_facts_test
