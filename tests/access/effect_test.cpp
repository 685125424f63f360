#include "access/effect.hpp"

#include "access/built_in.hpp"
#include "access/world.hpp"

#include <catch2/catch.hpp>

#include <functional>

namespace rookery::access::effect_test {
namespace {

const Uuid admin = id_of(70);    // System Administrator
const Uuid granter = id_of(71);  // holds prvrkyGrantUnmask and the rights of an agent
const Uuid clerk = id_of(72);    // handles credentials
const Uuid agent = alice;        // in sales, of the crew, which reads its own rows
const Uuid granter_role = id_of(73);
const Uuid clerk_role = id_of(74);
const Uuid agent_role = id_of(75);
const Uuid unmasking_profile = id_of(76);
const Instant now = from_ms(1000);

/// What access looks at of an administration that works.
World office() {
    World world;
    world.put(admin, World::user_in(root));
    world.put(granter, World::user_in(root));
    world.put(clerk, World::user_in(sales));
    world.put(system_administrator_role, Role{root, "System Administrator", true, {}});
    for (const auto& privilege : schema::privileges()) {
        if (privilege.name == schema::prv_grant_unmask) continue;
        world.add(RolePrivilege{system_administrator_role, &privilege, Depth::global});
    }
    world.put(granter_role, Role{root, "granter", true, {}});
    world.grant(granter_role, schema::prv_grant_unmask)
        .grant(granter_role, schema::prv_manage_credentials);
    world.grant(granter_role, secret_table, Right::read, Depth::global);
    world.put(clerk_role, Role{root, "clerk", true, {}});
    world.grant(clerk_role, schema::prv_manage_credentials);
    world.put(agent_role, Role{root, "agent", true, {}});
    world.grant(agent_role, secret_table, Right::read, Depth::basic);
    world.put(unmasking_profile, Profile{"unmask"});
    world.permit(unmasking_profile, token(), {.read = true, .unmask = UnmaskLevel::one_record});
    world.add(UserRole{admin, system_administrator_role});
    world.add(UserRole{granter, granter_role});
    world.add(UserRole{clerk, clerk_role});
    world.add(TeamRole{crew, agent_role});
    world.add(Membership{crew, agent});
    world.add(UserProfile{agent, unmasking_profile});
    return world;
}

using Change = std::function<void(World&)>;

Verdict judge_change(const Caller& caller, World world, const Change& change) {
    const auto before = world.facts;
    const auto mark = world.mark();
    change(world);
    return judge(caller, {before, world.facts, world.since(mark), {}, now});
}

Verdict judge_record(const Uuid& caller, const World& world, const RecordChange& record) {
    return judge(Caller::of(caller), {world.facts, world.facts, {}, std::span{&record, 1}, now});
}

std::string outcome(const Verdict& verdict) {
    if (!verdict.refusal) return verdict.grants ? "granted" : "allowed";
    return std::string(info(verdict.refusal->code).name);
}

RecordChange assigned(const RowFacts& from, const RowFacts& to) {
    return {&secret_table, id_of(900), from, to, {&token()}};
}

Credential credential_for(const Uuid& user, const Uuid& maker) {
    Credential out;
    out.user = user;
    out.expires = from_ms(1'000'000);
    out.maker = maker;
    return out;
}

User disabled_in(const Uuid& unit) {
    auto out = World::user_in(unit);
    out.disabled = true;
    return out;
}

struct Case {
    const char* what;
    Uuid caller;
    const char* outcome;
    Change change;
};

const std::vector<Case>& cases() {
    static const std::vector<Case> all = {
        {"an ordinary role by an administrator",
         admin,
         "allowed",
         [](World& w) {
             w.add(UserRole{bob, agent_role});
         }},
        {"a role that he holds not, by a clerk",
         clerk,
         "missing_privilege",
         [](World& w) {
             w.add(UserRole{bob, agent_role});
         }},
        {"a role that he holds",
         clerk,
         "allowed",
         [](World& w) {
             w.add(UserRole{bob, clerk_role});
         }},
        {"System Administrator by its holder",
         admin,
         "allowed",
         [](World& w) {
             w.add(UserRole{bob, system_administrator_role});
         }},
        {"System Administrator by another",
         granter,
         "missing_privilege",
         [](World& w) {
             w.add(UserRole{bob, system_administrator_role});
         }},
        {"the grant by an administrator",
         admin,
         "grant_unmask_denied",
         [](World& w) {
             w.add(UserRole{bob, granter_role});
         }},
        {"the grant by its holder",
         granter,
         "granted",
         [](World& w) {
             w.add(UserRole{bob, granter_role});
         }},
        {"the grant for a user who is disabled, by an administrator",
         admin,
         "grant_unmask_denied",
         [](World& w) {
             w.add(UserRole{id_of(80), granter_role});
         }},
        {"enabling one who holds more",
         clerk,
         "missing_privilege",
         [](World& w) { w.put(id_of(81), World::user_in(sales)); }},
        {"a column in clear by an administrator",
         admin,
         "grant_unmask_denied",
         [](World& w) {
             w.add(UserProfile{bob, unmasking_profile});
         }},
        {"a column in clear by who may grant",
         granter,
         "granted",
         [](World& w) {
             w.add(UserProfile{bob, unmasking_profile});
         }},
        {"a privilege into a role that somebody holds",
         granter,
         "missing_privilege",
         [](World& w) { w.grant(agent_role, secret_table, Right::write, Depth::basic); }},
        {"a privilege into a role that nobody holds",
         granter,
         "allowed",
         [](World& w) { w.grant(other_role, secret_table, Right::write, Depth::basic); }},
        {"a deeper one than his own",
         clerk,
         "missing_privilege",
         [](World& w) { w.grant(agent_role, secret_table, Right::read, Depth::deep); }},
        {"a place in a team that has a role",
         clerk,
         "missing_privilege",
         [](World& w) {
             w.add(Membership{crew, bob});
         }},
        {"a place in a team that has none",
         clerk,
         "allowed",
         [](World& w) {
             w.add(Membership{helpdesk, bob});
         }},
        {"a place in an access team",
         clerk,
         "allowed",
         [](World& w) {
             w.add(Membership{guests, bob});
         }},
        {"a role to a team",
         clerk,
         "missing_privilege",
         [](World& w) {
             w.add(TeamRole{helpdesk, agent_role});
         }},
        {"a user moves with his roles",
         clerk,
         "grant_unmask_denied",
         [](World& w) { w.put(granter, World::user_in(support)); }},
        {"an identity for somebody with more",
         clerk,
         "grant_unmask_denied",
         [](World& w) {
             auto user = World::user_in(root);
             user.entra_object = id_of(99);
             w.put(granter, user);
         }},
        {"a credential for somebody with more",
         clerk,
         "missing_privilege",
         [](World& w) { w.add(credential_for(admin, clerk)); }},
        {"a credential for an agent",
         clerk,
         "missing_privilege",
         [](World& w) { w.add(credential_for(agent, clerk)); }},
        {"a credential for an agent by an administrator",
         admin,
         "grant_unmask_denied",
         [](World& w) { w.add(credential_for(agent, admin)); }},
        {"a credential for an agent by who may grant",
         granter,
         "granted",
         [](World& w) { w.add(credential_for(agent, granter)); }},
        {"a credential for nobody much",
         clerk,
         "allowed",
         [](World& w) { w.add(credential_for(stranger, clerk)); }},
        {"a credential for himself that carries no plaintext",
         granter,
         "allowed",
         [](World& w) {
             auto own = credential_for(granter, granter);
             own.plaintext = false;
             w.add(own);
         }},
        {"a role for himself",
         admin,
         "access_denied",
         [](World& w) {
             w.add(UserRole{admin, granter_role});
         }},
        {"the last administrator disabled",
         granter,
         "last_administrator",
         [](World& w) { w.put(admin, disabled_in(root)); }},
        {"the last administrator may only read",
         granter,
         "last_administrator",
         [](World& w) {
             auto reader = World::user_in(root);
             reader.mode = AccessMode::read;
             w.put(admin, reader);
         }},
        {"the last granter's role without the grant",
         admin,
         "last_administrator",
         [](World& w) { w.put(granter, disabled_in(root)); }},
        {"a unit below another, by who reads nothing deeply",
         clerk,
         "allowed",
         [](World& w) {
             w.put(berlin, BusinessUnit{support, false, "berlin"});
         }},
    };
    return all;
}

}  // namespace

TEST_CASE("nobody gives what he does not hold, and administration does not end", "[access]") {
    for (const auto& test : cases()) {
        CAPTURE(test.what);
        auto world = office();
        world.put(id_of(80), disabled_in(sales));
        world.put(id_of(81), disabled_in(sales));
        world.add(UserRole{id_of(81), agent_role});
        CHECK(outcome(judge_change(Caller::of(test.caller), world, test.change)) == test.outcome);
    }
}

TEST_CASE("a record handed to readers is a grant, and never one to oneself", "[access]") {
    const auto world = office();
    const auto far = row_of(stranger, PrincipalKind::user, support);
    const auto ours = row_of(crew, PrincipalKind::team, sales);
    CHECK(outcome(judge_record(granter, world, assigned(far, ours))) == "granted");
    CHECK(outcome(judge_record(admin, world, assigned(far, ours))) == "grant_unmask_denied");
    CHECK(outcome(judge_record(agent, world, assigned(far, ours))) == "access_denied");
    // From those who read it to others who do not, and from readers to readers: nobody gains.
    CHECK(outcome(judge_record(admin, world, assigned(ours, far))) == "allowed");
    CHECK(outcome(judge_record(admin, world, assigned(ours, ours))) == "allowed");

    auto activated = assigned(ours, ours);
    activated.before.reset();
    CHECK(outcome(judge_record(admin, world, activated)) == "grant_unmask_denied");
    auto brought = assigned(far, ours);
    brought.kept.clear();
    CHECK(outcome(judge_record(admin, world, brought)) == "allowed");
    brought.kept = {&token_secret()};  // nobody may see that column in clear
    CHECK(outcome(judge_record(admin, world, brought)) == "allowed");

    const auto granted = judge_record(granter, world, assigned(far, ours));
    REQUIRE(granted.by_record.size() == 1);
    CHECK(granted.by_record.front().users == 1);
}

TEST_CASE("a record handed to a user who is disabled is a grant", "[access]") {
    auto world = office();
    world.put(agent, disabled_in(sales));
    const auto far = row_of(stranger, PrincipalKind::user, support);
    const auto ours = row_of(crew, PrincipalKind::team, sales);
    CHECK(outcome(judge_record(admin, world, assigned(far, ours))) == "grant_unmask_denied");
    world.put(agent, World::user_in(sales));
    world.put(sales, BusinessUnit{root, true, "sales"});
    CHECK(outcome(judge_record(admin, world, assigned(far, ours))) == "grant_unmask_denied");
}

TEST_CASE(
    "nobody widens the rights of a user for whom he made a credential that is live", "[access]"
) {
    const auto give = [](World& w) { w.add(Membership{helpdesk, agent}); };
    const auto with = [&](const std::function<void(Credential&)>& change) {
        auto world = office();
        world.add(TeamRole{helpdesk, agent_role});
        auto credential = credential_for(agent, granter);
        change(credential);
        world.add(credential);
        return outcome(judge_change(Caller::of(granter), std::move(world), give));
    };
    CHECK(with([](Credential&) {}) == "access_denied");
    CHECK(with([](Credential& c) { c.maker = admin; }) == "granted");
    CHECK(with([](Credential& c) { c.revoked = Instant{}; }) == "granted");
    CHECK(with([](Credential& c) { c.expires = now; }) == "granted");
    CHECK(with([](Credential& c) { c.counter = 9; }) == "granted");

    // One more credential gives nothing that he could not do before.
    auto world = office();
    world.add(credential_for(agent, granter));
    CHECK(outcome(judge_change(Caller::of(granter), world, [](World& w) {
              w.add(credential_for(agent, granter));
          })) == "granted");
    // Nor does he get it through the record.
    world = office();
    world.add(credential_for(agent, granter));
    const auto far = row_of(stranger, PrincipalKind::user, support);
    const auto ours = row_of(crew, PrincipalKind::team, sales);
    CHECK(outcome(judge_record(granter, world, assigned(far, ours))) == "access_denied");
}

TEST_CASE("a caller gives only what his credential carries", "[access]") {
    auto caller = Caller::of(granter);
    caller.plaintext = false;
    CHECK(outcome(judge_change(caller, office(), [](World& w) {
              w.add(UserProfile{bob, unmasking_profile});
          })) == "grant_unmask_denied");
    caller = Caller::of(admin);
    caller.administration = false;
    CHECK(outcome(judge_change(caller, office(), [](World& w) {
              w.add(UserRole{bob, system_administrator_role});
          })) == "missing_privilege");
}

TEST_CASE("a grant names the live credentials that wait for their confirmation", "[access]") {
    auto world = office();
    auto credential = credential_for(bob, clerk);
    credential.plaintext = false;
    const auto waiting = world.add(credential);
    credential.expires = now;
    world.add(credential);
    credential = credential_for(bob, granter);
    world.add(credential);
    world.add(UserRole{bob, agent_role});
    const auto verdict = judge_change(Caller::of(granter), world, [](World& w) {
        w.add(UserProfile{bob, unmasking_profile});
    });
    CHECK(verdict.waiting == std::vector{waiting});
}

TEST_CASE(
    "without its marks a credential acts as if its user lacked what it does not carry", "[access]"
) {
    auto world = office();
    Needs reading = needs_on(Right::read, row_of(crew, PrincipalKind::team, sales));
    reading.use(token(), ColumnUse::read, UnmaskLevel::one_record);
    auto caller = Caller::of(agent);
    CHECK(decide(caller, reading, world.facts).view(token()) == ColumnView::clear);
    caller.plaintext = false;
    const auto masked = decide(caller, reading, world.facts);
    CHECK(masked.view(token()) == ColumnView::masked);
    CHECK(masked.columns().front().unconfirmed);

    caller = Caller::of(admin);
    caller.administration = false;
    Needs changing;
    changing.need(known::role, Right::write);
    const auto refused = decide(caller, changing, world.facts);
    CHECK(refused.code() == Errc::missing_privilege);
    CHECK_FALSE(refused.error().hint.empty());
    Needs looking;
    looking.need(known::role, Right::read);
    CHECK(decide(caller, looking, world.facts).allowed());
}

}  // namespace rookery::access::effect_test
