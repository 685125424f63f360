// What an import makes of its rows, without a server: the scan of the file, the plan of a row, and whose access
// a move of owners changes.
#include "cli/import/access_outlook.hpp"
#include "cli/import/import_counts.hpp"
#include "cli/import/import_scan.hpp"
#include "cli/import/row_plan.hpp"
#include "cli/program.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace import_plan_test {

using namespace rookery;
using namespace rookery::cli;
using namespace rookery::cli::testing;
using Catch::Matchers::Contains;

namespace {

Uuid id(std::uint8_t number) {
    Uuid out;
    out.bytes[15] = number;
    return out;
}

const ImportOwner caller{id(1), false};
const ImportOwner social{id(2), true};
const ImportOwner other{id(3), true};

RowFacts facts(const char* name, const ImportOwner& owner) {
    RowFacts out;
    out.id = id(10);
    out.version = 7;
    out.owner = owner;
    out.name = name;
    out.application = id(20);
    out.handle = id(11);
    return out;
}

/// A record of the team with its handle row.
VaultRow both(const char* name) {
    VaultRow out{facts(name, social), facts(name, social)};
    out.handle->id = id(11);
    out.handle->handle.reset();
    return out;
}

Wanted wanted(const char* name) {
    Wanted out;
    out.name = name;
    return out;
}

RowPlan plan(const Wanted& what, const VaultRow& there, bool take_over = false) {
    ImportOptions options;
    options.take_over = take_over;
    return plan_row(what, there, caller, options);
}

ImportScan scan(const std::string& text) {
    const TemporaryFolder folder;
    write_file(folder / "file.csv", text);
    const auto file = ImportFile::open((folder / "file.csv").string());
    REQUIRE(file);
    auto out = scan_import(*file, [](std::uint64_t) {});
    REQUIRE(out);
    return std::move(*out);
}

}  // namespace

TEST_CASE("a changed name, application or owner changes the record and its handle row", "[cli]") {
    const auto renamed = plan(wanted("@new"), both("@old"));
    CHECK(renamed.outcome == Outcome::update);
    CHECK(renamed.record.name);
    CHECK(renamed.handle.name);
    CHECK_FALSE(renamed.record.owner);
    CHECK(renamed.changes() == "renamed");

    auto moved = wanted("@a");
    moved.has_application = true;
    moved.application = id(21);
    const auto application = plan(moved, both("@a"));
    CHECK(application.record.application);
    CHECK(application.handle.application);
    CHECK(application.changes() == "other application");

    auto given = wanted("@a");
    given.owner = other;
    CHECK(plan(given, both("@a")).outcome == Outcome::conflict);
    const auto assigned = plan(given, both("@a"), true);
    CHECK(assigned.record.owner);
    CHECK(assigned.handle.owner);
    CHECK(assigned.owner_before == social.id);
    CHECK(assigned.owner.id == other.id);
}

TEST_CASE("a handle row that differs from its record is brought along", "[cli]") {
    auto half = both("@new");
    half.handle->name = "@old";
    const auto out = plan(wanted("@new"), half);
    CHECK(out.outcome == Outcome::update);
    CHECK_FALSE(out.record.any());
    CHECK(out.handle.name);
}

TEST_CASE("a row that says what is there is unchanged, and a token always is a change", "[cli]") {
    auto same = wanted("@a");
    same.has_application = true;
    same.application = id(20);
    same.owner = social;
    CHECK(plan(same, both("@a")).outcome == Outcome::unchanged);
    CHECK(plan(wanted("@a"), both("@a\u00a0")).outcome == Outcome::unchanged);
    same.has_tokens = true;
    const auto rotated = plan(same, both("@a"));
    CHECK(rotated.outcome == Outcome::update);
    CHECK(rotated.record.tokens);
    CHECK_FALSE(rotated.handle.any());
}

