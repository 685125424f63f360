#include "identity/entry_budget.hpp"

#include <catch2/catch.hpp>

namespace entry_budget_test {

namespace {

using namespace rookery;
using identity::EntryBudget;
using Verdict = EntryBudget::Verdict;
using namespace std::chrono_literals;

const Instant start = from_ms(1'800'000'000'000);  // on a minute

Bytes v4(std::uint8_t last) { return {192, 0, 2, last}; }

constexpr EntryBudget::Noted failure{Errc::unauthenticated, {}};
constexpr EntryBudget::Options defaults{};

std::size_t logged(EntryBudget& budget, const Bytes& source, int times, Instant now) {
    std::size_t out = 0;
    for (int i = 0; i < times; ++i) {
        if (budget.note(source, failure, now) == Verdict::log) ++out;
    }
    return out;
}

constexpr ByteArray<8> fingerprint(std::uint8_t of) { return {of}; }

}  // namespace

TEST_CASE("the first ten events of a source and minute are logged singly", "[identity]") {
    EntryBudget budget{defaults};
    CHECK(logged(budget, v4(1), 25, start) == 10);
    CHECK(logged(budget, v4(2), 3, start) == 3);
    CHECK(budget.due(start + 59s).empty());
    const auto due = budget.due(start + 60s);
    REQUIRE(due.size() == 1);
    CHECK(due[0].source == v4(1));
    CHECK(due[0].minute == start);
    CHECK(due[0].count == 15);
    CHECK(budget.due(start + 60s).empty());
    CHECK(logged(budget, v4(1), 25, start + 60s) == 10);
}

TEST_CASE("a minute that ends while events come in is not lost", "[identity]") {
    EntryBudget budget{defaults};
    CHECK(logged(budget, v4(1), 12, start + 30s) == 10);
    CHECK(logged(budget, v4(1), 13, start + 70s) == 10);
    auto due = budget.due(start + 71s);
    REQUIRE(due.size() == 1);
    CHECK(due[0].count == 2);
    due = budget.due(start + 120s);
    REQUIRE(due.size() == 1);
    CHECK(due[0].count == 3);
    CHECK(due[0].minute == start + 60s);
}

TEST_CASE("more sources than the table holds are counted together", "[identity]") {
    EntryBudget budget{{.single_max = 10, .single_total_max = 1000, .sources_max = 3}};
    for (std::uint8_t i = 0; i < 3; ++i) CHECK(logged(budget, v4(i), 1, start) == 1);
    CHECK(logged(budget, v4(3), 5, start) == 0);
    CHECK(logged(budget, v4(4), 2, start) == 0);
    CHECK(logged(budget, v4(0), 1, start) == 1);
    const auto due = budget.due(start + 60s);
    REQUIRE(due.size() == 1);
    CHECK(due[0].source.empty());
    CHECK(due[0].count == 7);
}

TEST_CASE("single events of all sources are bounded per minute", "[identity]") {
    EntryBudget budget{{.single_max = 10, .single_total_max = 15, .sources_max = 100}};
    CHECK(logged(budget, v4(1), 10, start) == 10);
    CHECK(logged(budget, v4(2), 10, start) == 5);
    CHECK(logged(budget, v4(3), 10, start) == 0);
    CHECK(logged(budget, v4(3), 10, start + 60s) == 10);
    CHECK(budget.due(start + 60s).size() == 2);
}

TEST_CASE("what was not fetched stays bounded and loses no event", "[identity]") {
    EntryBudget budget{{.single_max = 0, .single_total_max = 0, .sources_max = 2}};
    for (std::uint8_t minute = 0; minute < 50; ++minute) {
        CHECK(logged(budget, v4(minute), 1, start + minute * 1min) == 0);
    }
    const auto due = budget.due(start + 50min);
    CHECK(due.size() <= 3);
    std::uint64_t sum = 0;
    for (const auto& aggregate : due) sum += aggregate.count;
    CHECK(sum == 50);
}

TEST_CASE("an aggregate that could not be logged is due again", "[identity]") {
    EntryBudget budget{defaults};
    CHECK(logged(budget, v4(1), 12, start) == 10);
    auto due = budget.due(start + 60s);
    REQUIRE(due.size() == 1);
    budget.put_back(std::move(due[0]));
    due = budget.due(start + 60s);
    REQUIRE(due.size() == 1);
    CHECK(due[0].count == 2);
}

TEST_CASE("the end of the program takes the running minute too", "[identity]") {
    EntryBudget budget{defaults};
    CHECK(logged(budget, v4(1), 11, start) == 10);
    CHECK(budget.all().size() == 1);
    CHECK(budget.all().empty());
}

TEST_CASE("a clock that goes back opens no new minute", "[identity]") {
    EntryBudget budget{defaults};
    CHECK(logged(budget, v4(1), 10, start + 60s) == 10);
    CHECK(logged(budget, v4(1), 10, start) == 0);
    CHECK(budget.due(start).empty());
    CHECK(budget.due(start + 120s)[0].count == 10);
}

TEST_CASE("sources are the same only byte by byte", "[identity]") {
    EntryBudget budget{{.single_max = 1, .single_total_max = 100, .sources_max = 100}};
    CHECK(logged(budget, {}, 2, start) == 1);
    CHECK(logged(budget, Bytes(4), 2, start) == 1);
    CHECK(logged(budget, Bytes(8), 2, start) == 1);
    CHECK(logged(budget, Bytes(16), 2, start) == 1);
    CHECK(logged(budget, v4(1), 2, start) == 1);
    CHECK(budget.due(start + 60s).size() == 5);
}

TEST_CASE("an aggregate says how many of each error there were", "[identity]") {
    EntryBudget budget{{.single_max = 1, .single_total_max = 100, .sources_max = 100}};
    for (const auto code :
         {Errc::malformed,
          Errc::not_found,
          Errc::malformed,
          Errc::not_found,
          Errc::missing_privilege,
          Errc::not_found}) {
        static_cast<void>(budget.note(v4(1), {code, {}}, start));
    }
    const auto due = budget.due(start + 60s);
    REQUIRE(due.size() == 1);
    CHECK(due[0].count == 5);
    const std::vector<std::pair<Errc, std::uint64_t>> codes{
        {Errc::not_found, 3}, {Errc::malformed, 1}, {Errc::missing_privilege, 1}};
    CHECK(due[0].codes == codes);
}

TEST_CASE("an aggregate names a credential when all showed that one", "[identity]") {
    EntryBudget budget{{.single_max = 0, .single_total_max = 0, .sources_max = 100}};
    const auto note = [&](std::uint8_t source, std::initializer_list<std::uint8_t> credentials) {
        for (const auto credential : credentials) {
            budget.count(v4(source), {Errc::malformed, fingerprint(credential)}, start);
        }
    };
    note(1, {7, 7});
    note(2, {7, 8, 7});
    note(3, {0, 7});
    auto due = budget.due(start + 60s);
    REQUIRE(due.size() == 3);
    for (const auto& aggregate : due) {
        CHECK(aggregate.credential == fingerprint(aggregate.source == v4(1) ? 7 : 0));
    }
}

TEST_CASE(
    "what cannot be logged now is counted and leaves the single entries for later", "[identity]"
) {
    EntryBudget budget{defaults};
    for (int i = 0; i < 5; ++i) budget.count(v4(1), failure, start);
    CHECK(logged(budget, v4(1), 11, start) == 10);
    const auto due = budget.due(start + 60s);
    REQUIRE(due.size() == 1);
    CHECK(due[0].count == 6);
}

TEST_CASE("what was put back and what came since are one when names are given up", "[identity]") {
    EntryBudget budget{{.single_max = 0, .single_total_max = 0, .sources_max = 1}};
    CHECK(logged(budget, v4(1), 2, start) == 0);
    auto due = budget.due(start + 60s);
    REQUIRE(due.size() == 1);
    CHECK(logged(budget, v4(1), 3, start + 60s) == 0);
    budget.put_back(std::move(due[0]));
    due = budget.due(start + 120s);
    REQUIRE(due.size() == 1);
    CHECK(due[0].count == 5);
    CHECK(due[0].codes.front() == std::pair<Errc, std::uint64_t>{Errc::unauthenticated, 5});
}

}  // namespace entry_budget_test
