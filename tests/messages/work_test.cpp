#include "messages/pipeline.hpp"
#include "pipeline/work_budget.hpp"
#include "query/compiled_filter.hpp"
#include "support/test_vault.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace work_test {

using namespace rookery;
using namespace rookery::messages;
using test::TestVault;

namespace {

const schema::Table& applications() { return *schema::table("msdyn_octwitterapplication"); }

struct Fixture {
    static constexpr std::size_t rows = 40;

    Fixture() {
        for (std::size_t i = 0; i < rows; ++i) {
            vault.create(
                "msdyn_octwitterapplication", std::pair{"msdyn_name", "Émile " + std::to_string(i)}
            );
        }
    }

    static RetrieveMultiple query(std::string pattern = "nobody") {
        RetrieveMultiple out;
        out.table = &applications();
        out.filter = Filter{
            Match{applications().column("msdyn_name"), TextMatch::contains, std::move(pattern)}};
        return out;
    }

    /// Planned once and committed.
    template <class Reply>
    Result<Reply> run(const Message& message, WorkBudget& work) {
        RequestInfo info;
        info.correlation = Uuid::random(vault.vault().random());
        auto result = vault.vault().ledger().commit(vault.vault().pipeline().plan(
            vault.vault().view(), vault.vault().system(), message, info, work
        ));
        return take_reply_as<Reply>(std::move(std::get<ledger::Receipt>(result)));
    }

    template <class Reply>
    std::uint64_t needed(const Message& message) {
        WorkBudget work;
        REQUIRE(run<Reply>(message, work));
        return WorkBudget::units_max - work.left();
    }

    /// The newest entry but that of reading the log.
    LogEntry newest() {
        auto entries = vault.run_as_system<LogReply>(RetrieveAuditEvents{}).entries;
        std::erase_if(entries, [](const auto& e) {
            return e.event.action == audit::Action::audit_read;
        });
        return entries.front();
    }

    TestVault vault;
};

}  // namespace

TEST_CASE("all the work there is may be spent, and not a unit more", "[messages]") {
    WorkBudget work(10);
    CHECK(work.spend(7));
    CHECK(work.spend(3));
    CHECK_FALSE(work.exhausted());
    CHECK(work.spend(1).error().code == Errc::too_expensive);
    CHECK(work.exhausted());
    WorkBudget little(10);
    CHECK(little.spend(11).error().code == Errc::too_expensive);
    CHECK(little.spend(1).error().code == Errc::too_expensive);
}

TEST_CASE(
    "work that earlier attempts took is a lost race, not a query too expensive", "[messages]"
) {
    WorkBudget work(10);
    CHECK(work.spend(6));
    work.again();
    CHECK(work.spend(6).error().code == Errc::unavailable);
}

TEST_CASE("nothing is done for a request that nobody waits for", "[messages]") {
    std::atomic<bool> gone{false};
    WorkBudget work(10, &gone);
    CHECK(work.spend(1));
    gone = true;
    CHECK(work.spend(1).error().code == Errc::cancelled);
}

TEST_CASE("a count is answered with just the work it needs, and refused with less", "[messages]") {
    Fixture f;
    auto count = Fixture::query();
    count.count_only = true;
    const Message message = std::move(count);
    const auto needed = f.needed<CountReply>(message);

    WorkBudget enough(needed);
    REQUIRE(f.run<CountReply>(message, enough));
    CHECK(enough.left() == 0);
    CHECK(f.newest().event.outcome == audit::Outcome::success);

    WorkBudget less(needed - 1);
    CHECK(f.run<CountReply>(message, less).error().code == Errc::too_expensive);
    const auto entry = f.newest();
    CHECK(entry.event.action == audit::Action::list);
    CHECK(entry.event.outcome == audit::Outcome::denied);
    CHECK(entry.event.reason == audit::Reason::quota);
}

TEST_CASE("a query that is planned again has what is left of the work", "[messages]") {
    Fixture f;
    auto count = Fixture::query();
    count.count_only = true;
    const Message message = std::move(count);
    WorkBudget work(f.needed<CountReply>(message) * 3 / 2);
    REQUIRE(f.run<CountReply>(message, work));
    work.again();
    CHECK(f.run<CountReply>(message, work).error().code == Errc::unavailable);
}

TEST_CASE("every condition and every long text makes a query need more", "[messages]") {
    Fixture f;
    const auto with = [&](std::size_t conditions) {
        auto query = Fixture::query();
        Any any;
        for (std::size_t i = 0; i < conditions; ++i) {
            any.terms.push_back(std::move(*Fixture::query("nobody" + std::to_string(i)).filter));
        }
        query.filter = Filter{std::move(any)};
        query.count_only = true;
        return f.needed<CountReply>(std::move(query));
    };
    const auto one = with(1);
    const auto eleven = with(11);
    CHECK(eleven > one + 10 * Fixture::rows * cost::term);
    CHECK(with(21) > eleven);
    f.vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", std::string(100, 'a')});
    CHECK(with(1) > one);
}

TEST_CASE(
    "a list out of work ends its page early, and its pages show every row once", "[messages]"
) {
    Fixture f;
    // Some of the rows, none, and all.
    const auto [pattern, expected] =
        GENERATE(table<std::string, std::size_t>({{"ile %3", 13}, {"nobody", 0}, {"É", 40}}));
    auto query = Fixture::query(pattern);
    const auto share = f.needed<ListReply>(Fixture::query(pattern)) / 5;
    std::set<Uuid> seen;
    std::size_t shown = 0;
    std::size_t pages = 0;
    for (bool more = true; more; ++pages) {
        REQUIRE(pages < 20);
        WorkBudget work(share);
        auto again = Fixture::query(pattern);
        again.paging_token = query.paging_token;
        auto page = f.run<ListReply>(std::move(again), work);
        REQUIRE(page);
        shown += page->rows.size();
        for (const auto& row : page->rows) seen.insert(row.row->id);
        more = page->next_token.has_value();
        query.paging_token = page->next_token.value_or("");
    }
    CHECK(pages >= 5);
    CHECK(shown == expected);
    CHECK(seen.size() == expected);
}

TEST_CASE("an answer that would be wrong if it were cut short is refused", "[messages]") {
    Fixture f;
    auto query = Fixture::query();
    const auto half = f.needed<ListReply>(Fixture::query()) / 2;
    SECTION("in an order of its own") {
        query.order.push_back({applications().column("msdyn_name"), false});
    }
    SECTION("the first rows") { query.top = 10; }
    SECTION("with a count") { query.count = true; }
    WorkBudget work(half);
    CHECK(f.run<ListReply>(std::move(query), work).error().code == Errc::too_expensive);
}

TEST_CASE("a list that nobody waits for ends, and the log says so", "[messages]") {
    Fixture f;
    const std::atomic<bool> gone{true};
    WorkBudget work(WorkBudget::units_max, &gone);
    CHECK(f.run<ListReply>(Fixture::query(), work).error().code == Errc::cancelled);
    CHECK(f.newest().event.outcome == audit::Outcome::failed);
}

}  // namespace work_test