TEST_CASE("without an owner in the file a record keeps the one that it has", "[cli]") {
    for (const bool take_over : {false, true}) {
        const auto out = plan(wanted("@new"), both("@old"), take_over);
        CHECK(out.outcome == Outcome::update);
        CHECK_FALSE(out.record.owner);
        CHECK_FALSE(out.handle.owner);
        CHECK(out.owner.id == social.id);
    }
}

TEST_CASE("no token goes to another user whom the file does not name", "[cli]") {
    const ImportOwner ben{id(4), false};
    auto there = both("@a");
    there.record->owner = there.handle->owner = ben;
    for (const bool take_over : {false, true}) {
        auto rotated = wanted("@a");
        rotated.has_tokens = true;
        const auto refused = plan(rotated, there, take_over);
        CHECK(refused.outcome == Outcome::conflict);
        CHECK_THAT(
            refused.reason,
            Contains("belongs to another user, who could read the new token: name the owner") &&
                !Contains("--take-over")
        );
        rotated.owner = ben;
        CHECK(plan(rotated, there, take_over).outcome == Outcome::update);
        rotated.owner.reset();
        there.record->owner = there.handle->owner = caller;
        CHECK(plan(rotated, there, take_over).outcome == Outcome::update);
        there.record->owner = there.handle->owner = social;
        CHECK(plan(rotated, there, take_over).outcome == Outcome::update);
        there.record->owner = there.handle->owner = ben;
    }
    CHECK(plan(wanted("@new"), there).outcome == Outcome::update);  // brings no token
}

TEST_CASE("a new record is not bound to a handle row of another owner", "[cli]") {
    auto fresh = wanted("@a");
    fresh.has_access_token = fresh.has_tokens = true;
    VaultRow handle_only;
    handle_only.handle = both("@a").handle;
    const auto refused = plan(fresh, handle_only);
    CHECK(refused.outcome == Outcome::conflict);
    CHECK_THAT(refused.reason, Contains("name the owner in the file"));
    const auto assigned = plan(fresh, handle_only, true);
    CHECK(assigned.handle.owner);
    CHECK(assigned.owner.id == caller.id);
    fresh.owner = social;
    const auto named = plan(fresh, handle_only);
    CHECK(named.outcome == Outcome::create);
    CHECK_FALSE(named.handle.any());
}

TEST_CASE(
    "a new record needs a token, and belongs to the caller unless the file says who", "[cli]"
) {
    CHECK(plan(wanted("@a"), {}).outcome == Outcome::bad);
    auto fresh = wanted("@a");
    fresh.has_access_token = fresh.has_tokens = true;
    const auto mine = plan(fresh, {});
    CHECK(mine.outcome == Outcome::create);
    CHECK(mine.make_handle);
    CHECK(mine.owner.id == caller.id);
    fresh.owner = social;
    CHECK(plan(fresh, {}).owner.id == social.id);

    VaultRow handle_only;
    handle_only.handle = both("@a").handle;
    handle_only.handle->owner = other;
    CHECK(plan(fresh, handle_only).outcome == Outcome::conflict);
    CHECK(plan(fresh, handle_only, true).handle.owner);
    handle_only.handle->owner = caller;
    const auto taken = plan(fresh, handle_only);
    CHECK(taken.outcome == Outcome::create);
    CHECK_FALSE(taken.make_handle);
}

TEST_CASE("a record whose handle row is out of reach is not changed by half", "[cli]") {
    auto half = both("@old");
    half.handle.reset();
    CHECK(plan(wanted("@new"), half).outcome == Outcome::conflict);
    auto rotated = wanted("@old");
    rotated.has_tokens = true;
    CHECK(plan(rotated, half).outcome == Outcome::update);
    half.record->handle.reset();  // it never had one
    const auto bound = plan(wanted("@old"), half);
    CHECK(bound.make_handle);
    CHECK(bound.record.handle);
    CHECK(bound.owner.id == social.id);
}

