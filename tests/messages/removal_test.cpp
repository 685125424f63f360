// What may be deleted, what goes with it, and what stands in its way.
#include "messages/row_planner.hpp"
#include "messages/sender.hpp"
#include "pipeline/plan_builder.hpp"

namespace removal_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view application = "msdyn_octwitterapplication";
constexpr std::string_view handle = "msdyn_octwitterhandle";
constexpr std::string_view secret = "msdyn_octwitterhandlesecret";

struct Fixture {
    TestVault vault;
    Sender system = test::system_of(vault);
    Sender administrator = test::administrator_of(vault);

    Uuid unit(const std::string& name, std::optional<Uuid> parent = {}) {
        return value(system.create(
            "businessunit",
            std::pair{"name", name},
            std::pair{
                "parentbusinessunitid",
                TestVault::target(
                    "businessunit", parent.value_or(vault.vault().root_business_unit())
                )}
        ));
    }

    Uuid team(const std::string& name, std::optional<Uuid> unit = {}) {
        return value(system.create(
            "team",
            std::pair{"name", name},
            std::pair{
                "businessunitid",
                TestVault::target(
                    "businessunit", unit.value_or(vault.vault().root_business_unit())
                )}
        ));
    }

    Uuid application_of(const std::string& name) {
        return value(system.create(application, std::pair{"msdyn_name", name}));
    }

    Uuid handle_of(const Uuid& parent, const std::string& number) {
        return value(system.create(
            handle,
            std::pair{"msdyn_name", "@" + number},
            std::pair{"msdyn_octwitteruniquehandleid", number},
            std::pair{"msdyn_octwitterapplicationid", TestVault::target(application, parent)}
        ));
    }

    Uuid secret_of(const Uuid& parent, const std::string& number) {
        return value(system.create(
            secret,
            std::pair{"msdyn_name", number},
            std::pair{"msdyn_octwitteruniquehandleid", number},
            std::pair{"msdyn_octwitterhandleid", TestVault::target(handle, parent)}
        ));
    }

    std::uint64_t rows_changed(auto&& act) {
        const auto before = vault.vault().view().snapshot().versionnumber;
        act();
        return vault.vault().view().snapshot().versionnumber - before;
    }
};

}  // namespace

TEST_CASE("a user cannot be deleted, by nobody, and says what to do instead", "[messages]") {
    Fixture f;
    const auto user = f.vault.user("leaver");
    for (auto* sender : {&f.system, &f.administrator}) {
        const auto refused = sender->remove("systemuser", user);
        REQUIRE(code(refused) == Errc::restricted);
        CHECK(refused.error().message == "A user cannot be deleted.");
        CHECK(refused.error().hint.find("isdisabled") != std::string::npos);
    }
    CHECK(f.system.there("systemuser", user));
    CHECK(f.administrator.update("systemuser", user, std::pair{"isdisabled", true}));
}

TEST_CASE("a table without Delete says so", "[messages]") {
    const auto table = GENERATE(
        as<std::string_view>{},
        "organization",
        "privilege",
        "rky_credential",
        "teammembership",
        "systemuserroles",
        "teamroles",
        "systemuserprofiles",
        "teamprofiles",
        "roleprivileges"
    );
    CAPTURE(table);
    Fixture f;
    SystemRandom random;
    const auto refused = f.system.remove(table, Uuid::random(random));
    REQUIRE(code(refused) == Errc::method_not_allowed);
    CHECK(refused.error().message.find("'Delete'") != std::string::npos);
    CHECK(refused.error().message.find("'" + std::string(table) + "'") != std::string::npos);
}

TEST_CASE("what is not there cannot be deleted, and what was deleted is not there", "[messages]") {
    Fixture f;
    SystemRandom random;
    CHECK(code(f.system.remove(application, Uuid::random(random))) == Errc::not_found);
    const auto id = f.application_of("one");
    CHECK(f.system.remove(application, id));
    CHECK(code(f.system.remove(application, id)) == Errc::not_found);
    CHECK_FALSE(f.system.there(application, id));
}

TEST_CASE("a business unit that something belongs to cannot be deleted", "[messages]") {
    struct Case {
        std::string_view by;
        void (*fill)(Fixture&, const Uuid&);
    };

    const auto c = GENERATE(
        Case{"businessunit", [](Fixture& f, const Uuid& unit) { f.unit("below", unit); }},
        Case{"team", [](Fixture& f, const Uuid& unit) { f.team("there", unit); }},
        Case{
            "systemuser",
            [](Fixture& f, const Uuid& unit) {
                REQUIRE(f.system.create(
                    "systemuser",
                    std::pair{"domainname", std::string("there")},
                    std::pair{"lastname", std::string("there")},
                    std::pair{"businessunitid", TestVault::target("businessunit", unit)}
                ));
            }},
        Case{
            "role",
            [](Fixture& f, const Uuid& unit) {
                REQUIRE(f.system.create(
                    "role",
                    std::pair{"name", std::string("there")},
                    std::pair{"businessunitid", TestVault::target("businessunit", unit)}
                ));
            }}
    );
    CAPTURE(c.by);
    Fixture f;
    const auto unit = f.unit("unit");
    c.fill(f, unit);
    for (auto* sender : {&f.system, &f.administrator}) {
        const auto refused = sender->remove("businessunit", unit);
        REQUIRE(code(refused) == Errc::restricted);
        CHECK(
            refused.error().message.find("businessunit is referenced by " + std::string(c.by)) !=
            std::string::npos
        );
    }
    CHECK(f.system.there("businessunit", unit));
}

