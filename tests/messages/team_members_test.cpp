// AddMembersTeam and RemoveMembersTeam: all of them or none, each judged as the pair alone would be.
#include "messages/row_planner.hpp"
#include "messages/sender.hpp"

namespace team_members_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view members = "teammembership_association";

struct Fixture {
    TestVault vault;
    Sender system = test::system_of(vault);
    Uuid team = value(system.create("team", std::pair{"name", std::string("team")}));
    Uuid one = vault.user("one");
    Uuid two = vault.user("two");

    template <class M>
    M message(const std::vector<Uuid>& users) const {
        M out;
        out.target = TestVault::target("team", team);
        for (const auto& user : users) out.members.push_back(TestVault::target("systemuser", user));
        return out;
    }

    Result<void> add(Sender& sender, const std::vector<Uuid>& users) {
        return sender.send(message<AddMembersTeam>(users));
    }

    Result<void> remove(Sender& sender, const std::vector<Uuid>& users) {
        return sender.send(message<RemoveMembersTeam>(users));
    }

    std::size_t size() { return vault.vault().view().facts().members_of(team).size(); }

    Sender with(std::initializer_list<std::string_view> privileges) {
        const auto user = vault.user("sender");
        vault.associate(
            "systemuserroles_association",
            user,
            vault.role("sender", privileges, schema::Depth::global)
        );
        return {vault, TestVault::caller(user)};
    }
};

}  // namespace

TEST_CASE("users become members together and cease to be together", "[messages]") {
    Fixture f;
    REQUIRE(f.add(f.system, {f.one, f.two}));
    CHECK(f.size() == 2);
    REQUIRE(f.remove(f.system, {f.two, f.one}));
    CHECK(f.size() == 0);
}

TEST_CASE("one that cannot be a member keeps the others out", "[messages]") {
    Fixture f;
    SystemRandom random;
    CHECK(code(f.add(f.system, {f.one, Uuid::random(random)})) == Errc::not_found);
    CHECK(f.size() == 0);
    REQUIRE(f.system.associate(members, f.team, f.two));
    CHECK(code(f.add(f.system, {f.one, f.two})) == Errc::duplicate_id);
    CHECK(f.size() == 1);
    CHECK(code(f.remove(f.system, {f.two, f.one})) == Errc::not_found);
    CHECK(f.size() == 1);
}

TEST_CASE("a member is named once", "[messages]") {
    Fixture f;
    CHECK(code(f.add(f.system, {f.one, f.one})) == Errc::invalid_argument);
    REQUIRE(f.add(f.system, {f.one}));
    CHECK(code(f.remove(f.system, {f.one, f.one})) == Errc::invalid_argument);
    CHECK(f.size() == 1);
}

TEST_CASE("more members than one request may change are refused", "[messages]") {
    Fixture f;
    SystemRandom random;
    std::vector<Uuid> users(rows_changed_max, f.one);
    CHECK(code(f.add(f.system, users)) == Errc::invalid_argument);
    users.push_back(f.one);
    CHECK(code(f.add(f.system, users)) == Errc::too_many_rows);
}

TEST_CASE("members are changed by who has Append on teams and users", "[messages]") {
    Fixture f;
    auto both = f.with({"prvAppendTeam", "prvAppendUser"});
    CHECK(f.add(both, {f.one}));
    CHECK(f.remove(both, {f.one}));
}

TEST_CASE("Append on one side alone changes no members", "[messages]") {
    Fixture f;
    const auto* const privilege = GENERATE("prvAppendTeam", "prvAppendUser", "prvWriteTeam");
    auto sender = f.with({privilege});
    CHECK(code(f.add(sender, {f.one})) == Errc::missing_privilege);
    REQUIRE(f.add(f.system, {f.one}));
    CHECK(code(f.remove(sender, {f.one})) == Errc::missing_privilege);
}

TEST_CASE("who gains rights as one of many members gains them no easier than alone", "[messages]") {
    Fixture f;
    f.vault.associate("teamroles_association", f.team, messages::system_administrator_role);
    auto sender = f.with({"prvAppendTeam", "prvAppendUser"});
    const auto alone = sender.associate(members, f.team, f.two);
    REQUIRE_FALSE(alone.has_value());
    CHECK(code(f.add(sender, {f.one, f.two})) == code(alone));
    CHECK(f.size() == 0);
}

TEST_CASE("each member is an entry on the log", "[messages]") {
    Fixture f;
    REQUIRE(f.add(f.system, {f.one, f.two}));
    RetrieveAuditEvents message;
    message.top = 2;
    const auto reply = f.vault.run_as_system<LogReply>(message);
    REQUIRE(reply.entries.size() == 2);
    for (const auto& entry : reply.entries) {
        CHECK(entry.event.message == "AddMembersTeam");
        CHECK(entry.event.action == audit::Action::principal_change);
        CHECK(entry.event.table == "teammembership");
    }
}

}  // namespace team_members_test
