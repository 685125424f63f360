// What is shared of rows: whom a share leads to, what it gives, when it is over, and who gains by it.
#include "access/effect.hpp"
#include "access/world.hpp"

#include <catch2/catch.hpp>

namespace rookery::access::share_test {
namespace {

const Uuid row_id = id_of(900);
const Instant noon{std::chrono::hours{12}};

std::uint32_t bit(Right right) { return schema::name_of(right).access_bit; }

Share share_with(const Uuid& principal, PrincipalKind kind, std::uint32_t rights) {
    return {principal, kind, secret_table.id, row_id, rights, Instant::max()};
}

/// Of stranger's in support.
RowFacts others_row() { return row_of(stranger, PrincipalKind::user, support); }

/// alice may read and write what is hers.
World world_of_alice() {
    World world;
    world.add(UserRole{alice, role_id});
    world.grant(role_id, secret_table, Right::read, Depth::basic);
    world.grant(role_id, secret_table, Right::write, Depth::basic);
    return world;
}

bool may(const World& world, const Uuid& user, Right right, Instant now = Instant{}) {
    const auto facts = world.facts.at(now);
    const bool decided = decide(user, needs_on(right, others_row()), facts).allowed();
    const auto scope_now = scope(Caller::of(user), secret_table, right, facts);
    CHECK(scope_now.admits(others_row()) == decided);
    return decided;
}

}  // namespace

TEST_CASE("a share gives the rights that it names, on the row that it is of", "[access]") {
    auto world = world_of_alice();
    CHECK_FALSE(may(world, alice, Right::read));
    world.add(share_with(alice, PrincipalKind::user, bit(Right::read)));
    CHECK(may(world, alice, Right::read));
    CHECK_FALSE(may(world, alice, Right::write));
    CHECK_FALSE(may(world, bob, Right::read));
    const auto decision = decide(alice, needs_on(Right::read, others_row()), world.facts);
    CHECK(decision.rule_path() == "share:" + to_string(alice));

    auto other = others_row();
    other.id = id_of(901);
    CHECK_FALSE(decide(alice, needs_on(Right::read, other), world.facts).allowed());
    Needs handle;
    handle.need(known::msdyn_octwitterhandle, Right::read, others_row());
    world.grant(role_id, known::msdyn_octwitterhandle, Right::read, Depth::basic);
    CHECK_FALSE(decide(alice, handle, world.facts).allowed());
}

TEST_CASE("a share never replaces the privilege", "[access]") {
    World world;
    world.add(share_with(alice, PrincipalKind::user, bit(Right::read)));
    const auto decision = decide(alice, needs_on(Right::read, others_row()), world.facts);
    CHECK(decision.code() == Errc::missing_privilege);
    CHECK(scope(Caller::of(alice), secret_table, Right::read, world.facts).none());
}

TEST_CASE("ownership and depth are named before a share", "[access]") {
    auto world = world_of_alice();
    auto own = row_of(alice, PrincipalKind::user, sales);
    world.add(share_with(alice, PrincipalKind::user, bit(Right::read)));
    CHECK(decide(alice, needs_on(Right::read, own), world.facts).rule_path() == "owner");
}

TEST_CASE(
    "what is shared with a team is shared with its members, of an access team too", "[access]"
) {
    const auto team = GENERATE(crew, guests);
    auto world = world_of_alice();
    world.add(share_with(team, PrincipalKind::team, bit(Right::read)));
    CHECK_FALSE(may(world, alice, Right::read));
    const auto pair = world.add(Membership{team, alice});
    CHECK(may(world, alice, Right::read));
    const auto decision = decide(alice, needs_on(Right::read, others_row()), world.facts);
    CHECK(decision.rule_path() == "share:" + to_string(team));
    world.remove(known::teammembership, pair);
    CHECK_FALSE(may(world, alice, Right::read));
}

TEST_CASE("a team of a disabled unit shares nothing with its members", "[access]") {
    auto world = world_of_alice();
    world.add(Membership{helpdesk, alice});
    world.add(share_with(helpdesk, PrincipalKind::team, bit(Right::read)));
    CHECK(may(world, alice, Right::read));
    world.put(support, BusinessUnit{root, true, "support"});
    CHECK_FALSE(may(world, alice, Right::read));
}

TEST_CASE("a share with a user is not one with the team of the same id", "[access]") {
    auto world = world_of_alice();
    world.add(Membership{crew, alice});
    world.add(share_with(crew, PrincipalKind::user, bit(Right::read)));
    CHECK_FALSE(may(world, alice, Right::read));
}

TEST_CASE("to create is not shared", "[access]") {
    World world;
    world.add(UserRole{alice, role_id});
    world.grant(role_id, secret_table, Right::create, Depth::basic);
    world.add(share_with(alice, PrincipalKind::user, bit(Right::create)));
    CHECK_FALSE(may(world, alice, Right::create));
}

TEST_CASE("a share is over from its end on", "[access]") {
    auto world = world_of_alice();
    auto ending = share_with(alice, PrincipalKind::user, bit(Right::read));
    ending.expires = noon;
    world.add(ending);
    const Instant::duration tick{1};
    CHECK(may(world, alice, Right::read, noon - tick));
    CHECK_FALSE(may(world, alice, Right::read, noon));
    // Facts that were asked at no time give nothing that ends.
    CHECK_FALSE(decide(alice, needs_on(Right::read, others_row()), world.facts).allowed());
}

namespace {

/// alice reads tokens in clear of what she may read.
World world_of_unmasking_alice() {
    auto world = world_of_alice();
    world.add(UserProfile{alice, profile_id});
    FieldPermission unmasks;
    unmasks.read = true;
    unmasks.unmask = UnmaskLevel::one_record;
    world.permit(profile_id, token(), unmasks);
    return world;
}

/// Who gains by what `change` does to the world.
template <class Change>
std::vector<Uuid> gaining_by(World world, Change change) {
    world.ask_at(Instant{});
    const auto before = world.facts;
    const auto mark = world.mark();
    change(world);
    return plaintext_gain(before, world.facts, world.since(mark));
}

const auto alice_joins = [](World& world) { world.add(Membership{guests, alice}); };

}  // namespace

TEST_CASE("who may unmask gains plaintext by a share to read, and nobody else", "[access]") {
    const auto shared = [](const Uuid& with, Right right) {
        return [=](World& world) { world.add(share_with(with, PrincipalKind::user, bit(right))); };
    };
    const auto world = world_of_unmasking_alice();
    CHECK(gaining_by(world, shared(alice, Right::read)) == std::vector{alice});
    CHECK(gaining_by(world, shared(alice, Right::write)).empty());
    CHECK(gaining_by(world, shared(bob, Right::read)).empty());
    CHECK(gaining_by(world_of_alice(), shared(alice, Right::read)).empty());
}

TEST_CASE("each share is one more way, whatever else leads to its row", "[access]") {
    auto world = world_of_unmasking_alice();
    world.grant(role_id, secret_table, Right::read, Depth::global);
    world.add(share_with(guests, PrincipalKind::team, bit(Right::read)));
    CHECK(gaining_by(world, alice_joins) == std::vector{alice});
    world.add(share_with(alice, PrincipalKind::user, bit(Right::read)));
    CHECK(gaining_by(world, alice_joins) == std::vector{alice});
}

TEST_CASE("a team that begins to work gives what is shared with it", "[access]") {
    auto world = world_of_unmasking_alice();
    world.put(support, BusinessUnit{root, true, "support"});
    world.add(Membership{helpdesk, alice});
    world.add(share_with(helpdesk, PrincipalKind::team, bit(Right::read)));
    const auto before = world.facts;
    const auto mark = world.mark();
    world.put(support, BusinessUnit{root, false, "support"});
    CHECK(has_more_rights(alice, before, world.facts));
    CHECK(plaintext_gain(before, world.facts, world.since(mark)) == std::vector{alice});
}

TEST_CASE("a share gives more if it gives another right, or for longer", "[access]") {
    auto world = world_of_unmasking_alice();
    auto share = share_with(alice, PrincipalKind::user, bit(Right::read));
    share.expires = noon;
    const auto id = world.add(share);
    const auto becomes = [&](std::uint32_t rights, Instant end) {
        return [&, rights, end](World& world_then) {
            auto then = share;
            then.rights = rights;
            then.expires = end;
            world_then.put(id, then);
        };
    };
    const auto later = noon + std::chrono::hours{1};
    CHECK(gaining_by(world, becomes(bit(Right::read), later)) == std::vector{alice});
    CHECK(gaining_by(world, becomes(bit(Right::read), Instant::max())) == std::vector{alice});
    CHECK(gaining_by(world, becomes(bit(Right::read) | bit(Right::write), noon)).empty());
    CHECK(gaining_by(world, becomes(bit(Right::write), later)).empty());
    CHECK(gaining_by(world, becomes(bit(Right::read), noon - std::chrono::hours{1})).empty());

    const auto has_more = [&](std::uint32_t rights, Instant end) {
        auto then = world;
        then.ask_at(Instant{});
        const auto before = then.facts;
        becomes(rights, end)(then);
        return has_more_rights(alice, before, then.facts);
    };
    CHECK(has_more(bit(Right::read) | bit(Right::write), noon));
    CHECK(has_more(bit(Right::read), later));
    CHECK_FALSE(has_more(bit(Right::read), noon));
}

TEST_CASE("who reads by a share is given by ownership what does not end with it", "[access]") {
    auto world = world_of_unmasking_alice();
    world.add(share_with(alice, PrincipalKind::user, bit(Right::read)));
    const auto hers = row_of(alice, PrincipalKind::user, sales);
    RecordChange assigned{&secret_table, row_id, others_row(), hers, {&token()}};
    CHECK(plaintext_gain(world.facts, world.facts, assigned) == std::vector{alice});
    // To another she loses nothing and gains nothing.
    assigned.after = row_of(bob, PrincipalKind::user, berlin);
    CHECK(plaintext_gain(world.facts, world.facts, assigned).empty());
    // What comes to be shown is shown to her.
    const RecordChange activated{&secret_table, row_id, std::nullopt, others_row(), {&token()}};
    CHECK(plaintext_gain(world.facts, world.facts, activated) == std::vector{alice});
}

TEST_CASE("nobody shares a column with himself by way of a team", "[access]") {
    auto world = world_of_alice();
    world.add(Membership{guests, alice});
    const auto before = world.facts;
    ColumnShare share;
    share.principal = guests;
    share.kind = PrincipalKind::team;
    share.table = secret_table.id;
    share.row = row_id;
    share.column = token().id;
    share.update = true;
    world.add(share);
    CHECK(has_more_rights(alice, before, world.facts));
    CHECK_FALSE(has_more_rights(bob, before, world.facts));
}

TEST_CASE("whoever joins a team gains what is shared with it", "[access]") {
    auto world = world_of_alice();
    world.add(UserProfile{alice, profile_id});
    FieldPermission unmasks;
    unmasks.read = true;
    unmasks.unmask = UnmaskLevel::one_record;
    world.permit(profile_id, token(), unmasks);
    world.add(share_with(guests, PrincipalKind::team, bit(Right::read)));
    const auto before = world.facts;
    const auto mark = world.mark();
    world.add(Membership{guests, alice});
    CHECK(plaintext_gain(before, world.facts, world.since(mark)) == std::vector{alice});
    CHECK(has_more_rights(alice, before, world.facts));
}

TEST_CASE("who adds a member gives what is shared with the team", "[access]") {
    const auto may_add = [](World& world) {
        const auto before = world.facts;
        const auto mark = world.mark();
        world.add(Membership{guests, alice});
        return !judge(
                    Caller::of(bob), {before, world.facts, world.since(mark), {}, Instant{}}
        ).refusal;
    };
    auto world = world_of_alice();
    world.add(share_with(guests, PrincipalKind::team, bit(Right::write)));
    auto without = world;
    CHECK_FALSE(may_add(without));
    world.add(UserRole{bob, other_role});
    world.grant(other_role, secret_table, Right::write, Depth::basic);
    auto elsewhere = world;
    CHECK_FALSE(may_add(elsewhere));  // he may write what is his, which this is not
    auto member = world;
    member.add(Membership{guests, bob});
    CHECK(may_add(member));
    world.grant(other_role, secret_table, Right::write, Depth::global);
    CHECK(may_add(world));
}

TEST_CASE("what is shared of plain tables is in the way of no credential", "[access]") {
    const auto may_issue = [](const schema::Table& table) {
        World world;
        world.add(UserRole{bob, other_role});
        world.grant(other_role, schema::prv_manage_credentials);
        auto share = share_with(alice, PrincipalKind::user, bit(Right::write));
        share.table = table.id;
        world.add(share);
        const auto before = world.facts;
        const auto mark = world.mark();
        Credential made;
        made.user = alice;
        made.maker = bob;
        made.expires = Instant::max();
        made.plaintext = false;
        made.administration = false;
        world.add(made);
        return !judge(
                    Caller::of(bob), {before, world.facts, world.since(mark), {}, Instant{}}
        ).refusal;
    };
    CHECK(may_issue(known::userquery));
    CHECK_FALSE(may_issue(secret_table));
}

TEST_CASE("a decision and a scope name the shares without which they would be others", "[access]") {
    auto world = world_of_alice();
    const auto share = world.add(share_with(alice, PrincipalKind::user, bit(Right::read)));
    const auto needs = needs_on(Right::read, others_row());
    const auto decision = decide(alice, needs, world.facts);
    REQUIRE(decision.shares().size() == 1);
    CHECK(decision.shares().front().table == known::principalobjectaccess.id);
    CHECK(decision.shares().front().id == share);
    const auto all = scope(Caller::of(alice), secret_table, Right::read, world.facts);
    CHECK(all.shares == std::vector{share});
    world.grant(role_id, secret_table, Right::read, Depth::global);
    CHECK(decide(alice, needs, world.facts).shares().empty());
    CHECK(scope(Caller::of(alice), secret_table, Right::read, world.facts).shares.empty());
}

}  // namespace rookery::access::share_test
