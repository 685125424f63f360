#include "access/explain.hpp"

#include "access/built_in.hpp"
#include "access/world.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <set>

namespace rookery::access::explain_test {
namespace {

const Uuid second_profile = id_of(41);

ReadersQuery query_on(const RowFacts& row) {
    ReadersQuery out;
    out.table = &secret_table;
    out.row = row;
    out.columns = {&token(), &token_secret()};
    return out;
}

FieldPermission unmasking(UnmaskLevel level) { return {.read = true, .unmask = level}; }

/// alice of sales reads the rows of her crew, one at a time in clear.
World crew_world() {
    World world;
    world.add(Membership{crew, alice});
    world.add(TeamRole{crew, role_id});
    world.grant(role_id, secret_table, Right::read, Depth::basic);
    world.permit(profile_id, token(), unmasking(UnmaskLevel::one_record));
    world.add(UserProfile{alice, profile_id});
    return world;
}

/// Whether decide shows the column in clear to whoever asks for one record of it.
bool clear(
    const Uuid& user, const RowFacts& row, const schema::Column& column, UnmaskLevel level,
    const Facts& facts
) {
    auto needs = needs_on(Right::read, row);
    needs.use(column, ColumnUse::read, level);
    const auto decision = decide(user, needs, facts);
    return decision.allowed() && decision.view(column) == ColumnView::clear;
}

UnmaskLevel level_by_decide(
    const Uuid& user, const RowFacts& row, const schema::Column& column, const Facts& facts
) {
    if (clear(user, row, column, UnmaskLevel::all_records, facts)) return UnmaskLevel::all_records;
    return clear(user, row, column, UnmaskLevel::one_record, facts) ? UnmaskLevel::one_record
                                                                    : UnmaskLevel::none;
}

}  // namespace

TEST_CASE("a reader is told with his way to the row, his profile and its level", "[access]") {
    const auto world = crew_world();
    const auto found =
        readers_of(query_on(row_of(crew, PrincipalKind::team, sales)), world.facts).readers;
    REQUIRE(found.size() == 1);
    const auto& reader = found.front();
    CHECK(reader.user == alice);
    CHECK(reader.enabled);
    REQUIRE(reader.paths.size() == 1);
    CHECK(reader.paths.front().rule == Path::Rule::team);
    CHECK(reader.paths.front().id == crew);
    CHECK(reader.paths.front().role == role_id);
    CHECK(reader.paths.front().team == crew);
    CHECK(reader.paths.front().depth == Depth::basic);
    REQUIRE(reader.columns.size() == 1);
    CHECK(reader.columns.front().column == &token());
    CHECK(reader.columns.front().level == UnmaskLevel::one_record);
    REQUIRE(reader.columns.front().sources.size() == 1);
    CHECK(reader.columns.front().sources.front().profile == profile_id);
    CHECK(reader.columns.front().sources.front().team.is_nil());
}

TEST_CASE("every way to a row is told, and every profile that shows a column", "[access]") {
    auto world = crew_world();
    world.add(UserRole{alice, other_role});
    world.grant(other_role, secret_table, Right::read, Depth::local);
    world.put(second_profile, Profile{"second"});
    world.permit(second_profile, token(), unmasking(UnmaskLevel::all_records));
    world.add(TeamProfile{crew, second_profile});
    auto query = query_on(row_of(crew, PrincipalKind::team, sales));
    const auto all = readers_of(query, world.facts).readers.front();
    REQUIRE(all.paths.size() == 3);  // the team's by both roles, and the unit's
    CHECK(all.paths.back().rule == Path::Rule::role);
    CHECK(all.paths.back().id == other_role);
    CHECK_FALSE(all.more_paths);
    REQUIRE(all.columns.front().sources.size() == 2);
    CHECK(all.columns.front().level == UnmaskLevel::all_records);
    CHECK(all.columns.front().sources.back().team == crew);
    CHECK(all.columns.front().sources.back().level == UnmaskLevel::all_records);

    query.paths_max = 2;
    const auto some = readers_of(query, world.facts).readers.front();
    CHECK(some.paths.size() == 2);
    CHECK(some.more_paths);
}

TEST_CASE(
    "without the row, without the column or with the mask alone nobody is a reader", "[access]"
) {
    const auto row = row_of(crew, PrincipalKind::team, sales);
    const auto count = [&](const World& world, const RowFacts& of) {
        return readers_of(query_on(of), world.facts).readers.size();
    };
    CHECK(count(crew_world(), row) == 1);
    CHECK(count(crew_world(), row_of(bob, PrincipalKind::user, berlin)) == 0);
    auto masked = crew_world();
    masked.add(UserProfile{bob, second_profile});
    masked.put(second_profile, Profile{"masked"});
    masked.permit(second_profile, token(), {.read = true});
    masked.add(Membership{crew, bob});
    CHECK(count(masked, row) == 1);
    auto other = query_on(row);
    other.columns = {&token_secret()};
    CHECK(readers_of(other, crew_world().facts).readers.empty());
}

TEST_CASE("a disabled user is listed as one who would read it", "[access]") {
    auto world = crew_world();
    const auto row = row_of(crew, PrincipalKind::team, sales);
    SECTION("disabled himself") {
        auto disabled = World::user_in(sales);
        disabled.disabled = true;
        world.put(alice, disabled);
    }
    SECTION("by his unit") { world.put(sales, BusinessUnit{root, true, "sales"}); }
    const auto found = readers_of(query_on(row), world.facts).readers;
    REQUIRE(found.size() == 1);
    CHECK(found.front().user == alice);
    CHECK_FALSE(found.front().enabled);
    CHECK(found.front().paths.size() == 1);
    CHECK_FALSE(clear(alice, row, token(), UnmaskLevel::one_record, world.facts));
}

TEST_CASE("readers come in pages, each of which leads on until there are no more", "[access]") {
    World world;
    world.grant(role_id, secret_table, Right::read, Depth::global);
    world.permit(profile_id, token(), unmasking(UnmaskLevel::all_records));
    std::set<Uuid> expected;
    for (std::uint32_t i = 0; i < 25; ++i) {
        const auto user = id_of(500 + i);
        world.put(user, World::user_in(sales));
        world.add(UserProfile{user, profile_id});
        if (i % 3 == 0) continue;  // holds the profile and reads no row
        world.add(UserRole{user, role_id});
        expected.insert(user);
    }
    for (const auto& [top, examined] :
         {std::pair{4, 1000}, std::pair{1000, 4}, std::pair{1000, 1000}}) {
        CAPTURE(top, examined);
        auto query = query_on(row_of(bob, PrincipalKind::user, berlin));
        query.top = static_cast<std::size_t>(top);
        query.examined_max = static_cast<std::size_t>(examined);
        std::set<Uuid> seen;
        std::size_t pages = 0;
        for (bool more = true; more; ++pages) {
            const auto page = readers_of(query, world.facts);
            CHECK(page.readers.size() <= query.top);
            CHECK(page.examined <= query.examined_max);
            for (const auto& reader : page.readers) CHECK(seen.insert(reader.user).second);
            more = page.next_after.has_value();
            if (more) query.after = *page.next_after;
            REQUIRE(pages < 30);
        }
        CHECK(seen == expected);
        CHECK((pages == 1) == (top == 1000 && examined == 1000));
    }
}

TEST_CASE("the readers of a row are exactly those to whom decide shows it in clear", "[access]") {
    std::mt19937 random(20'250'118);  // NOLINT: the same worlds every time
    const auto pick = [&](std::uint32_t below) {
        return static_cast<std::uint32_t>(random() % below);
    };
    const Depth depths[] = {Depth::basic, Depth::local, Depth::deep, Depth::global};
    const Uuid units[] = {root, sales, berlin, support, id_of(77), Uuid{}};
    const Uuid teams[] = {crew, guests, helpdesk};
    const Uuid users[] = {alice, bob, stranger};
    const Uuid roles[] = {role_id, other_role};
    const Uuid profiles[] = {profile_id, second_profile};
    const UnmaskLevel levels[] = {
        UnmaskLevel::none, UnmaskLevel::one_record, UnmaskLevel::all_records};
    std::size_t readers = 0;
    std::size_t others = 0;
    std::size_t disabled = 0;
    for (int round = 0; round < 1000; ++round) {
        World world;
        world.put(second_profile, Profile{"second"});
        for (const auto& role : roles) world.put(role, Role{root, "", pick(2) == 0, {}});
        for (const auto& user : users) {
            auto row = World::user_in(units[pick(4)]);
            row.disabled = pick(6) == 0;
            row.mode = pick(5) == 0 ? AccessMode::administrative : AccessMode::read_write;
            world.put(user, row);
            if (pick(2) == 0) world.add(UserProfile{user, profiles[pick(2)]});
            if (pick(3) == 0) world.add(UserRole{user, roles[pick(2)]});
        }
        for (const auto& team : teams) {
            if (pick(2) == 0) world.add(Membership{team, users[pick(3)]});
            if (pick(2) == 0) world.add(TeamRole{team, roles[pick(2)]});
            if (pick(3) == 0) world.add(TeamProfile{team, profiles[pick(2)]});
        }
        if (pick(4) == 0) world.put(berlin, BusinessUnit{support, pick(2) == 0, ""});
        for (int i = 0; i < 2; ++i) {
            world.grant(roles[pick(2)], secret_table, Right::read, depths[pick(4)]);
            world.permit(
                profiles[pick(2)],
                pick(2) == 0 ? token() : token_secret(),
                {.read = pick(4) != 0, .unmask = levels[pick(3)]}
            );
        }
        const auto row = pick(2) == 0 ? row_of(users[pick(3)], PrincipalKind::user, units[pick(6)])
                                      : row_of(teams[pick(3)], PrincipalKind::team, units[pick(6)]);
        const auto found = readers_of(query_on(row), world.facts).readers;
        for (const auto& user : users) {
            const auto at = std::ranges::find(found, user, &Reader::user);
            const bool listed = at != found.end() && at->enabled;
            for (const auto* column : {&token(), &token_secret()}) {
                const auto decided = level_by_decide(user, row, *column, world.facts);
                auto told = UnmaskLevel::none;
                if (listed) {
                    for (const auto& one : at->columns) {
                        if (one.column == column) told = one.level;
                    }
                }
                REQUIRE(told == decided);
                ++(told == UnmaskLevel::none ? others : readers);
            }
            if (at == found.end()) continue;
            if (!at->enabled) ++disabled;
            CHECK_FALSE(at->paths.empty());
            for (const auto& column : at->columns) {
                // The highest of its profiles' levels is its level.
                const auto highest =
                    std::ranges::max_element(column.sources, {}, &UnmaskSource::level);
                REQUIRE(highest != column.sources.end());
                CHECK(highest->level == column.level);
            }
            // The first way is the one that decide names.
            if (!at->enabled) continue;
            const auto decision = decide(user, needs_on(Right::read, row), world.facts);
            REQUIRE(decision.path());
            CHECK(decision.path()->rule == at->paths.front().rule);
            CHECK(decision.path()->id == at->paths.front().id);
            CHECK(decision.path()->team == at->paths.front().team);
        }
    }
    CHECK(readers > 100);
    CHECK(others > 300);
    CHECK(disabled > 10);
}

TEST_CASE("what a user may do is told by table, column and privilege", "[access]") {
    auto world = crew_world();
    world.add(UserRole{alice, other_role});
    world.grant(other_role, schema::prv_read_audit);
    const auto found = access_of(alice, world.facts);
    REQUIRE(found);
    CHECK(found->enabled);
    REQUIRE(found->tables.size() == 2);
    CHECK(found->tables.back().table == &known::audit);
    CHECK(found->tables.back().rows.all);
    CHECK(found->tables.front().table == &secret_table);
    CHECK(
        found->tables.front().rows.owners ==
        std::vector{Principal{PrincipalKind::user, alice}, Principal{PrincipalKind::team, crew}}
    );
    REQUIRE(found->tables.front().columns.size() == 1);
    CHECK(found->tables.front().columns.front().column == &token());
    CHECK(found->tables.front().columns.front().unmask == UnmaskLevel::one_record);
    REQUIRE(found->privileges.size() == 2);
    CHECK(found->privileges.front().privilege == &schema::privilege(secret_table, Right::read));
    CHECK(found->privileges.front().path.role == role_id);
    CHECK(found->privileges.front().path.team == crew);
    CHECK(found->privileges.front().path.depth == Depth::basic);
    CHECK(found->privileges.back().privilege->name == schema::prv_read_audit);
    CHECK(found->privileges.back().path.team.is_nil());
    CHECK_FALSE(found->system_administrator);
    CHECK_FALSE(found->administers);
    CHECK_FALSE(access_of(id_of(999), world.facts));
}

TEST_CASE("a privilege is told at the greatest depth that decide allows it at", "[access]") {
    auto world = crew_world();
    world.add(UserRole{alice, other_role});
    world.grant(other_role, secret_table, Right::read, Depth::deep);
    const auto found = access_of(alice, world.facts);
    REQUIRE(found->privileges.size() == 1);
    CHECK(found->privileges.front().path.depth == Depth::deep);
    const auto decision = decide(alice, needs_on(Right::read, std::nullopt), world.facts);
    CHECK(decision.rule_path() == "role:" + to_string(other_role) + "/deep");
    CHECK(found->privileges.front().path.role == other_role);
}

TEST_CASE(
    "administration is told: System Administrator, and anything that a credential may lack",
    "[access]"
) {
    World world;
    world.put(system_administrator_role, Role{root, "System Administrator", true, {}});
    world.grant(system_administrator_role, known::role, Right::write, Depth::global);
    world.add(UserRole{alice, system_administrator_role});
    world.add(UserRole{bob, role_id});
    world.grant(role_id, known::role, Right::write, Depth::basic);
    CHECK(access_of(alice, world.facts)->system_administrator);
    CHECK(access_of(alice, world.facts)->administers);
    CHECK_FALSE(access_of(bob, world.facts)->system_administrator);
    CHECK(access_of(bob, world.facts)->administers);
    CHECK_FALSE(access_of(stranger, world.facts)->administers);
}

TEST_CASE(
    "what a disabled user could do is told as if he were enabled, and that he is not", "[access]"
) {
    auto world = crew_world();
    auto disabled = World::user_in(sales);
    disabled.disabled = true;
    world.put(alice, disabled);
    const auto found = access_of(alice, world.facts);
    REQUIRE(found);
    CHECK_FALSE(found->enabled);
    REQUIRE(found->tables.size() == 1);
    CHECK_FALSE(found->tables.front().rows.none());
}

}  // namespace rookery::access::explain_test
