// What clients ask about rights: the privileges of a user, a team and a role, and the rights on a row.
#include "messages/sender.hpp"

#include <algorithm>
#include <set>

namespace principal_rights_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;
using schema::Depth;
using schema::Right;

namespace {

constexpr std::string_view handle = "msdyn_octwitterhandle";
constexpr std::string_view read_handle = "prvReadmsdyn_octwitterhandle";
constexpr std::string_view write_handle = "prvWritemsdyn_octwitterhandle";

using Held = std::set<std::pair<std::string_view, Depth>>;

/// The agent has a role of his own and one through his team, which owns a handle. The keeper reads everything that is needed to
/// ask about others; the clerk reads users alone, the stranger nothing.
struct Fixture {
    TestVault vault;
    Sender system = test::system_of(vault);
    Uuid agent = vault.user("agent");
    Uuid keeper = vault.user("keeper");
    Uuid clerk = vault.user("clerk");
    Uuid stranger = vault.user("stranger");
    Uuid team = value(system.create("team", std::pair{"name", std::string("team")}));
    Uuid own_role = vault.role("own", {read_handle}, Depth::global);
    Uuid team_role = vault.role("of the team", {write_handle}, Depth::basic);
    Uuid row;

    Fixture() {
        give(agent, own_role);
        vault.associate("teammembership_association", team, agent);
        vault.associate("teamroles_association", team, team_role);
        give(
            keeper,
            vault.role(
                "keeper", {"prvReadUser", "prvReadTeam", "prvReadRole", read_handle}, Depth::global
            )
        );
        give(clerk, vault.role("clerk", {"prvReadUser"}, Depth::global));
        row = vault.create(
            handle,
            std::pair{"msdyn_name", std::string("@handle")},
            std::pair{"ownerid", TestVault::target("team", team)}
        );
    }

    void give(const Uuid& user, const Uuid& role) {
        vault.associate("systemuserroles_association", user, role);
    }

    Result<Held> held(const Uuid& asker, const Message& message) {
        ROOKERY_TRY(
            const auto reply, vault.run<PrivilegesReply>(TestVault::caller(asker), message)
        );
        Held out;
        for (const auto& one : reply.privileges) out.emplace(one.privilege->name, one.depth);
        return out;
    }

    Result<std::vector<Right>> rights(const Uuid& asker, const Target& principal) {
        RetrievePrincipalAccess message;
        message.principal = principal;
        message.target = TestVault::target(handle, row);
        ROOKERY_TRY(
            const auto reply, vault.run<PrincipalAccessReply>(TestVault::caller(asker), message)
        );
        return reply.rights;
    }

    LogEntry last_entry() {
        RetrieveAuditEvents message;
        message.top = 1;
        return std::move(vault.run_as_system<LogReply>(message).entries.front());
    }
};

RetrieveUserPrivileges of_user(const Uuid& user) {
    RetrieveUserPrivileges message;
    message.target = TestVault::target("systemuser", user);
    return message;
}

RetrieveTeamPrivileges of_team(const Uuid& team) {
    RetrieveTeamPrivileges message;
    message.target = TestVault::target("team", team);
    return message;
}

RetrieveRolePrivilegesRole of_role(const Uuid& role) {
    RetrieveRolePrivilegesRole message;
    message.target = TestVault::target("role", role);
    return message;
}

const Held agents = {{read_handle, Depth::global}, {write_handle, Depth::basic}};

}  // namespace

TEST_CASE("what he may do himself anybody may ask", "[messages]") {
    Fixture f;
    CHECK(value(f.held(f.agent, of_user(f.agent))) == agents);
    CHECK(value(f.held(f.stranger, of_user(f.stranger))).empty());
    CHECK(
        value(f.rights(f.agent, TestVault::target("systemuser", f.agent))) ==
        std::vector<Right>{Right::read, Right::write}
    );
}

TEST_CASE("of others may ask who reads the user, his teams and his roles", "[messages]") {
    Fixture f;
    CHECK(value(f.held(f.keeper, of_user(f.agent))) == agents);
    CHECK(code(f.held(f.clerk, of_user(f.agent))) == Errc::missing_privilege);
    CHECK(code(f.held(f.stranger, of_user(f.agent))) == Errc::missing_privilege);
    CHECK(value(f.held(f.keeper, of_team(f.team))) == Held{{write_handle, Depth::basic}});
    CHECK(code(f.held(f.clerk, of_team(f.team))) == Errc::missing_privilege);
    // Not even a member: what others of the team may do is not his to know.
    CHECK(code(f.held(f.agent, of_team(f.team))) == Errc::missing_privilege);
    CHECK(value(f.held(f.keeper, of_role(f.own_role))) == Held{{read_handle, Depth::global}});
    CHECK(code(f.held(f.clerk, of_role(f.own_role))) == Errc::missing_privilege);
}

TEST_CASE("a role out of one's reach keeps the rights of its holder unknown", "[messages]") {
    Fixture f;
    const auto unit = f.vault.create(
        "businessunit",
        std::pair{"name", std::string("unit")},
        std::pair{
            "parentbusinessunitid",
            TestVault::target("businessunit", f.vault.vault().root_business_unit())}
    );
    const auto local = f.vault.user("local");
    REQUIRE(f.system.update(
        "systemuser", local, std::pair{"businessunitid", TestVault::target("businessunit", unit)}
    ));
    f.give(local, f.vault.role("local", {"prvReadUser", "prvReadRole"}, Depth::local));
    const auto neighbour = f.vault.user("neighbour");
    REQUIRE(f.system.update(
        "systemuser",
        neighbour,
        std::pair{"businessunitid", TestVault::target("businessunit", unit)}
    ));
    CHECK(value(f.held(local, of_user(neighbour))).empty());
    f.give(neighbour, f.own_role);
    CHECK(code(f.held(local, of_user(neighbour))) == Errc::no_row_access);
}

