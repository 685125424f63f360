#include "access/plaintext_gain.hpp"

#include "access/world.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <vector>

namespace rookery::access::plaintext_gain_test {
namespace {

const Uuid agent = alice;
const Uuid credential_id = id_of(50);
const Uuid membership_id = id_of(51);
const Uuid team_role_id = id_of(52);
const Uuid permission_id = id_of(53);
const Uuid privilege_row = id_of(54);
const Uuid second_profile = id_of(41);

FieldPermission unmasking(UnmaskLevel level, const schema::Column& column = token()) {
    return {profile_id, secret_table.id, column.id, false, true, false, level};
}

Credential credential_of(const Uuid& user) {
    Credential out;
    out.user = user;
    out.hash.fill(7);
    out.expires = from_ms(1'000'000);
    out.certificate = "aa";
    return out;
}

User agent_row() {
    auto out = World::user_in(sales);
    out.application = id_of(60);
    return out;
}

/// alice of sales is an agent of the crew: reads its rows, one record at a time in clear.
World agent_world() {
    World world;
    world.put(agent, agent_row());
    world.put(membership_id, Membership{crew, agent});
    world.put(team_role_id, TeamRole{crew, role_id});
    world.put(
        privilege_row,
        RolePrivilege{role_id, &schema::privilege(secret_table, Right::read), Depth::basic}
    );
    world.put(permission_id, unmasking(UnmaskLevel::one_record));
    world.add(UserProfile{agent, profile_id});
    world.put(credential_id, credential_of(agent));
    world.put(second_profile, Profile{"second"});
    return world;
}

struct Case {
    const char* what;
    bool gains;
    std::function<void(World&)> change;
};

const std::vector<Case>& cases() {
    static const std::vector<Case> all = {
        // level
        {"the level rises",
         true,
         [](World& w) { w.put(permission_id, unmasking(UnmaskLevel::all_records)); }},
        {"the level falls",
         false,
         [](World& w) { w.put(permission_id, unmasking(UnmaskLevel::none)); }},
        {"a second column",
         true,
         [](World& w) {
             w.permit(
                 profile_id, token_secret(), {.read = true, .unmask = UnmaskLevel::one_record}
             );
         }},
        {"a second column, masked",
         false,
         [](World& w) { w.permit(profile_id, token_secret(), {.read = true}); }},
        {"a second column to write",
         false,
         [](World& w) { w.permit(profile_id, token_secret(), {.create = true, .update = true}); }},
        {"unmask without read",
         false,
         [](World& w) {
             w.permit(profile_id, token_secret(), {.unmask = UnmaskLevel::all_records});
         }},
        {"a profile that gives no more",
         false,
         [](World& w) {
             w.permit(second_profile, token(), {.read = true, .unmask = UnmaskLevel::one_record});
             w.add(UserProfile{agent, second_profile});
         }},
        {"a profile that gives more",
         true,
         [](World& w) {
             w.permit(second_profile, token(), {.read = true, .unmask = UnmaskLevel::all_records});
             w.add(UserProfile{agent, second_profile});
         }},
        {"a profile through the team",
         true,
         [](World& w) {
             w.permit(second_profile, token(), {.read = true, .unmask = UnmaskLevel::all_records});
             w.add(TeamProfile{crew, second_profile});
         }},
        {"the permission is made anew",
         false,
         [](World& w) {
             w.remove(known::fieldpermission, permission_id);
             w.put(permission_id, unmasking(UnmaskLevel::one_record));
         }},
        // rows
        {"another team",
         true,
         [](World& w) {
             w.add(Membership{helpdesk, agent});
         }},
        {"an access team",
         false,
         [](World& w) {
             w.add(Membership{guests, agent});
         }},
        {"out of the team",
         false,
         [](World& w) { w.remove(known::teammembership, membership_id); }},
        {"deeper reading",
         true,
         [](World& w) {
             w.put(
                 privilege_row,
                 RolePrivilege{role_id, &schema::privilege(secret_table, Right::read), Depth::local}
             );
         }},
        {"deeper writing",
         false,
         [](World& w) { w.grant(role_id, secret_table, Right::write, Depth::global); }},
        {"deeper reading of another table",
         false,
         [](World& w) {
             w.grant(role_id, known::msdyn_octwitterhandle, Right::read, Depth::global);
         }},
        {"reading through a second role",
         true,
         [](World& w) {
             w.grant(other_role, secret_table, Right::read, Depth::global);
             w.add(UserRole{agent, other_role});
         }},
        {"a role that reads nothing",
         false,
         [](World& w) {
             w.grant(other_role, secret_table, Right::write, Depth::global);
             w.add(UserRole{agent, other_role});
         }},
        {"the team's role counts as his own no more",
         false,
         [](World& w) {
             w.put(role_id, Role{root, "role", false, {}});
         }},
        {"another unit without depth",
         false,
         [](World& w) {
             auto u = agent_row();
             u.business_unit = support;
             w.put(agent, u);
         }},
        {"a new unit",
         false,
         [](World& w) {
             w.put(id_of(5), BusinessUnit{sales, false, "new"});
         }},
        {"a name",
         false,
         [](World& w) {
             auto u = agent_row();
             u.full_name = "x";
             w.put(agent, u);
             w.put(crew, Team{sales, TeamType::owner, "renamed", {}, false});
         }},
        // identity
        {"an application",
         true,
         [](World& w) {
             auto u = agent_row();
             u.application = id_of(61);
             w.put(agent, u);
         }},
        {"an Entra object",
         true,
         [](World& w) {
             auto u = agent_row();
             u.entra_object = id_of(62);
             w.put(agent, u);
         }},
        {"an agent becomes a person, who gets older versions of a token",
         true,
         [](World& w) {
             auto u = agent_row();
             u.application = {};
             w.put(agent, u);
         }},
        // credentials
        {"a second credential", true, [](World& w) { w.add(credential_of(agent)); }},
        {"a longer credential",
         true,
         [](World& w) {
             auto c = credential_of(agent);
             c.expires += std::chrono::hours{1};
             w.put(credential_id, c);
         }},
        {"a shorter credential",
         false,
         [](World& w) {
             auto c = credential_of(agent);
             c.expires -= std::chrono::milliseconds{1};
             w.put(credential_id, c);
         }},
        {"another secret",
         true,
         [](World& w) {
             auto c = credential_of(agent);
             c.hash[0] = 1;
             w.put(credential_id, c);
         }},
        {"a certificate's binding gone",
         true,
         [](World& w) {
             auto c = credential_of(agent);
             c.certificate = "";
             w.put(credential_id, c);
         }},
        {"another certificate",
         true,
         [](World& w) {
             auto c = credential_of(agent);
             c.certificate = "bb";
             w.put(credential_id, c);
         }},
        {"a revocation",
         false,
         [](World& w) {
             auto c = credential_of(agent);
             c.revoked = Instant{};
             w.put(credential_id, c);
         }},
        {"a credential of another user", false, [](World& w) { w.add(credential_of(stranger)); }},
        {"a credential that is revoked from the start",
         false,
         [](World& w) {
             auto c = credential_of(agent);
             c.revoked = Instant{};
             w.add(c);
         }},
        {"a credential of an older counter",
         false,
         [](World& w) {
             auto c = credential_of(agent);
             c.counter = 9;
             w.add(c);
         }},
        {"all credentials ended",
         false,
         [](World& w) {
             auto u = agent_row();
             u.credential_counter = 1;
             w.put(agent, u);
         }},
        {"nothing of access", false, [](World& w) { w.put(id_of(6), Organization{"x"}); }},
    };
    return all;
}

}  // namespace

TEST_CASE("who comes nearer to plaintext is found, and nobody else", "[access]") {
    for (const auto& test : cases()) {
        CAPTURE(test.what);
        auto world = agent_world();
        const auto before = world.facts;
        const auto mark = world.mark();
        test.change(world);
        const auto expected = test.gains ? std::vector{agent} : std::vector<Uuid>{};
        CHECK(unmask_gain(before, world.facts) == expected);
        CHECK(unmask_gain(before, world.facts, world.since(mark)) == expected);
    }
}

TEST_CASE("undoing what took something away is a gain", "[access]") {
    // Each of these takes from the agent; putting it back needs the grant again.
    const std::vector<Case> losses = {
        {"disabled",
         true,
         [](World& w) {
             auto u = agent_row();
             u.disabled = true;
             w.put(agent, u);
         }},
        {"his unit disabled",
         true,
         [](World& w) {
             w.put(sales, BusinessUnit{root, true, "sales"});
         }},
        {"his mode administrative",
         true,
         [](World& w) {
             auto u = agent_row();
             u.mode = AccessMode::administrative;
             w.put(agent, u);
         }},
        {"out of the team", true, [](World& w) { w.remove(known::teammembership, membership_id); }},
        {"the team's role gone", true, [](World& w) { w.remove(known::teamroles, team_role_id); }},
        {"the role's privilege gone",
         true,
         [](World& w) { w.remove(known::roleprivileges, privilege_row); }},
        {"the role not his own",
         true,
         [](World& w) {
             w.put(role_id, Role{root, "role", false, {}});
         }},
        {"the level gone",
         true,
         [](World& w) { w.put(permission_id, unmasking(UnmaskLevel::none)); }},
        {"the profile gone",
         true,
         [](World& w) { w.remove(known::fieldsecurityprofile, profile_id); }},
        {"the credential revoked",
         true,
         [](World& w) {
             auto c = credential_of(agent);
             c.revoked = Instant{};
             w.put(credential_id, c);
         }},
        {"the counter raised",
         true,
         [](World& w) {
             auto u = agent_row();
             u.credential_counter = 1;
             w.put(agent, u);
         }},
        {"the application claimed twice", true, [](World& w) { w.put(bob, agent_row()); }},
    };
    for (const auto& test : losses) {
        CAPTURE(test.what);
        auto world = agent_world();
        const auto whole = world.facts;
        test.change(world);
        CHECK(unmask_gain(whole, world.facts).empty());
        CHECK(unmask_gain(world.facts, whole) == std::vector{agent});
    }
}

TEST_CASE("an application is a way to its user, and a person gets older versions", "[access]") {
    auto world = agent_world();
    const auto mapped = world.facts;
    world.put(agent, World::user_in(sales));
    CHECK(unmask_gain(mapped, world.facts) == std::vector{agent});
    CHECK(unmask_gain(world.facts, mapped) == std::vector{agent});
    // Of somebody who sees nothing in clear it is nothing.
    auto blind = agent_world();
    blind.put(permission_id, unmasking(UnmaskLevel::none));
    const auto before = blind.facts;
    blind.put(agent, World::user_in(sales));
    CHECK(unmask_gain(before, blind.facts).empty());
}

TEST_CASE(
    "an identity that another user gives up counts for the one it then leads to", "[access]"
) {
    auto world = agent_world();
    world.put(bob, agent_row());
    const auto before = world.facts;
    const auto mark = world.mark();
    SECTION("unmapped") { world.put(bob, World::user_in(berlin)); }
    SECTION("deleted") { world.remove(known::systemuser, bob); }
    CHECK(unmask_gain(before, world.facts, world.since(mark)) == std::vector{agent});
}

TEST_CASE("a new unit below one that is read deeply is no gain: no row was in it", "[access]") {
    auto world = agent_world();
    world.put(
        privilege_row,
        RolePrivilege{role_id, &schema::privilege(secret_table, Right::read), Depth::deep}
    );
    const auto before = world.facts;
    world.put(id_of(5), BusinessUnit{berlin, false, "new"});
    CHECK(scope(Caller::of(agent), secret_table, Right::read, world.facts)
              .admits(row_of(bob, PrincipalKind::user, id_of(5))));
    CHECK(unmask_gain(before, world.facts).empty());
}

TEST_CASE(
    "enabling a user who may unmask is a gain even while no role gives him a row", "[access]"
) {
    World world;
    world.put(permission_id, unmasking(UnmaskLevel::one_record));
    world.add(UserProfile{stranger, profile_id});
    auto user = World::user_in(support);
    user.disabled = true;
    world.put(stranger, user);
    const auto before = world.facts;
    const auto mark = world.mark();
    world.put(stranger, World::user_in(support));
    CHECK(unmask_gain(before, world.facts) == std::vector{stranger});
    CHECK(unmask_gain(before, world.facts, world.since(mark)) == std::vector{stranger});
}

TEST_CASE("moving a unit below one that is read deeply is a gain", "[access]") {
    auto world = agent_world();
    world.put(
        privilege_row,
        RolePrivilege{role_id, &schema::privilege(secret_table, Right::read), Depth::deep}
    );
    const auto before = world.facts;
    const auto mark = world.mark();
    world.put(support, BusinessUnit{sales, false, "support"});
    CHECK(unmask_gain(before, world.facts, world.since(mark)) == std::vector{agent});
    CHECK(unmask_gain(world.facts, before).empty());
}

TEST_CASE("a credential handed to a user who may unmask is a gain for him", "[access]") {
    auto world = agent_world();
    world.put(credential_id, credential_of(stranger));
    const auto before = world.facts;
    world.put(credential_id, credential_of(agent));
    CHECK(unmask_gain(before, world.facts) == std::vector{agent});
}

TEST_CASE("a new user who may unmask gains, even before he has a role or credential", "[access]") {
    World world;
    world.put(permission_id, unmasking(UnmaskLevel::one_record));
    const auto before = world.facts;
    const auto mark = world.mark();
    world.add(UserProfile{stranger, profile_id});
    CHECK(unmask_gain(before, world.facts) == std::vector{stranger});
    CHECK(unmask_gain(before, world.facts, world.since(mark)) == std::vector{stranger});
}

TEST_CASE("a team's profile is a gain for each member", "[access]") {
    World world;
    world.put(permission_id, unmasking(UnmaskLevel::all_records));
    world.add(Membership{crew, alice});
    world.add(Membership{crew, bob});
    const auto before = world.facts;
    const auto mark = world.mark();
    world.add(TeamProfile{crew, profile_id});
    CHECK(unmask_gain(before, world.facts) == std::vector{alice, bob});
    CHECK(unmask_gain(before, world.facts, world.since(mark)) == std::vector{alice, bob});
}

TEST_CASE(
    "what a disabled user is given he is given, and enabling him gives it again", "[access]"
) {
    auto world = agent_world();
    auto user = agent_row();
    user.disabled = true;
    world.put(agent, user);
    auto before = world.facts;
    world.put(permission_id, unmasking(UnmaskLevel::all_records));
    CHECK(unmask_gain(before, world.facts) == std::vector{agent});
    before = world.facts;
    user.full_name = "renamed";
    world.put(agent, user);
    CHECK(unmask_gain(before, world.facts).empty());
    before = world.facts;
    world.put(agent, agent_row());
    CHECK(unmask_gain(before, world.facts) == std::vector{agent});
}

TEST_CASE("a row that names nobody may still give somebody a right", "[access]") {
    World world;
    world.grant(role_id, secret_table, Right::assign, Depth::deep);
    world.grant(other_role, secret_table, Right::write, Depth::basic);
    world.put(other_role, Role{root, "other", false, {}});
    world.add(UserRole{alice, role_id});
    world.add(Membership{crew, alice});
    world.add(TeamRole{crew, other_role});
    world.add(Membership{guests, alice});
    world.add(TeamRole{guests, role_id});
    const auto before = world.facts;
    const auto change = [&](const Uuid& id, const Fact& fact) {
        const FactChange row{table_of(fact), id, fact};
        return has_more_rights(alice, before, before.with(std::span{&row, 1}));
    };
    CHECK(change(support, BusinessUnit{sales, false, "support"}));
    CHECK(change(other_role, Role{root, "other", true, {}}));
    CHECK(change(guests, Team{support, TeamType::owner, "guests", {}, false}));

    CHECK_FALSE(change(berlin, BusinessUnit{root, false, "berlin"}));
    CHECK_FALSE(change(support, BusinessUnit{root, true, "support"}));
    CHECK_FALSE(change(id_of(5), BusinessUnit{sales, false, "new"}));
    CHECK_FALSE(change(role_id, Role{root, "role", false, {}}));
    CHECK_FALSE(change(helpdesk, Team{sales, TeamType::owner, "helpdesk", {}, false}));
    CHECK_FALSE(has_more_rights(stranger, before, before));
}

TEST_CASE("a general privilege, a column and being enabled are rights", "[access]") {
    World world;
    world.add(UserProfile{alice, profile_id});
    world.add(UserRole{alice, role_id});
    auto before = world.facts;
    world.grant(role_id, schema::prv_read_audit);
    CHECK(has_more_rights(alice, before, world.facts));
    CHECK_FALSE(has_more_rights(alice, world.facts, before));
    CHECK_FALSE(has_more_rights(bob, before, world.facts));

    before = world.facts;
    world.put(permission_id, unmasking(UnmaskLevel::none));
    CHECK(has_more_rights(alice, before, world.facts));
    before = world.facts;
    world.put(permission_id, unmasking(UnmaskLevel::one_record));
    CHECK(has_more_rights(alice, before, world.facts));

    auto disabled = World::user_in(sales);
    disabled.disabled = true;
    world.put(alice, disabled);
    before = world.facts;
    world.put(alice, World::user_in(sales));
    CHECK(has_more_rights(alice, before, world.facts));
    CHECK_FALSE(has_more_rights(alice, world.facts, before));
}

}  // namespace rookery::access::plaintext_gain_test
