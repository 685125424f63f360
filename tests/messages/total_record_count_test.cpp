// RetrieveTotalRecordCount: as many rows as the caller could list, however many there are.
#include "messages/sender.hpp"

namespace total_record_count_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;
using schema::Depth;

namespace {

constexpr std::string_view handle = "msdyn_octwitterhandle";
constexpr std::string_view read_handle = "prvReadmsdyn_octwitterhandle";

struct Fixture {
    TestVault vault;
    Sender system = test::system_of(vault);
    Uuid unit = value(system.create(
        "businessunit", std::pair{"name", std::string("unit")},
        std::pair{
            "parentbusinessunitid",
            TestVault::target("businessunit", vault.vault().root_business_unit())}
    ));
    Uuid caller = vault.user("caller");
    Uuid team = value(system.create("team", std::pair{"name", std::string("team")}));
    Uuid below = vault.user("below");

    Fixture() {
        REQUIRE(system.update(
            "systemuser",
            below,
            std::pair{"businessunitid", TestVault::target("businessunit", unit)}
        ));
        own("systemuser", caller, 2);
        own("team", team, 3);
        own("systemuser", below, 4);
    }

    void own(std::string_view kind, const Uuid& owner, int rows) {
        for (int i = 0; i < rows; ++i) {
            vault.create(
                handle,
                std::pair{"msdyn_name", "h" + std::to_string(i)},
                std::pair{"ownerid", TestVault::target(kind, owner)}
            );
        }
    }

    void may_read(Depth depth) {
        vault.associate(
            "systemuserroles_association", caller, vault.role("reader", {read_handle}, depth)
        );
    }

    Result<std::vector<std::uint64_t>> counts(std::vector<const schema::Table*> tables) {
        RetrieveTotalRecordCount message;
        message.tables = std::move(tables);
        ROOKERY_TRY(
            const auto reply, vault.run<TotalRecordCountReply>(TestVault::caller(caller), message)
        );
        std::vector<std::uint64_t> out;
        for (const auto& one : reply.counts) out.push_back(one.rows);
        return out;
    }

    std::uint64_t handles() { return value(counts({schema::table(handle)})).front(); }
};

}  // namespace

TEST_CASE("rows are counted that the caller may read, by owner, unit and depth", "[messages]") {
    Fixture f;

    struct Case {
        Depth depth;
        bool member;
        std::uint64_t rows;
    };

    const auto c = GENERATE(
        Case{Depth::basic, false, 2},
        Case{Depth::basic, true, 5},
        Case{Depth::local, false, 5},
        Case{Depth::deep, false, 9},
        Case{Depth::global, false, 9}
    );
    f.may_read(c.depth);
    if (c.member) f.vault.associate("teammembership_association", f.team, f.caller);
    CHECK(f.handles() == c.rows);
}

TEST_CASE("a count agrees with the list, on every table that there is", "[messages]") {
    Fixture f;
    f.vault.associate("systemuserroles_association", f.caller, messages::system_administrator_role);
    for (const auto* table : schema::tables()) {
        INFO(table->name);
        if (table->of_log) continue;  // each of the two questions adds to the log
        RetrieveMultiple list;
        list.table = table;
        list.count_only = true;
        const auto listed = f.vault.run<CountReply>(TestVault::caller(f.caller), std::move(list));
        const auto counted = f.counts({table});
        REQUIRE(counted.has_value() == listed.has_value());
        if (counted) CHECK(counted->front() == listed->count);
    }
}

TEST_CASE("deleted rows are not counted, and those are that come", "[messages]") {
    Fixture f;
    f.may_read(Depth::global);
    const auto made = f.vault.create(handle, std::pair{"msdyn_name", std::string("one more")});
    CHECK(f.handles() == 10);
    REQUIRE(f.system.remove(handle, made));
    CHECK(f.handles() == 9);
}

TEST_CASE(
    "of a table that the caller may not read nothing is counted, nor of the others asked for",
    "[messages]"
) {
    Fixture f;
    f.may_read(Depth::global);
    CHECK(code(f.counts({schema::table("systemuser")})) == Errc::missing_privilege);
    CHECK(
        code(f.counts({schema::table(handle), schema::table("systemuser")})) ==
        Errc::missing_privilege
    );
    CHECK_FALSE(f.counts({}).has_value());
}

TEST_CASE("a count that takes longer than a request may ends", "[messages]") {
    Fixture f;
    f.may_read(Depth::global);
    RetrieveTotalRecordCount message;
    message.tables = {schema::table(handle)};
    WorkBudget work(cost::probe);
    RequestInfo info;
    const auto planned = f.vault.vault().pipeline().plan_or_refuse(
        f.vault.vault().view(), TestVault::caller(f.caller), message, info, work
    );
    const auto* refused = std::get_if<Refused>(&planned);
    REQUIRE(refused != nullptr);
    CHECK(refused->error().code == Errc::too_expensive);
}

TEST_CASE("each table that is counted is an entry on the log", "[messages]") {
    Fixture f;
    f.may_read(Depth::global);
    f.vault.associate(
        "systemuserroles_association",
        f.caller,
        f.vault.role("users", {"prvReadUser"}, Depth::global)
    );
    REQUIRE(f.counts({schema::table(handle), schema::table("systemuser")}));
    RetrieveAuditEvents message;
    message.top = 2;
    const auto reply = f.vault.run_as_system<LogReply>(message);
    REQUIRE(reply.entries.size() == 2);
    CHECK(reply.entries[0].event.table == "systemuser");
    CHECK(reply.entries[1].event.table == handle);
    CHECK(reply.entries[1].event.message == "RetrieveTotalRecordCount");
    CHECK(reply.entries[1].event.count == 9);
}

}  // namespace total_record_count_test
