// Lists that are ordered by modifiedon, which has an index: the order that every list has, no more than the page
// looked at, and never a row that the caller may not see.
#include "messages/pipeline.hpp"
#include "pipeline/reply.hpp"
#include "query/index_order.hpp"
#include "storage/row_key.hpp"
#include "support/test_vault.hpp"
#include "vault/vault_parts.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace modified_order_test {

using namespace rookery;
using namespace rookery::messages;
using test::TestVault;

namespace {

constexpr std::string_view application = "msdyn_octwitterapplication";
constexpr std::string_view read_application = "prvReadmsdyn_octwitterapplication";

using Ids = std::vector<Uuid>;

struct Fixture {
    Fixture() {
        unit = vault.create("businessunit", std::pair{"name", "South"}, parent_unit());
        north = owner("north", vault.vault().root_business_unit());
        south = owner("south", unit);
    }

    std::pair<const char*, Target> parent_unit() {
        return {
            "parentbusinessunitid",
            TestVault::target("businessunit", vault.vault().root_business_unit())};
    }

    /// A user who may own applications.
    Uuid owner(
        const std::string& name, const Uuid& unit_of, schema::Depth depth = schema::Depth::local
    ) {
        const auto user = vault.create(
            "systemuser",
            std::pair{"domainname", name},
            std::pair{"lastname", name},
            std::pair{"businessunitid", TestVault::target("businessunit", unit_of)}
        );
        const auto role = vault.create(
            "role",
            std::pair{"name", "reader of " + name},
            std::pair{"businessunitid", TestVault::target("businessunit", unit_of)}
        );
        AddPrivilegesRole message;
        message.role = TestVault::target("role", role);
        message.privileges.push_back({schema::privilege(read_application), depth});
        vault.run_as_system<NoContent>(std::move(message));
        vault.associate("systemuserroles_association", user, role);
        return user;
    }

    /// So many rows, all of this second.
    void add(std::size_t rows, const Uuid& user, std::string_view name = "a") {
        for (std::size_t i = 0; i < rows; ++i) {
            const auto id = vault.create(
                application,
                std::pair{"msdyn_name", std::string(name)},
                std::pair{"ownerid", TestVault::target("systemuser", user)}
            );
            made.push_back({vault.clock().now(), id, user, std::string(name)});
        }
    }

    void assign(const Uuid& id, const Uuid& user) {
        Upsert message;
        message.target = TestVault::target(application, id);
        message.preconditions.must_exist = true;
        message.input.cells.push_back(
            TestVault::cell(application, "ownerid", TestVault::target("systemuser", user))
        );
        vault.run_as_system<NoContent>(std::move(message));
    }

    void damage(const Uuid& id) {
        const auto commit = vault.vault().parts().store->begin();
        const auto key = storage::row_key({schema::table(application)->id, id});
        commit->put(storage::Family::rows, key, "damaged");
        REQUIRE(commit->write());
    }

    void tick() { vault.clock().advance(std::chrono::seconds(1)); }

    static RetrieveMultiple query(bool descending, std::size_t page_size = 5000) {
        RetrieveMultiple out;
        out.table = schema::table(application);
        out.order.push_back({out.table->column("modifiedon"), descending});
        out.page_size = static_cast<std::uint32_t>(page_size);
        return out;
    }

    /// All pages, one after the other.
    Ids pages(const access::Caller& caller, RetrieveMultiple list) {
        Message message = std::move(list);
        auto& query = std::get<RetrieveMultiple>(message);
        Ids out;
        for (;;) {
            const auto page = test::value(vault.run<ListReply>(caller, message));
            CHECK(page.rows.size() <= query.page_size);
            for (const auto& row : page.rows) out.push_back(row.row->id);
            if (!page.next_token) return out;
            query.paging_token = *page.next_token;
        }
    }

    Ids pages(RetrieveMultiple list) { return pages(vault.vault().system(), std::move(list)); }

    Ids expected(bool descending, std::optional<Uuid> of = {}) {
        auto rows = made;
        if (of) std::erase_if(rows, [&](const Made& row) { return row.owner != *of; });
        std::ranges::sort(rows, [&](const Made& a, const Made& b) {
            if (a.time != b.time) return descending ? a.time > b.time : a.time < b.time;
            return a.id < b.id;
        });
        Ids out;
        for (const auto& row : rows) out.push_back(row.id);
        return out;
    }

