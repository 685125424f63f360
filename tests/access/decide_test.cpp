#include "access/decide.hpp"

#include "access/world.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <type_traits>

namespace rookery::access::decide_test {

// Nothing outside decide can say yes.
static_assert(!std::is_default_constructible_v<Decision>);
static_assert(!std::is_aggregate_v<Decision>);
static_assert(!std::is_constructible_v<Decision, bool>);
static_assert(!std::is_constructible_v<Decision, bool, Errc, std::string>);

TEST_CASE("a role reaches rows by depth, measured from its holder's unit", "[access]") {
    // Whose row, of which unit, and whether alice of sales may read it at each depth.
    struct Expected {
        bool basic, local, deep, global;
    };

    const auto [what, owner, unit, by_depth] = GENERATE(table<const char*, Uuid, Uuid, Expected>({
        {"her own", alice, sales, {true, true, true, true}},
        {"her own, left behind in another unit", alice, support, {true, true, true, true}},
        {"a colleague's in her unit", bob, sales, {false, true, true, true}},
        {"one in the unit below", bob, berlin, {false, false, true, true}},
        {"one in the unit above", bob, root, {false, false, false, true}},
        {"one in a sister unit", stranger, support, {false, false, false, true}},
        {"one in a unit that is not there", bob, id_of(77), {false, false, false, true}},
        {"one in no unit", bob, Uuid{}, {false, false, false, true}},
    }));
    const Expected expected = by_depth;  // clang 14 captures no structured binding
    const auto [depth, word, allowed] = GENERATE_COPY(table<Depth, std::string, bool>({
        {Depth::basic, "basic", expected.basic},
        {Depth::local, "local", expected.local},
        {Depth::deep, "deep", expected.deep},
        {Depth::global, "global", expected.global},
    }));
    CAPTURE(what, word);
    World world;
    world.add(UserRole{alice, role_id});
    world.grant(role_id, secret_table, Right::read, depth);
    const auto row = row_of(owner, PrincipalKind::user, unit);
    const auto decision = decide(alice, needs_on(Right::read, row), world.facts);
    CHECK(decision.allowed() == allowed);
    CHECK(scope(Caller::of(alice), secret_table, Right::read, world.facts).admits(row) == allowed);
    if (!allowed) {
        CHECK(decision.code() == Errc::no_row_access);
        CHECK(decision.rule_path() == "none");
    } else if (owner == alice) {
        CHECK(decision.rule_path() == "owner");
    } else {
        CHECK(decision.rule_path() == "role:" + to_string(role_id) + "/" + word);
    }
}

TEST_CASE("a right on one thing is no right on another", "[access]") {
    World world;
    world.add(UserRole{alice, role_id});
    world.grant(role_id, secret_table, Right::read, Depth::global);
    for (const auto& right : schema::right_names) {
        CAPTURE(right.privilege_word);
        const auto own = row_of(alice, PrincipalKind::user, sales);
        const auto decision = decide(alice, needs_on(right.right, own), world.facts);
        CHECK(decision.allowed() == (right.right == Right::read));
        if (!decision.allowed()) CHECK(decision.code() == Errc::missing_privilege);
    }
    Needs other;
    other.need(known::msdyn_octwitterhandle, Right::read);
    CHECK_FALSE(decide(alice, other, world.facts).allowed());
}

TEST_CASE("a user without a role is refused in Dataverse's words", "[access]") {
    const World world;
    const auto row = row_of(stranger, PrincipalKind::user, support);
    for (const auto& needs : {needs_on(Right::read, row), needs_on(Right::read, std::nullopt)}) {
        const auto decision = decide(stranger, needs, world.facts);
        CHECK_FALSE(decision.allowed());
        CHECK(decision.code() == Errc::missing_privilege);
        CHECK(decision.missing() == &schema::privilege(secret_table, Right::read));
        const auto id = to_string(stranger);
        CHECK(
            decision.message() ==
            "Principal user (Id=" + id +
                ", type=8, roleCount=0, privilegeCount=0, accessMode=0), is missing "
                "prvReadmsdyn_octwitterhandlesecret privilege "
                "(Id=726f6f6b-6572-8079-8001-000000000009) on OTC=10901 for entity "
                "'msdyn_octwitterhandlesecret' (LocalizedName='OC Twitter Handle Secret'). "
                "context.Caller=" +
                id
        );
    }
}

TEST_CASE("the refusal without the privilege is the same for every row", "[access]") {
    World world;
    world.add(UserRole{alice, role_id});
    world.grant(role_id, known::msdyn_octwitterhandle, Right::read, Depth::global);
    const auto without_row = decide(alice, needs_on(Right::read, std::nullopt), world.facts);
    const auto own = row_of(alice, PrincipalKind::user, sales);
    const auto foreign = row_of(stranger, PrincipalKind::user, support);
    CHECK(
        decide(alice, needs_on(Right::read, own), world.facts).message() == without_row.message()
    );
    CHECK(
        decide(alice, needs_on(Right::read, foreign), world.facts).message() ==
        without_row.message()
    );
}

TEST_CASE("a row out of reach is refused in Dataverse's words", "[access]") {
    World world;
    world.add(UserRole{alice, role_id});
    world.grant(role_id, secret_table, Right::remove, Depth::basic);
    const auto row = row_of(bob, PrincipalKind::user, berlin);
    const auto decision = decide(alice, needs_on(Right::remove, row), world.facts);
    CHECK(
        decision.message() == "Principal with id " + to_string(alice) +
                                  " does not have DeleteAccess right(s) for record with id " +
                                  to_string(row.id) + " of entity msdyn_octwitterhandlesecret"
    );
}

TEST_CASE("a member reaches his team's rows, by his own role or by the team's", "[access]") {
    const auto [what, member_of, team_of_role, inherited, owner, kind, allowed] =
        GENERATE(table<const char*, Uuid, Uuid, bool, Uuid, PrincipalKind, bool>({
            // his own Basic role
            {"own role, team's row", crew, Uuid{}, true, crew, PrincipalKind::team, true},
            {"own role, row of a team he left",
             Uuid{},
             Uuid{},
             true,
             crew,
             PrincipalKind::team,
             false},
            {"own role, row of another team",
             crew,
             Uuid{},
             true,
             helpdesk,
             PrincipalKind::team,
             false},
            {"own role, access team", guests, Uuid{}, true, guests, PrincipalKind::team, false},
            // the team's Basic role
            {"inherited, team's row", crew, crew, true, crew, PrincipalKind::team, true},
            {"inherited, his own row", crew, crew, true, alice, PrincipalKind::user, true},
            {"inherited, a colleague's row", crew, crew, true, bob, PrincipalKind::user, false},
            {"team only, team's row", crew, crew, false, crew, PrincipalKind::team, true},
            {"team only, his own row", crew, crew, false, alice, PrincipalKind::user, false},
            {"not a member", Uuid{}, crew, true, crew, PrincipalKind::team, false},
            {"access teams hold no roles", guests, guests, true, alice, PrincipalKind::user, false},
        }));
    CAPTURE(what);
    World world;
    if (!member_of.is_nil()) world.add(Membership{member_of, alice});
    world.put(role_id, Role{root, "role", inherited, {}});
    world.grant(role_id, secret_table, Right::read, Depth::basic);
    if (team_of_role.is_nil()) {
        world.add(UserRole{alice, role_id});
    } else {
        world.add(TeamRole{team_of_role, role_id});
    }
    const auto row = row_of(owner, kind, kind == PrincipalKind::team ? support : sales);
    const auto decision = decide(alice, needs_on(Right::read, row), world.facts);
    CHECK(decision.allowed() == allowed);
    CHECK(scope(Caller::of(alice), secret_table, Right::read, world.facts).admits(row) == allowed);
    if (allowed && kind == PrincipalKind::team) {
        CHECK(decision.rule_path() == "team:" + to_string(owner));
    }
}

TEST_CASE(
    "a role that stays with its team does not open rows of the member's other teams", "[access]"
) {
    World world;
    world.add(Membership{crew, alice});
    world.add(Membership{helpdesk, alice});
    world.put(role_id, Role{root, "role", false, {}});
    world.add(TeamRole{crew, role_id});
    world.grant(role_id, secret_table, Right::read, Depth::basic);
    const auto of = [&](const Uuid& team) {
        const auto row = row_of(team, PrincipalKind::team, root);
        CHECK(
            scope(Caller::of(alice), secret_table, Right::read, world.facts).admits(row) ==
            decide(alice, needs_on(Right::read, row), world.facts).allowed()
        );
        return decide(alice, needs_on(Right::read, row), world.facts).allowed();
    };
    CHECK(of(crew));
    CHECK_FALSE(of(helpdesk));
    world.put(role_id, Role{root, "role", true, {}});
    CHECK(of(helpdesk));
}

TEST_CASE("a team role's depth is measured from the team's unit", "[access]") {
    World world;
    world.add(Membership{helpdesk, alice});
    world.add(TeamRole{helpdesk, role_id});
    world.grant(role_id, secret_table, Right::read, Depth::local);
    const auto allowed = [&](const Uuid& unit) {
        const auto row = row_of(stranger, PrincipalKind::user, unit);
        return decide(alice, needs_on(Right::read, row), world.facts).allowed();
    };
    CHECK(allowed(support));
    CHECK_FALSE(allowed(sales));
}

TEST_CASE("a disabled user is refused everything at the next decision", "[access]") {
    World world;
    world.add(UserRole{alice, role_id});
    world.grant(role_id, secret_table, Right::read, Depth::global);
    const auto needs = needs_on(Right::read, row_of(alice, PrincipalKind::user, sales));
    REQUIRE(decide(alice, needs, world.facts).allowed());
    const auto earlier = world.facts;
    SECTION("himself") {
        auto user = World::user_in(sales);
        user.disabled = true;
        world.put(alice, user);
    }
    SECTION("his unit") { world.put(sales, BusinessUnit{root, true, "sales"}); }
    SECTION("a unit above") { world.put(root, BusinessUnit{{}, true, "root"}); }
    SECTION("his unit is gone") { world.remove(known::businessunit, sales); }
    SECTION("his unit hangs in a loop") { world.put(sales, BusinessUnit{berlin, false, "sales"}); }
    SECTION("he is gone") { world.remove(known::systemuser, alice); }
    const auto decision = decide(alice, needs, world.facts);
    CHECK_FALSE(decision.allowed());
    CHECK(decision.code() == Errc::user_disabled);
    CHECK(scope(Caller::of(alice), secret_table, Right::read, world.facts).none());
    // A snapshot that somebody still plans on is as it was.
    CHECK(decide(alice, needs, earlier).allowed());
}

TEST_CASE("nobody is nobody", "[access]") {
    const World world;
    const auto needs = needs_on(Right::read, std::nullopt);
    CHECK(decide(Uuid{}, needs, world.facts).code() == Errc::user_disabled);
    CHECK(decide(id_of(4711), needs, world.facts).code() == Errc::user_disabled);
    CHECK(decide(alice, needs, Facts{}).code() == Errc::user_disabled);
}

TEST_CASE("whatever made access possible takes it along when it goes", "[access]") {
    World world;
    const auto membership = world.add(Membership{crew, alice});
    const auto assignment = world.add(TeamRole{crew, role_id});
    const auto privilege = world.add(RolePrivilege{
        role_id, &schema::privilege(secret_table, Right::read), Depth::global});
    const auto needs = needs_on(Right::read, row_of(stranger, PrincipalKind::user, support));
    REQUIRE(decide(alice, needs, world.facts).allowed());
    SECTION("membership") { world.remove(known::teammembership, membership); }
    SECTION("team") { world.remove(known::team, crew); }
    SECTION("team's unit disabled") {
        world.put(support, BusinessUnit{root, false, "x"});
        world.put(crew, Team{berlin, TeamType::owner, "crew", {}, false});
        world.put(berlin, BusinessUnit{sales, true, "berlin"});
    }
    SECTION("role of the team") { world.remove(known::teamroles, assignment); }
    SECTION("role") { world.remove(known::role, role_id); }
    SECTION("privilege of the role") { world.remove(known::roleprivileges, privilege); }
    CHECK(decide(alice, needs, world.facts).code() == Errc::missing_privilege);
}

TEST_CASE("a depth that is none of the four grants nothing", "[access]") {
    const auto depth = GENERATE(0, 3, 5, 7, 16, 255);
    CAPTURE(depth);
    World world;
    world.add(UserRole{alice, role_id});
    world.grant(role_id, secret_table, Right::read, static_cast<Depth>(depth));
    const auto own = row_of(alice, PrincipalKind::user, sales);
    CHECK(decide(alice, needs_on(Right::read, own), world.facts).code() == Errc::missing_privilege);
}

TEST_CASE("rows without a unit and general privileges know only Global", "[access]") {
    const auto [depth, allowed] = GENERATE(table<Depth, bool>({
        {Depth::basic, false},
        {Depth::local, false},
        {Depth::deep, false},
        {Depth::global, true},
    }));
    World world;
    world.add(UserRole{alice, role_id});
    world.grant(role_id, known::fieldsecurityprofile, Right::write, depth);
    world.grant(role_id, schema::prv_grant_unmask, depth);
    Needs on_row;
    on_row.need(known::fieldsecurityprofile, Right::write, RowFacts{profile_id, std::nullopt, {}});
    CHECK(decide(alice, on_row, world.facts).allowed() == allowed);
    Needs without_row;
    without_row.need(known::fieldsecurityprofile, Right::write);
    CHECK(decide(alice, without_row, world.facts).allowed() == allowed);
    Needs general;
    general.need(schema::prv_grant_unmask);
    const auto decision = decide(alice, general, world.facts);
    CHECK(decision.allowed() == allowed);
    if (!allowed)
        CHECK(
            decision.message().find("is missing prvrkyGrantUnmask privilege") != std::string::npos
        );
}

TEST_CASE("an access mode takes rights away", "[access]") {
    const auto [mode, reads, writes, reads_units] = GENERATE(table<AccessMode, bool, bool, bool>({
        {AccessMode::read_write, true, true, true},
        {AccessMode::non_interactive, true, true, true},
        {AccessMode::delegated_admin, true, true, true},
        {AccessMode::read, true, false, true},
        {AccessMode::support, true, false, true},
        {AccessMode::administrative, false, false, true},
    }));
    World world;
    auto user = World::user_in(sales);
    user.mode = mode;
    world.put(alice, user);
    world.add(UserRole{alice, role_id});
    world.grant(role_id, secret_table, Right::read, Depth::global);
    world.grant(role_id, secret_table, Right::write, Depth::global);
    world.grant(role_id, known::businessunit, Right::read, Depth::global);
    const auto row = row_of(alice, PrincipalKind::user, sales);
    CHECK(decide(alice, needs_on(Right::read, row), world.facts).allowed() == reads);
    CHECK(decide(alice, needs_on(Right::write, row), world.facts).allowed() == writes);
    Needs units;
    units.need(known::businessunit, Right::read);
    CHECK(decide(alice, units, world.facts).allowed() == reads_units);
}

TEST_CASE("every need must be allowed", "[access]") {
    World world;
    world.add(UserRole{alice, role_id});
    world.grant(role_id, secret_table, Right::write, Depth::basic);
    auto needs = needs_on(Right::write, row_of(alice, PrincipalKind::user, sales));
    CHECK(decide(alice, needs, world.facts).allowed());
    needs.need(
        known::msdyn_octwitterhandle, Right::append_to, row_of(bob, PrincipalKind::user, berlin)
    );
    CHECK(decide(alice, needs, world.facts).code() == Errc::missing_privilege);
    world.grant(role_id, known::msdyn_octwitterhandle, Right::append_to, Depth::basic);
    CHECK(decide(alice, needs, world.facts).code() == Errc::no_row_access);
    world.add(UserRole{alice, other_role});
    world.grant(other_role, known::msdyn_octwitterhandle, Right::append_to, Depth::deep);
    const auto decision = decide(alice, needs, world.facts);
    CHECK(decision.allowed());
    CHECK(decision.rule_path() == "owner");
}

TEST_CASE("needs that ask for nothing are refused", "[access]") {
    World world;
    world.add(UserRole{alice, role_id});
    world.grant(role_id, secret_table, Right::read, Depth::global);
    CHECK(decide(alice, Needs{}, world.facts).code() == Errc::access_denied);
    Needs unknown;
    unknown.need("prvNoSuchThing");
    CHECK(decide(alice, unknown, world.facts).code() == Errc::access_denied);
    Needs columns_without_table;
    columns_without_table.need(secret_table, Right::read).use(token(), ColumnUse::read);
    CHECK(decide(alice, columns_without_table, world.facts).code() == Errc::access_denied);
}

TEST_CASE("a token is hidden, masked or clear as column security says", "[access]") {
    using enum UnmaskLevel;
    const auto [reads, granted, asked, view] =
        GENERATE(table<bool, UnmaskLevel, UnmaskLevel, ColumnView>({
            {false, none, none, ColumnView::hidden},
            {false, none, one_record, ColumnView::hidden},
            {true, none, none, ColumnView::masked},
            {true, none, one_record, ColumnView::masked},
            {true, none, all_records, ColumnView::masked},
            {true, one_record, none, ColumnView::masked},
            {true, one_record, one_record, ColumnView::clear},
            {true, one_record, all_records, ColumnView::masked},
            {true, all_records, none, ColumnView::masked},
            {true, all_records, one_record, ColumnView::clear},
            {true, all_records, all_records, ColumnView::clear},
            // Unmasking without reading is nothing.
            {false, one_record, one_record, ColumnView::hidden},
            {false, all_records, all_records, ColumnView::hidden},
        }));
    const bool by_team = GENERATE(false, true);
    CAPTURE(reads, int(granted), int(asked), by_team);
    World world;
    world.add(UserRole{alice, role_id});
    world.grant(role_id, secret_table, Right::read, Depth::basic);
    world.permit(profile_id, token(), {.read = reads, .unmask = granted});
    if (by_team) {
        world.add(Membership{crew, alice});
        world.add(TeamProfile{crew, profile_id});
    } else {
        world.add(UserProfile{alice, profile_id});
    }
    auto needs = needs_on(Right::read, row_of(alice, PrincipalKind::user, sales));
    needs.use(token(), ColumnUse::read, asked).use(token_secret(), ColumnUse::read, asked);
    const auto decision = decide(alice, needs, world.facts);
    REQUIRE(decision.allowed());
    CHECK(decision.view(token()) == view);
    CHECK(decision.view(token_secret()) == ColumnView::hidden);
    CHECK(decision.view(*secret_table.column("msdyn_name")) == ColumnView::clear);
    REQUIRE(decision.columns().size() == 2);
    CHECK(decision.columns()[0].permitted == (reads ? granted : none));
}

TEST_CASE("a sealed column that nobody asked about stays hidden", "[access]") {
    World world;
    world.add(UserRole{alice, role_id});
    world.grant(role_id, secret_table, Right::read, Depth::basic);
    world.add(UserProfile{alice, profile_id});
    world.permit(profile_id, token(), {.read = true, .unmask = UnmaskLevel::all_records});
    const auto needs = needs_on(Right::read, row_of(alice, PrincipalKind::user, sales));
    CHECK(decide(alice, needs, world.facts).view(token()) == ColumnView::hidden);
    CHECK(
        decide(alice, needs, world.facts).view(*known::rky_credential.column("rky_hash")) ==
        ColumnView::hidden
    );
}

TEST_CASE("permissions of several profiles are a union", "[access]") {
    World world;
    world.add(UserRole{alice, role_id});
    world.grant(role_id, secret_table, Right::read, Depth::basic);
    const auto second = world.add(Profile{"second"});
    world.permit(profile_id, token(), {.read = true});
    world.permit(second, token(), {.read = true, .unmask = UnmaskLevel::one_record});
    world.add(UserProfile{alice, profile_id});
    auto needs = needs_on(Right::read, row_of(alice, PrincipalKind::user, sales));
    needs.use(token(), ColumnUse::read, UnmaskLevel::one_record);
    CHECK(decide(alice, needs, world.facts).view(token()) == ColumnView::masked);
    const auto link = world.add(UserProfile{alice, second});
    CHECK(decide(alice, needs, world.facts).view(token()) == ColumnView::clear);
    SECTION("the link goes") { world.remove(known::systemuserprofiles, link); }
    SECTION("the profile goes") { world.remove(known::fieldsecurityprofile, second); }
    CHECK(decide(alice, needs, world.facts).view(token()) == ColumnView::masked);
}

TEST_CASE("column permission never opens a row", "[access]") {
    World world;
    world.add(UserProfile{alice, profile_id});
    world.permit(profile_id, token(), {.read = true, .unmask = UnmaskLevel::all_records});
    auto needs = needs_on(Right::read, row_of(alice, PrincipalKind::user, sales));
    needs.use(token(), ColumnUse::read, UnmaskLevel::one_record);
    const auto decision = decide(alice, needs, world.facts);
    CHECK(decision.code() == Errc::missing_privilege);
    CHECK(decision.view(token()) == ColumnView::hidden);
    CHECK(decision.columns().empty());
}

TEST_CASE("every table privilege together shows no token", "[access]") {
    World world;
    world.add(UserRole{alice, role_id});
    for (const auto& privilege : schema::privileges()) {
        world.add(RolePrivilege{role_id, &privilege, Depth::global});
    }
    auto needs = needs_on(Right::read, row_of(bob, PrincipalKind::user, berlin));
    needs.use(token(), ColumnUse::read, UnmaskLevel::one_record);
    const auto decision = decide(alice, needs, world.facts);
    CHECK(decision.allowed());
    CHECK(decision.view(token()) == ColumnView::hidden);
}

TEST_CASE("writing a token needs the column's permission for just that", "[access]") {
    const auto [permission, create, update] = GENERATE(table<FieldPermission, bool, bool>({
        {FieldPermission{}, false, false},
        {FieldPermission{.create = true}, true, false},
        {FieldPermission{.update = true}, false, true},
        {FieldPermission{.read = true, .unmask = UnmaskLevel::all_records}, false, false},
    }));
    World world;
    world.add(UserRole{alice, role_id});
    world.grant(role_id, secret_table, Right::create, Depth::basic);
    world.grant(role_id, secret_table, Right::write, Depth::basic);
    world.add(UserProfile{alice, profile_id});
    world.permit(profile_id, token(), permission);
    const auto row = row_of(alice, PrincipalKind::user, sales);
    auto creating = needs_on(Right::create, row);
    creating.use(*secret_table.column("msdyn_name"), ColumnUse::create)
        .use(token(), ColumnUse::create);
    auto updating = needs_on(Right::write, row);
    updating.use(token(), ColumnUse::update);

    const auto created = decide(alice, creating, world.facts);
    CHECK(created.allowed() == create);
    if (!create) CHECK(created.code() == Errc::column_create_denied);
    const auto updated = decide(alice, updating, world.facts);
    CHECK(updated.allowed() == update);
    if (!update) {
        CHECK(updated.code() == Errc::column_update_denied);
        CHECK(
            updated.message() ==
            "Caller user with Id " + to_string(alice) +
                " does not have update permissions to a User Access Token secured field on entity "
                "OC Twitter Handle Secret table. The requested operation could not be completed."
        );
    }
}

TEST_CASE(
    "a permission on a column that is not sealed, or not there, changes nothing", "[access]"
) {
    World world;
    world.add(UserRole{alice, role_id});
    world.grant(role_id, secret_table, Right::read, Depth::basic);
    world.add(UserProfile{alice, profile_id});
    world.add(FieldPermission{profile_id, 0, 0, true, true, true, UnmaskLevel::all_records});
    world.add(FieldPermission{
        profile_id, secret_table.id, 999, true, true, true, UnmaskLevel::all_records});
    world.permit(profile_id, *secret_table.column("msdyn_name"), {.read = false});
    auto needs = needs_on(Right::read, row_of(alice, PrincipalKind::user, sales));
    needs.use(token(), ColumnUse::read, UnmaskLevel::one_record);
    const auto decision = decide(alice, needs, world.facts);
    CHECK(decision.view(token()) == ColumnView::hidden);
    CHECK(decision.view(*secret_table.column("msdyn_name")) == ColumnView::clear);
    CHECK(unmask_gain(Facts{}, world.facts).empty());
}

TEST_CASE("a Basic right on users reaches the user's own row", "[access]") {
    World world;
    world.add(UserRole{alice, role_id});
    world.grant(role_id, known::systemuser, Right::read, Depth::basic);
    const auto reads = [&](const Uuid& user, const Uuid& unit) {
        Needs needs;
        needs.need(
            known::systemuser,
            Right::read,
            RowFacts{user, Principal{PrincipalKind::user, user}, unit}
        );
        return decide(alice, needs, world.facts).allowed();
    };
    CHECK(reads(alice, sales));
    CHECK_FALSE(reads(bob, sales));
}

}  // namespace rookery::access::decide_test