TEST_CASE("those privileges alone are told that are asked for", "[messages]") {
    Fixture f;
    auto message = of_user(f.agent);
    message.only = {schema::privilege(write_handle), schema::privilege("prvReadUser")};
    CHECK(value(f.held(f.agent, message)) == Held{{write_handle, Depth::basic}});
    message.only.emplace();
    CHECK(value(f.held(f.agent, message)).empty());
}

TEST_CASE("who is asked about is there", "[messages]") {
    Fixture f;
    SystemRandom random;
    const auto nobody = Uuid::random(random);
    CHECK(code(f.held(f.keeper, of_user(nobody))) == Errc::not_found);
    CHECK(code(f.held(f.keeper, of_team(nobody))) == Errc::not_found);
    CHECK(code(f.held(f.keeper, of_role(nobody))) == Errc::not_found);
    CHECK(code(f.rights(f.keeper, TestVault::target("team", nobody))) == Errc::not_found);
    f.row = nobody;
    CHECK(code(f.rights(f.keeper, TestVault::target("team", f.team))) == Errc::not_found);
}

TEST_CASE("rights on a row are told to who reads it, of whom he may ask about", "[messages]") {
    Fixture f;
    const auto agent = TestVault::target("systemuser", f.agent);
    CHECK(value(f.rights(f.keeper, agent)) == std::vector<Right>{Right::read, Right::write});
    CHECK(
        value(f.rights(f.keeper, TestVault::target("team", f.team))) ==
        std::vector<Right>{Right::write}
    );
    CHECK(value(f.rights(f.keeper, TestVault::target("systemuser", f.stranger))).empty());
    // The row is not his to read, nor the user's roles.
    CHECK(code(f.rights(f.clerk, agent)) == Errc::missing_privilege);
    CHECK(
        code(f.rights(f.stranger, TestVault::target("systemuser", f.stranger))) ==
        Errc::missing_privilege
    );
    f.give(f.clerk, f.own_role);
    CHECK(code(f.rights(f.clerk, agent)) == Errc::missing_privilege);
}

TEST_CASE("rights on a row are those by which the messages are decided", "[messages]") {
    Fixture f;
    Sender agent(f.vault, TestVault::caller(f.agent));
    const auto own = TestVault::target("systemuser", f.agent);
    const auto has = [&](Right right) {
        const auto rights = value(f.rights(f.agent, own));
        return std::ranges::find(rights, right) != rights.end();
    };
    const auto writes = [&] {
        return agent.update(handle, f.row, std::pair{"msdyn_name", std::string("x")}).has_value();
    };
    CHECK(has(Right::write));
    CHECK(writes());
    // Of somebody else's handle the team's role reaches nothing.
    REQUIRE(f.system.update(
        handle, f.row, std::pair{"ownerid", TestVault::target("systemuser", f.keeper)}
    ));
    CHECK_FALSE(has(Right::write));
    CHECK_FALSE(writes());
    CHECK_FALSE(has(Right::remove));
    CHECK_FALSE(agent.remove(handle, f.row).has_value());
}

TEST_CASE("a question about rights is on the log like reading it", "[messages]") {
    Fixture f;
    REQUIRE(f.held(f.keeper, of_user(f.agent)));
    auto entry = f.last_entry();
    CHECK(entry.event.message == "RetrieveUserPrivileges");
    CHECK(entry.event.action == audit::Action::audit_read);
    CHECK(entry.event.table == "systemuser");
    CHECK(entry.event.record == f.agent);
    auto one = of_user(f.agent);
    one.called = "RetrieveUserPrivilegeByPrivilegeId";
    REQUIRE(f.held(f.keeper, one));
    CHECK(f.last_entry().event.message == "RetrieveUserPrivilegeByPrivilegeId");
    REQUIRE(f.rights(f.keeper, TestVault::target("team", f.team)));
    entry = f.last_entry();
    CHECK(entry.event.table == handle);
    CHECK(entry.event.record == f.row);
    REQUIRE_FALSE(f.held(f.stranger, of_user(f.agent)));
    CHECK(f.last_entry().event.outcome != audit::Outcome::success);
}

TEST_CASE(
    "whoever is proved may ask which organization this is, and its name is for its readers",
    "[messages]"
) {
    Fixture f;
    const auto ask = [&](const access::Caller& caller) {
        return f.vault.run<CurrentOrganizationReply>(caller, RetrieveCurrentOrganization{});
    };
    const auto plain = value(ask(TestVault::caller(f.stranger)));
    CHECK_FALSE(plain.organization.is_nil());
    CHECK(plain.name.empty());
    f.give(f.stranger, f.vault.role("reader", {"prvReadOrganization"}, Depth::global));
    CHECK(value(ask(TestVault::caller(f.stranger))).name == "Test");
    CHECK(code(ask(access::Caller{})) == Errc::user_disabled);
}

}  // namespace principal_rights_test