    /// What the first three rows take.
    std::uint64_t work(std::string_view column, bool descending) {
        auto list = query(descending);
        list.order.front().column = list.table->column(column);
        list.top = 3;
        WorkBudget budget;
        RequestInfo info;
        info.correlation = Uuid::random(vault.random());
        auto planned = vault.vault().pipeline().plan(
            vault.vault().view(), vault.vault().system(), std::move(list), info, budget
        );
        REQUIRE(ledger::receipt_of(vault.vault().ledger().commit(std::move(planned))));
        return WorkBudget::units_max - budget.left();
    }

    struct Made {
        Instant time;
        Uuid id;
        Uuid owner;
        std::string name;
    };

    TestVault vault;
    Uuid unit;
    Uuid north;
    Uuid south;
    std::vector<Made> made;
};

}  // namespace

TEST_CASE(
    "a list by modifiedon is in order over all its pages, rows of one second by id", "[messages]"
) {
    const bool descending = GENERATE(false, true);
    const std::size_t page = GENERATE(1U, 3U, 7U, 500U);
    Fixture f;
    for (const std::size_t rows : {1U, 2U, 9U, 1U, 5U}) {
        f.add(rows, f.north);
        f.tick();
    }
    CHECK(f.pages(Fixture::query(descending, page)) == f.expected(descending));
}

TEST_CASE("more rows of one second than are turned round are in order too", "[messages]") {
    const bool descending = GENERATE(false, true);
    Fixture f;
    f.add(3, f.north);
    f.tick();
    f.add(2 * IndexOrder::turned_max, f.north);
    f.tick();
    f.add(3, f.north);
    for (const std::size_t page : {20U, 100U}) {
        CHECK(f.pages(Fixture::query(descending, page)) == f.expected(descending));
    }
    auto message = Fixture::query(descending);
    message.top = 10;
    auto first = f.expected(descending);
    first.resize(10);
    CHECK(f.pages(std::move(message)) == first);
}

TEST_CASE("a second order decides among rows of one second, before the id", "[messages]") {
    const bool descending = GENERATE(false, true);
    Fixture f;
    for (int second = 0; second < 4; ++second) {
        for (const auto* name : {"b", "c", "a", "b"}) f.add(1, f.north, name);
        f.tick();
    }
    auto rows = f.made;
    std::ranges::sort(rows, [&](const auto& a, const auto& b) {
        if (a.time != b.time) return descending ? a.time > b.time : a.time < b.time;
        return a.name != b.name ? a.name > b.name : a.id < b.id;
    });
    Ids expected;
    for (const auto& row : rows) expected.push_back(row.id);
    for (const std::size_t page : {1U, 3U, 500U}) {
        auto message = Fixture::query(descending, page);
        message.order.push_back({message.table->column("msdyn_name"), true});
        CHECK(f.pages(std::move(message)) == expected);
    }
}

TEST_CASE("a list by modifiedon holds no row that the caller may not see", "[messages]") {
    const bool descending = GENERATE(false, true);
    Fixture f;
    for (int second = 0; second < 6; ++second) {
        f.add(2, f.south);
        f.add(3, f.north);
        f.tick();
    }
    const auto caller = TestVault::caller(f.south);
    for (const std::size_t page : {2U, 500U}) {
        CHECK(f.pages(caller, Fixture::query(descending, page)) == f.expected(descending, f.south));
    }
    auto message = Fixture::query(descending);
    message.top = 3;
    auto first = f.expected(descending, f.south);
    first.resize(3);
    CHECK(f.pages(caller, std::move(message)) == first);
}

TEST_CASE("rows that the caller may see are found however rare they are", "[messages]") {
    const bool descending = GENERATE(false, true);
    Fixture f;
    f.add(1, f.south);
    f.tick();
    f.add(300, f.north);
    f.tick();
    f.add(1, f.south);
    CHECK(
        f.pages(TestVault::caller(f.south), Fixture::query(descending, 1)) ==
        f.expected(descending, f.south)
    );
}

TEST_CASE(
    "of rows of others only the entries are looked at, which name their owners", "[messages]"
) {
    const bool descending = GENERATE(false, true);
    const std::string_view column = GENERATE("modifiedon", "msdyn_name");
    Fixture f;
    const auto own = f.owner("own", f.unit, schema::Depth::basic);
    for (int i = 0; i < 300; ++i) {
        f.add(1, own, "a" + std::to_string(1000 + 2 * i));
        f.add(1, f.north, "a" + std::to_string(1001 + 2 * i));
        f.tick();
    }
    f.damage(f.made[301].id);
    f.add(1, own, "a9999");  // from here on the damage is seen
    auto list = Fixture::query(descending, 100);
    list.order.front().column = list.table->column(column);
    const auto all = f.vault.run<ListReply>(f.vault.vault().system(), Fixture::query(descending));
    REQUIRE_FALSE(all);
    CHECK(all.error().code == Errc::integrity);
    CHECK(f.pages(TestVault::caller(own), std::move(list)) == f.expected(descending, own));
}