TEST_CASE("rows that contradict each other are refused, each with the other's line", "[cli]") {
    const auto read = scan(
        "unique_handle_id,handle,access_token\n"
        "7001,@one,tok-one\n"
        "7002,@two,tok-two\n"
        "7001,@other,tok-one\n"
        "7002,@two,tok-two\n"
        "ABC,@abc,tok-abc\n"
        "abc,@abc,tok-abc\n"
        "7003,@three,tok-3\n"
        "7003,@three,tok-3\n"
        "7003,@three,tok-4\n"
    );
    const auto outcome = [&](std::size_t row) { return read.rows[row].plan.outcome; };
    const auto reason = [&](std::size_t row) { return read.rows[row].plan.reason; };
    CHECK(outcome(0) == Outcome::bad);
    CHECK_THAT(reason(0), Contains("line 4"));
    CHECK(outcome(2) == Outcome::bad);
    CHECK_THAT(reason(2), Contains("line 2"));
    CHECK(outcome(1) == Outcome::create);
    CHECK(outcome(3) == Outcome::repeated);
    CHECK_THAT(reason(3), Contains("line 3"));
    CHECK(outcome(4) == Outcome::bad);
    CHECK_THAT(reason(4), Contains("line 7") && Contains("case"));
    CHECK_THAT(reason(5), Contains("line 6"));
    for (const std::size_t row : {6U, 7U, 8U}) CHECK(outcome(row) == Outcome::bad);
    CHECK_THAT(reason(6), Contains("line 10"));
    CHECK_THAT(reason(7), Contains("line 10"));
    CHECK_THAT(reason(8), Contains("line 8"));
    for (const auto& row : read.rows) CHECK(row.plan.reason.find("tok") == std::string::npos);
}

TEST_CASE("rows of nothing but blanks are skipped and counted", "[cli]") {
    const auto read = scan(
        "unique_handle_id,handle,access_token\n"
        ",,\n"
        "\n"
        "7001,@one,tok\n"
        "\xC2\xA0, ,\n"
        "   \n"
    );
    const auto counts = count_rows(read);
    CHECK(counts.blank == 4);
    CHECK(counts.created == 1);
    CHECK(counts.bad == 0);
}

TEST_CASE("a file of a hundred thousand rows is read whole", "[cli]") {
    std::string text = "unique_handle_id,handle,access_token\n";
    for (int i = 0; i < 100'000; ++i) {
        const auto number = std::to_string(i);
        text += number + ",@" + number + ",t" + number + "\n";
    }
    text += "99999,@other,t\n";
    const auto counts = count_rows(scan(text));
    CHECK(counts.created == 99'999);
    CHECK(counts.bad == 2);
}

TEST_CASE("access changes for who reads one owner's records and not the other's", "[cli]") {
    const auto ann = id(31);
    const auto ben = id(32);
    const auto cyd = id(33);
    const std::map<Uuid, OwnerReaders> readers{
        {social.id, {{ann, {"Ann", true}}, {ben, {"Ben", true}}}},
        {other.id, {{ben, {"Ben", true}}, {cyd, {"Cyd", false}}}},
        {caller.id, {}},
    };
    const OwnerMoves moves{
        {{social.id, other.id}, {3, 1}},
        {{social.id, social.id}, {4, 4}},
        {{std::nullopt, social.id}, {2, 0}},
        {{other.id, caller.id}, {1, 1}}};
    const auto changes = access_changes(moves, readers);
    REQUIRE(changes.size() == 3);
    CHECK(changes[0].user == ann);
    CHECK(changes[0].gains == 2);
    CHECK(changes[0].loses == 3);
    CHECK(changes[0].new_tokens == 4);  // of what stays
    CHECK(changes[1].user == ben);      // reads what moves between the teams before and after
    CHECK(changes[1].gains == 2);
    CHECK(changes[1].loses == 1);
    CHECK(changes[1].new_tokens == 5);
    CHECK(changes[2].gains == 3);
    CHECK(changes[2].loses == 1);
    CHECK(changes[2].new_tokens == 0);  // gains what moves with its token
    CHECK_FALSE(changes[2].reader.enabled);
}

}  // namespace import_plan_test
