// Who can own a record, and what follows from it.
#include "messages/sender.hpp"

namespace owner_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view application = "msdyn_octwitterapplication";

struct Fixture {
    TestVault vault;
    Sender system = test::system_of(vault);

    Uuid team(const std::string& name, std::int64_t type, std::optional<Uuid> unit = {}) {
        return value(system.create(
            "team",
            std::pair{"name", name},
            std::pair{"teamtype", type},
            std::pair{
                "businessunitid",
                TestVault::target(
                    "businessunit", unit.value_or(vault.vault().root_business_unit())
                )}
        ));
    }

    Uuid unit() {
        return value(system.create(
            "businessunit",
            std::pair{"name", std::string("unit")},
            std::pair{
                "parentbusinessunitid",
                TestVault::target("businessunit", vault.vault().root_business_unit())}
        ));
    }

    Result<Uuid> owned_by(std::string_view table, const Uuid& owner) {
        return system.create(
            application,
            std::pair{"msdyn_name", std::string("app")},
            std::pair{"ownerid", TestVault::target(table, owner)}
        );
    }

    storage::RowRef ref(const Uuid& record, std::string_view column) {
        const auto row = value(system.row(application, record));
        const auto* found = row->get<storage::RowRef>(column);
        REQUIRE(found != nullptr);
        return *found;
    }

    bool null(const Uuid& record, std::string_view column) {
        return value(system.row(application, record))->get<storage::RowRef>(column) == nullptr;
    }
};

}  // namespace

TEST_CASE("a record belongs to who makes it, if nobody else is named", "[messages]") {
    Fixture f;
    const auto user = f.vault.user("maker");
    f.vault.associate(
        "systemuserroles_association",
        user,
        f.vault.role("Maker", {"prvCreatemsdyn_octwitterapplication"}, schema::Depth::basic)
    );
    Sender maker(f.vault, TestVault::caller(user));
    const auto record =
        value(maker.create(application, std::pair{"msdyn_name", std::string("app")}));
    CHECK(f.ref(record, "ownerid") == storage::RowRef{schema::known::systemuser.id, user});
    CHECK(f.ref(record, "owninguser").id == user);
    CHECK(f.null(record, "owningteam"));
    CHECK(f.ref(record, "owningbusinessunit").id == f.vault.vault().root_business_unit());
}

TEST_CASE("an owner team owns, an access team does not", "[messages]") {
    Fixture f;
    for (const std::int64_t type : {0, 2, 3}) {
        CAPTURE(type);
        const auto team = f.team("team " + std::to_string(type), type);
        const auto record = value(f.owned_by("team", team));
        CHECK(f.ref(record, "ownerid") == storage::RowRef{schema::known::team.id, team});
        CHECK(f.ref(record, "owningteam").id == team);
        CHECK(f.null(record, "owninguser"));
    }
    const auto access = f.team("access", 1);
    const auto refused = f.owned_by("team", access);
    REQUIRE(code(refused) == Errc::bad_owner);
    CHECK(refused.error().message == "This team cannot own records.");
}

TEST_CASE("nobody who is not there owns a record", "[messages]") {
    Fixture f;
    SystemRandom random;
    for (const std::string_view table : {"systemuser", "team"}) {
        CHECK(code(f.owned_by(table, Uuid::random(random))) == Errc::not_found);
    }
}

TEST_CASE("a record is never without an owner", "[messages]") {
    Fixture f;
    const auto record = value(f.owned_by("systemuser", f.vault.user("owner")));
    const auto nobody = [] { return std::pair{"ownerid", std::monostate{}}; };
    CHECK(code(f.system.create(application, nobody())) == Errc::required_null);
    CHECK(code(f.system.update(application, record, nobody())) == Errc::required_null);
    CHECK_FALSE(f.null(record, "ownerid"));
}

TEST_CASE(
    "another owner brings his unit along, and leaves nothing of the one before", "[messages]"
) {
    Fixture f;
    const auto first = f.vault.user("first");
    const auto unit = f.unit();
    const auto team = f.team("second", 0, unit);
    const auto record = value(f.owned_by("systemuser", first));
    REQUIRE(
        f.system.update(application, record, std::pair{"ownerid", TestVault::target("team", team)})
    );
    CHECK(f.ref(record, "owningteam").id == team);
    CHECK(f.null(record, "owninguser"));
    CHECK(f.ref(record, "owningbusinessunit").id == unit);
    REQUIRE(f.system.update(
        application, record, std::pair{"ownerid", TestVault::target("systemuser", first)}
    ));
    CHECK(f.null(record, "owningteam"));
    CHECK(f.ref(record, "owningbusinessunit").id == f.vault.vault().root_business_unit());
}

TEST_CASE("a record goes with its owner when he changes units", "[messages]") {
    Fixture f;
    const auto user = f.vault.user("mover");
    const auto record = value(f.owned_by("systemuser", user));
    const auto unit = f.unit();
    REQUIRE(f.system.update(
        "systemuser", user, std::pair{"businessunitid", TestVault::target("businessunit", unit)}
    ));
    CHECK(f.ref(record, "owningbusinessunit").id == unit);
}

TEST_CASE("a bad owner leaves a record with the one that it has", "[messages]") {
    Fixture f;
    const auto user = f.vault.user("owner");
    const auto record = value(f.owned_by("systemuser", user));
    const auto access = f.team("access", 1);
    CHECK(
        code(f.system.update(
            application,
            record,
            std::pair{"msdyn_name", std::string("renamed")},
            std::pair{"ownerid", TestVault::target("team", access)}
        )) == Errc::bad_owner
    );
    CHECK(f.ref(record, "ownerid").id == user);
    CHECK(*value(f.system.row(application, record))->get<std::string>("msdyn_name") == "app");
}

TEST_CASE("nobody of a disabled unit is given a record, and what he has stays his", "[messages]") {
    Fixture f;
    const auto unit = f.unit();
    const auto user = f.vault.user("away");
    REQUIRE(f.system.update(
        "systemuser", user, std::pair{"businessunitid", TestVault::target("businessunit", unit)}
    ));
    const auto team = f.team("away too", 0, unit);
    const auto his = value(f.owned_by("systemuser", user));
    const auto other = value(f.owned_by("systemuser", f.vault.user("owner")));
    REQUIRE(f.system.update("businessunit", unit, std::pair{"isdisabled", true}));

    for (const auto& [table, id] : {std::pair{"systemuser", user}, std::pair{"team", team}}) {
        CAPTURE(table);
        CHECK(code(f.owned_by(table, id)) == Errc::owner_unit_disabled);
        const auto given =
            f.system.update(application, other, std::pair{"ownerid", TestVault::target(table, id)});
        CHECK(code(given) == Errc::owner_unit_disabled);
    }
    CHECK(f.system.update(application, his, std::pair{"msdyn_name", std::string("still his")}));
    CHECK(f.ref(his, "ownerid").id == user);
    REQUIRE(f.system.update("businessunit", unit, std::pair{"isdisabled", false}));
    CHECK(f.owned_by("team", team));
}

TEST_CASE("a disabled user still owns what is his", "[messages]") {
    Fixture f;
    const auto user = f.vault.user("leaver");
    const auto record = value(f.owned_by("systemuser", user));
    REQUIRE(f.system.update("systemuser", user, std::pair{"isdisabled", true}));
    CHECK(f.ref(record, "ownerid").id == user);
    CHECK(f.system.update(application, record, std::pair{"msdyn_name", std::string("still his")}));
}

}  // namespace owner_test