TEST_CASE("a row that changes its owner is in the lists of the new one", "[messages]") {
    const std::string_view column = GENERATE("modifiedon", "msdyn_name");
    Fixture f;
    const auto own = f.owner("own", f.unit, schema::Depth::basic);
    const auto next = f.owner("next", f.unit, schema::Depth::basic);
    for (int i = 0; i < 300; ++i) {
        f.add(1, own, "a" + std::to_string(1000 + i));
        f.tick();
    }
    const auto moved = f.made[7].id;
    f.assign(moved, next);
    auto list = Fixture::query(false, 100);
    list.order.front().column = list.table->column(column);
    CHECK(f.pages(TestVault::caller(next), std::move(list)) == Ids{moved});
    list = Fixture::query(false, 100);
    list.order.front().column = list.table->column(column);
    CHECK(f.pages(TestVault::caller(own), std::move(list)).size() == 299);
}

TEST_CASE("a filter and a count leave a list by modifiedon in its order", "[messages]") {
    const bool descending = GENERATE(false, true);
    Fixture f;
    for (int second = 0; second < 5; ++second) {
        f.add(2, f.north, "wanted");
        f.add(2, f.south, "other");
        f.tick();
    }
    auto message = Fixture::query(descending, 3);
    SECTION("filter") {
        Compare compare;
        compare.column = message.table->column("msdyn_name");
        compare.op = Comparison::eq;
        compare.operand = storage::Value{std::string("wanted")};
        message.filter = Filter{std::move(compare)};
        CHECK(f.pages(std::move(message)) == f.expected(descending, f.north));
    }
    SECTION("count") {
        message.count = true;
        CHECK(f.pages(std::move(message)) == f.expected(descending));
    }
}

TEST_CASE("the newest few and the oldest few take no more work in a larger table", "[messages]") {
    Fixture f;
    const auto fill = [&](int seconds) {
        for (int i = 0; i < seconds; ++i) {
            f.add(2, f.north);
            f.tick();
        }
    };
    fill(10);
    const auto newest = f.work("modifiedon", true);
    const auto oldest = f.work("modifiedon", false);
    const auto last_named = f.work("msdyn_name", true);
    const auto first_named = f.work("msdyn_name", false);
    fill(60);
    CHECK(f.work("modifiedon", true) == newest);
    CHECK(f.work("modifiedon", false) == oldest);
    CHECK(f.work("msdyn_name", true) == last_named);
    CHECK(f.work("msdyn_name", false) == first_named);
    // Another column has no index: all of the table is looked at.
    CHECK(f.work("createdon", true) > 10 * newest);
}

TEST_CASE(
    "a row that is changed moves in a list by modifiedon, one that is removed leaves it",
    "[messages]"
) {
    Fixture f;
    for (int i = 0; i < 3; ++i) {
        f.add(1, f.north);
        f.tick();
    }
    const auto ids = f.expected(false);
    Upsert change;
    change.target = TestVault::target(application, ids[0]);
    change.preconditions.must_exist = true;
    change.input.cells.push_back(TestVault::cell(application, "msdyn_name", std::string("new")));
    f.vault.run_as_system<NoContent>(std::move(change));
    Delete removal;
    removal.target = TestVault::target(application, ids[1]);
    f.vault.run_as_system<NoContent>(std::move(removal));
    CHECK(f.pages(Fixture::query(false)) == Ids{ids[2], ids[0]});
    CHECK(f.pages(Fixture::query(true)) == Ids{ids[0], ids[2]});
}

TEST_CASE("users are listed by modifiedon although the vault's own have none", "[messages]") {
    Fixture f;
    const bool descending = GENERATE(false, true);
    RetrieveMultiple message;
    message.table = schema::table("systemuser");
    message.order.push_back({message.table->column("modifiedon"), descending});
    const auto users = f.pages(std::move(message));
    REQUIRE(users.size() >= 3);
    CHECK((descending ? users.back() : users.front()) == f.vault.vault().system().user);
}

}  // namespace modified_order_test