TEST_CASE("a business unit that nothing belongs to any more can be deleted", "[messages]") {
    Fixture f;
    const auto unit = f.unit("unit");
    const auto below = f.unit("below", unit);
    CHECK(code(f.administrator.remove("businessunit", unit)) == Errc::restricted);
    CHECK(f.administrator.remove("businessunit", below));
    CHECK(f.administrator.remove("businessunit", unit));
    CHECK_FALSE(f.system.there("businessunit", unit));
}

TEST_CASE("a team that owns records cannot be deleted, one that owns none can", "[messages]") {
    Fixture f;
    const auto team = f.team("owners");
    const auto owner = [&] { return std::pair{"ownerid", TestVault::target("team", team)}; };
    const auto table = GENERATE(as<std::string_view>{}, application, handle, secret);
    CAPTURE(table);
    const auto owned =
        value(f.system.create(table, std::pair{"msdyn_name", std::string("owned")}, owner()));
    for (auto* sender : {&f.system, &f.administrator}) {
        const auto refused = sender->remove("team", team);
        REQUIRE(code(refused) == Errc::restricted);
        CHECK(
            refused.error().message.find("team is referenced by " + std::string(table)) !=
            std::string::npos
        );
    }
    SECTION("once they belong to somebody else") {
        const auto user = f.vault.user("heir");
        CHECK(f.system.update(
            table, owned, std::pair{"ownerid", TestVault::target("systemuser", user)}
        ));
    }
    SECTION("once they are gone") { CHECK(f.system.remove(table, owned)); }
    CHECK(f.administrator.remove("team", team));
    CHECK_FALSE(f.system.there("team", team));
}

TEST_CASE("members, roles and profiles of a team end with it, and its people stay", "[messages]") {
    Fixture f;
    const auto team = f.team("team");
    const auto user = f.vault.user("member");
    const auto role =
        f.vault.role("role", {"prvReadmsdyn_octwitterapplication"}, schema::Depth::basic);
    const auto profile =
        value(f.system.create("fieldsecurityprofile", std::pair{"name", std::string("profile")}));
    f.vault.associate("teammembership_association", team, user);
    f.vault.associate("teamroles_association", team, role);
    f.vault.associate("teamprofiles_association", team, profile);
    // The team and its three pairs.
    CHECK(f.rows_changed([&] { CHECK(f.administrator.remove("team", team)); }) == 4);
    CHECK(f.system.there("systemuser", user));
    CHECK(f.system.there("role", role));
    CHECK(f.system.there("fieldsecurityprofile", profile));
    // Nothing of it is left that a new team of another id would inherit.
    const auto facts = f.vault.vault().view().facts();
    CHECK(facts.team(team) == nullptr);
}

TEST_CASE("the permissions of a profile go with it, and its holders have none", "[messages]") {
    Fixture f;
    const auto profile =
        value(f.system.create("fieldsecurityprofile", std::pair{"name", std::string("profile")}));
    const auto permission = value(f.system.create(
        "fieldpermission",
        std::pair{"fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", profile)},
        std::pair{"entityname", std::string(secret)},
        std::pair{"attributelogicalname", std::string("msdyn_useraccesstoken")},
        std::pair{"canread", std::int64_t{4}}
    ));
    const auto user = f.vault.user("holder");
    f.vault.associate("systemuserprofiles_association", user, profile);
    CHECK(f.rows_changed([&] {
        CHECK(f.administrator.remove("fieldsecurityprofile", profile));
    }) == 3);
    CHECK_FALSE(f.system.there("fieldpermission", permission));
    CHECK(f.system.there("systemuser", user));
}

TEST_CASE("a role goes with its privileges and with those who hold it, who stay", "[messages]") {
    Fixture f;
    const auto role = f.vault.role(
        "role",
        {"prvReadmsdyn_octwitterapplication", "prvWritemsdyn_octwitterapplication"},
        schema::Depth::basic
    );
    const auto user = f.vault.user("holder");
    f.vault.associate("systemuserroles_association", user, role);
    CHECK(f.rows_changed([&] { CHECK(f.administrator.remove("role", role)); }) == 4);
    CHECK(f.system.there("systemuser", user));
    CHECK_FALSE(f.system.there("role", role));
}

