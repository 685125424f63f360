// Acting on behalf of another: whatever the facts and whatever is asked, it is allowed exactly when each of the two may
// do it alone.
#include "access/administration.hpp"
#include "access/built_in.hpp"
#include "access/effect.hpp"
#include "access/one_person.hpp"
#include "access/world.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <random>

namespace rookery::access::on_behalf_test {
namespace {

constexpr std::array depths = {Depth::basic, Depth::local, Depth::deep, Depth::global};
constexpr std::array rights = {Right::read, Right::write, Right::assign, Right::append};

class Draws {
 public:
    explicit Draws(std::uint32_t seed) : random_(seed) {}

    std::size_t below(std::size_t count) { return random_() % count; }

    bool one_in(std::size_t count) { return below(count) == 0; }

    template <class Items>
    const auto& of(const Items& items) {
        return items[below(items.size())];
    }

 private:
    std::mt19937 random_;
};

const std::array users = {alice, bob, stranger};
const std::array teams = {crew, helpdesk};
const std::array units = {root, sales, berlin, support};
const std::array roles = {role_id, other_role};

FieldPermission any_permission(Draws& draw) {
    FieldPermission out;
    out.create = draw.one_in(2);
    out.read = !draw.one_in(3);
    out.update = draw.one_in(2);
    constexpr std::array levels = {
        UnmaskLevel::none, UnmaskLevel::one_record, UnmaskLevel::all_records};
    out.unmask = draw.of(levels);
    return out;
}

/// People with roles, teams and profiles by chance.
World any_world(Draws& draw) {
    World world;
    for (const auto& role : roles) {
        world.put(role, Role{root, "", draw.one_in(2), {}});
        for (const auto right : rights) {
            if (!draw.one_in(3)) world.grant(role, secret_table, right, draw.of(depths));
        }
        if (draw.one_in(2)) world.grant(role, schema::prv_grant_unmask);
        if (draw.one_in(2)) world.grant(role, schema::prv_read_audit);
    }
    for (const auto& user : users) {
        if (!draw.one_in(4)) world.add(UserRole{user, draw.of(roles)});
        if (draw.one_in(2)) world.add(Membership{draw.of(teams), user});
        if (!draw.one_in(3)) world.add(UserProfile{user, profile_id});
    }
    for (const auto& team : teams) {
        if (draw.one_in(2)) world.add(TeamRole{team, draw.of(roles)});
    }
    world.permit(profile_id, token(), any_permission(draw));
    const auto other = world.add(Profile{"other"});
    world.permit(other, token_secret(), any_permission(draw));
    world.add(UserProfile{draw.of(users), other});
    if (draw.one_in(6)) {
        auto disabled = World::user_in(sales);
        disabled.disabled = true;
        world.put(draw.of(users), disabled);
    }
    return world;
}

RowFacts any_row(Draws& draw) {
    const bool team = draw.one_in(2);
    return row_of(
        team ? draw.of(teams) : draw.of(users),
        team ? PrincipalKind::team : PrincipalKind::user,
        draw.of(units)
    );
}

Needs any_needs(Draws& draw) {
    Needs out;
    out.table = &secret_table;
    for (std::size_t i = 0; i <= draw.below(2); ++i) {
        const auto row = draw.one_in(4) ? std::nullopt : std::optional{any_row(draw)};
        out.need(secret_table, draw.of(rights), row);
        if (draw.one_in(4)) out.rows.back().except = draw.of(users);
    }
    if (draw.one_in(6)) out.need(schema::prv_read_audit);
    constexpr std::array uses = {ColumnUse::read, ColumnUse::read, ColumnUse::update};
    constexpr std::array levels = {
        UnmaskLevel::none, UnmaskLevel::one_record, UnmaskLevel::all_records};
    if (draw.one_in(2)) out.use(token(), draw.of(uses), draw.of(levels));
    if (draw.one_in(2)) out.use(token_secret(), ColumnUse::read, draw.of(levels));
    return out;
}

/// The sender with a credential that carries less, perhaps, and on whose behalf.
Caller any_caller(Draws& draw) {
    auto out = Caller::of(draw.of(users));
    do {
        out.delegate = draw.of(users);
    } while (*out.delegate == out.user);
    out.plaintext = !draw.one_in(4);
    out.administration = !draw.one_in(4);
    return out;
}

Caller sender_alone(const Caller& caller) {
    auto out = caller;
    out.user = *caller.delegate;
    out.delegate.reset();
    return out;
}

}  // namespace

TEST_CASE("on behalf of another is allowed what is allowed to both alone", "[access]") {
    std::size_t allowed = 0;
    std::size_t by_one = 0;
    std::size_t narrowed = 0;
    for (std::uint32_t seed = 0; seed < 4000; ++seed) {
        CAPTURE(seed);
        Draws draw(seed);
        const auto world = any_world(draw);
        const auto caller = any_caller(draw);
        const auto needs = any_needs(draw);
        const auto sender = decide(sender_alone(caller), needs, world.facts);
        const auto user = decide(Caller::of(caller.user), needs, world.facts);
        const auto both = decide(caller, needs, world.facts);
        REQUIRE(both.allowed() == (sender.allowed() && user.allowed()));
        allowed += both.allowed() ? 1 : 0;
        by_one += sender.allowed() != user.allowed() ? 1 : 0;
        if (!both.allowed()) {
            // What stood in the way is one of theirs, the sender's first.
            const auto& refusal = sender.allowed() ? user : sender;
            REQUIRE(both.code() == refusal.code());
            REQUIRE(both.message() == refusal.message());
            REQUIRE(both.missing() == refusal.missing());
            REQUIRE(both.rule_path() == "none");
            continue;
        }
        REQUIRE(both.rule_path() == sender.rule_path() + "+" + user.rule_path());
        REQUIRE(both.columns().size() == user.columns().size());
        for (const auto& column : {&token(), &token_secret()}) {
            const auto weaker = std::min(sender.view(*column), user.view(*column));
            REQUIRE(both.view(*column) == weaker);
            narrowed += sender.view(*column) != user.view(*column) ? 1 : 0;
        }
        for (std::size_t i = 0; i < both.columns().size(); ++i) {
            const auto& one = both.columns()[i];
            const auto& first = sender.columns()[i];
            const auto& second = user.columns()[i];
            REQUIRE(one.permitted == std::min(first.permitted, second.permitted));
            const bool waits = first.unconfirmed || second.unconfirmed;
            REQUIRE((!one.unconfirmed || waits));
        }
    }
    CHECK(allowed > 300);
    CHECK(by_one > 300);
    CHECK(narrowed > 20);
}

TEST_CASE("a list on behalf of another holds the rows that both may read", "[access]") {
    std::size_t admitted = 0;
    std::size_t by_one = 0;
    for (std::uint32_t seed = 0; seed < 1000; ++seed) {
        CAPTURE(seed);
        Draws draw(seed);
        const auto world = any_world(draw);
        const auto caller = any_caller(draw);
        const auto found = scope(caller, secret_table, Right::read, world.facts);
        for (int i = 0; i < 8; ++i) {
            const auto row = any_row(draw);
            const auto needs = needs_on(Right::read, row);
            const bool one = decide(sender_alone(caller), needs, world.facts).allowed();
            const bool other = decide(Caller::of(caller.user), needs, world.facts).allowed();
            REQUIRE(found.admits(row) == (one && other));
            REQUIRE(found.admits(row) == decide(caller, needs, world.facts).allowed());
            if (found.all) REQUIRE(found.also.empty());
            if (found.none()) REQUIRE_FALSE(found.admits(row));
            admitted += one && other ? 1 : 0;
            by_one += one != other ? 1 : 0;
        }
    }
    CHECK(admitted > 300);
    CHECK(by_one > 300);
}

TEST_CASE("a gift on behalf of another is one that both could make alone", "[access]") {
    std::size_t refused_to_one = 0;
    std::size_t allowed = 0;
    for (std::uint32_t seed = 0; seed < 3000; ++seed) {
        CAPTURE(seed);
        Draws draw(seed);
        auto world = any_world(draw);
        // Somebody always administers, and somebody may always grant.
        const auto keeper = id_of(80);
        world.put(keeper, World::user_in(root));
        world.put(system_administrator_role, Role{root, "System Administrator", true, {}});
        world.grant(
            system_administrator_role, schema::known::role, schema::Right::write, Depth::global
        );
        world.grant(system_administrator_role, schema::prv_grant_unmask);
        world.add(UserRole{keeper, system_administrator_role});
        if (draw.one_in(3)) world.add(UserRole{draw.of(users), system_administrator_role});
        const auto caller = any_caller(draw);
        const auto before = world.facts;
        const auto mark = world.mark();
        switch (draw.below(4)) {
            case 0:
                world.add(UserRole{draw.of(users), draw.of(roles)});
                break;
            case 1:
                world.add(UserProfile{draw.of(users), profile_id});
                break;
            case 2:
                world.grant(draw.of(roles), secret_table, draw.of(rights), draw.of(depths));
                break;
            default:
                world.add(Membership{draw.of(teams), draw.of(users)});
        }
        const Effect effect{before, world.facts, world.since(mark), {}, from_ms(1000)};
        const auto sender = judge(sender_alone(caller), effect);
        const auto user = judge(Caller::of(caller.user), effect);
        const auto both = judge(caller, effect);
        REQUIRE(both.refusal.has_value() == (sender.refusal || user.refusal));
        REQUIRE(both.grants == (sender.grants || user.grants));
        REQUIRE(both.gained == user.gained);
        refused_to_one += sender.refusal.has_value() != user.refusal.has_value() ? 1 : 0;
        allowed += both.refusal ? 0 : 1;
    }
    CHECK(refused_to_one > 100);
    CHECK(allowed > 100);
}

TEST_CASE("what is asked of a caller is asked of both he calls for", "[access]") {
    World world;
    world.put(system_administrator_role, Role{root, "System Administrator", true, {}});
    world.grant(system_administrator_role, schema::known::role, Right::write, Depth::global);
    world.grant(role_id, schema::prv_grant_unmask);
    world.add(UserRole{alice, system_administrator_role});
    world.add(UserRole{alice, role_id});
    auto caller = Caller::of(bob);
    caller.delegate = alice;
    CHECK_FALSE(is_system_administrator(caller, world.facts));
    CHECK_FALSE(may_grant_plaintext(caller, world.facts));
    const auto second = world.add(UserRole{bob, system_administrator_role});
    world.add(UserRole{bob, role_id});
    CHECK(is_system_administrator(caller, world.facts));
    CHECK(may_grant_plaintext(caller, world.facts));
    caller.plaintext = false;  // the sender's credential
    CHECK_FALSE(may_grant_plaintext(caller, world.facts));
    CHECK(is_system_administrator(caller, world.facts));
    world.remove(known::systemuserroles, second);
    CHECK_FALSE(is_system_administrator(caller, world.facts));
    CHECK(one_person_ever(caller, world.facts) == std::vector{alice, bob});
}

TEST_CASE("a right that its own user does not need is still needed by the other", "[access]") {
    World world;
    world.grant(role_id, schema::prv_read_audit);
    Needs about_bob;
    about_bob.need(schema::prv_read_audit).except(bob);
    CHECK(decide(bob, about_bob, world.facts).allowed());
    CHECK_FALSE(decide(alice, about_bob, world.facts).allowed());
    auto caller = Caller::of(bob);
    caller.delegate = alice;
    CHECK_FALSE(decide(caller, about_bob, world.facts).allowed());
    world.add(UserRole{alice, role_id});
    CHECK(decide(caller, about_bob, world.facts).allowed());
}

}  // namespace rookery::access::on_behalf_test