TEST_CASE("a record that is reached on two ways goes once", "[messages]") {
    Fixture f;
    const auto app = f.application_of("app");
    const auto at = f.handle_of(app, "4711");
    // The record hangs on the handle and on the application.
    const auto record = f.secret_of(at, "4711");
    const auto two_ways = f.system.update(
        secret,
        record,
        std::pair{"msdyn_octwitterapplicationid", TestVault::target(application, app)}
    );
    REQUIRE(two_ways);
    CHECK(f.rows_changed([&] { CHECK(f.administrator.remove(application, app)); }) == 3);
    CHECK_FALSE(f.system.there(handle, at));
    CHECK_FALSE(f.system.there(secret, record));
}

TEST_CASE("a delete of the child leaves its parents", "[messages]") {
    Fixture f;
    const auto app = f.application_of("app");
    const auto at = f.handle_of(app, "4711");
    const auto record = f.secret_of(at, "4711");
    CHECK(f.system.remove(secret, record));
    CHECK(f.system.there(handle, at));
    CHECK(f.system.remove(handle, at));
    CHECK(f.system.there(application, app));
}

TEST_CASE(
    "who may not delete what goes along deletes nothing, and hears how many it is", "[messages]"
) {
    Fixture f;
    const auto app = f.application_of("app");
    const auto first = f.handle_of(app, "1");
    f.secret_of(first, "1");
    f.handle_of(app, "2");
    const auto role = f.vault.role(
        "Application keeper",
        {"prvReadmsdyn_octwitterapplication",
         "prvDeletemsdyn_octwitterapplication",
         "prvReadmsdyn_octwitterhandle"},
        schema::Depth::global
    );
    const auto user = f.vault.user("keeper");
    f.vault.associate("systemuserroles_association", user, role);
    Sender keeper(f.vault, TestVault::caller(user));
    const auto refused = keeper.remove(application, app);
    REQUIRE(code(refused) == Errc::missing_privilege);
    CHECK(refused.error().message.find("remove 3 of the rows") != std::string::npos);
    // Which rows they are he may not know.
    CHECK(refused.error().message.find(to_string(first)) == std::string::npos);
    CHECK(f.system.there(application, app));
    CHECK(f.system.there(handle, first));
    const auto empty = f.application_of("empty");
    CHECK(keeper.remove(application, empty));
}

TEST_CASE("one request deletes a thousand rows and not one more", "[messages]") {
    Fixture f;
    const auto app = f.application_of("app");
    constexpr std::size_t children = rows_changed_max - 1;
    CreateMultiple many;
    many.table = schema::table(handle);
    for (std::size_t i = 0; i < children; ++i) {
        many.rows.push_back(test::input_of(
            handle,
            std::pair{"msdyn_name", "@" + std::to_string(i)},
            std::pair{"msdyn_octwitterapplicationid", TestVault::target(application, app)}
        ));
    }
    f.vault.run_as_system<IdsReply>(std::move(many));
    SECTION("a thousand with the parent") {
        CHECK(f.rows_changed([&] {
            CHECK(f.administrator.remove(application, app));
        }) == rows_changed_max);
        CHECK_FALSE(f.system.there(application, app));
    }
    SECTION("one more child") {
        const auto last = f.handle_of(app, "last");
        const auto refused = f.administrator.remove(application, app);
        REQUIRE(code(refused) == Errc::too_many_rows);
        CHECK(refused.error().message.find("1000") != std::string::npos);
        CHECK(refused.error().hint.find("in parts") != std::string::npos);
        CHECK(f.system.there(application, app));
        CHECK(f.system.there(handle, last));
    }
    SECTION("one more below a child") {
        const auto below = f.handle_of(f.application_of("other"), "4711");
        const auto record = f.secret_of(below, "4711");
        REQUIRE(f.system.update(
            handle,
            below,
            std::pair{"msdyn_octwitterapplicationid", TestVault::target(application, app)}
        ));
        CHECK(code(f.administrator.remove(application, app)) == Errc::too_many_rows);
        CHECK(f.system.there(secret, record));
    }
}

TEST_CASE(
    "a delete names the version that it means, or another has changed it since", "[messages]"
) {
    Fixture f;
    const auto id = f.application_of("one");
    const auto seen = value(f.system.row(application, id))->versionnumber;
    REQUIRE(f.system.update(application, id, std::pair{"msdyn_name", std::string("two")}));
    Delete message;
    message.target = TestVault::target(application, id);
    message.preconditions.versions = {seen};
    CHECK(code(f.system.send(message)) == Errc::version_mismatch);
    message.preconditions.versions = {};
    message.preconditions.unmatchable = true;
    CHECK(code(f.system.send(message)) == Errc::version_mismatch);
    CHECK(f.system.there(application, id));
    message.preconditions.unmatchable = false;
    message.preconditions.versions = {seen, value(f.system.row(application, id))->versionnumber};
    CHECK(f.system.send(message));
}

}  // namespace removal_test
