// Filters and orders through relationships: which rows count, for whom, what is unknown, what it costs and what of it is on
// the log.
#include "messages/expand_scene.hpp"
#include "query/related_judge.hpp"

namespace related_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::ExpandScene;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr auto secrets = ExpandScene::secrets;
constexpr auto handles = ExpandScene::handles;

using Ids = std::vector<Uuid>;

const schema::Table& table(std::string_view name) { return *schema::table(name); }

Filter compare(
    std::string_view of, std::string_view column, storage::Value wanted,
    Comparison op = Comparison::eq
) {
    return {Compare{table(of).column(column), op, std::move(wanted)}};
}

Filter no(Filter term) {
    Not out;
    out.term = std::make_shared<const Filter>(std::move(term));
    return {std::move(out)};
}

Filter related(Hop hop, Quantifier how, std::optional<Filter> filter = std::nullopt) {
    Related out;
    out.hop = hop;
    out.how = how;
    if (filter) out.filter = std::make_shared<const Filter>(std::move(*filter));
    return {std::move(out)};
}

Hop lookup(std::string_view of, std::string_view column, std::string_view to) {
    return {column, &table(to), table(of).column(column), nullptr, nullptr};
}

Hop to_handle() { return lookup(secrets, ExpandScene::handle_of, handles); }

Hop to_children() {
    return {
        ExpandScene::children,
        &table(secrets),
        nullptr,
        table(secrets).column(ExpandScene::handle_of),
        nullptr};
}

Hop pairs(std::string_view association, std::string_view to) {
    return {association, &table(to), nullptr, nullptr, schema::association(association)};
}

Filter of_handle(Filter filter) {
    return related(to_handle(), Quantifier::the_one, std::move(filter));
}

Filter handle_is(const std::string& name, Comparison op = Comparison::eq) {
    return of_handle(compare(handles, "msdyn_name", name, op));
}

RetrieveMultiple filtered_list(std::string_view name, Filter filter) {
    RetrieveMultiple out;
    out.table = &table(name);
    out.filter = std::move(filter);
    return out;
}

struct Scene : ExpandScene {
    [[nodiscard]] Result<Ids> ask(const Uuid& user, RetrieveMultiple query) {
        ROOKERY_TRY(
            const auto reply, vault.run<ListReply>(TestVault::caller(user), std::move(query))
        );
        Ids out;
        for (const auto& row : reply.rows) out.push_back(row.row->id);
        return out;
    }

    [[nodiscard]] std::size_t count(const Uuid& user, std::string_view name, Filter filter) {
        return value(ask(user, filtered_list(name, std::move(filter)))).size();
    }

    [[nodiscard]] Uuid system() { return vault.vault().system().user; }

    Uuid secret_of(const Target& owner, const std::string& name = "x") {
        return vault.create(
            secrets, std::pair{"msdyn_name", name}, std::pair{"ownerid", Target(owner)}
        );
    }

    Target the_team() { return TestVault::target("team", team); }
};

}  // namespace

TEST_CASE("a condition on the row that a lookup leads to is judged of that row", "[messages]") {
    Scene scene;
    CHECK(scene.count(scene.agent, secrets, handle_is("@rookery")) == 1);
    CHECK(scene.count(scene.agent, secrets, handle_is("@other")) == 0);
    CHECK(scene.count(scene.agent, secrets, handle_is("@other", Comparison::ne)) == 1);
    CHECK(scene.count(scene.agent, secrets, no(handle_is("@other"))) == 1);
    const auto unit = of_handle(related(
        lookup(handles, "owningbusinessunit", "businessunit"),
        Quantifier::the_one,
        compare("businessunit", "parentbusinessunitid", {})
    ));
    CHECK(scene.count(scene.system(), secrets, unit) == 1);
}

TEST_CASE(
    "through a lookup that is null every value is null, and comparing it is unknown", "[messages]"
) {
    Scene scene;
    const auto bare = scene.secret_of(scene.the_team());
    for (const auto op : {Comparison::eq, Comparison::ne, Comparison::lt, Comparison::ge}) {
        CHECK(
            scene.count(
                scene.agent,
                secrets,
                related(
                    to_handle(),
                    Quantifier::the_one,
                    compare(handles, "statecode", std::int64_t{5}, op)
                )
            ) == (op == Comparison::ne || op == Comparison::lt ? 1 : 0)
        );
    }
    // Unknown stays unknown when it is negated.
    CHECK(scene.count(scene.agent, secrets, no(handle_is("@rookery"))) == 0);
    CHECK(scene.count(scene.agent, secrets, no(handle_is("@other"))) == 1);
    const auto is_null = of_handle(compare(handles, "msdyn_name", {}));
    CHECK(value(scene.ask(scene.agent, filtered_list(secrets, is_null))) == Ids{bare});
    const auto id_is_null = of_handle(compare(handles, "msdyn_octwitterhandleid", {}));
    CHECK(value(scene.ask(scene.agent, filtered_list(secrets, id_is_null))) == Ids{bare});
    CHECK(scene.count(scene.agent, secrets, no(is_null)) == 1);
    // And through two of them.
    const auto further = of_handle(related(
        lookup(handles, "owninguser", "systemuser"),
        Quantifier::the_one,
        compare("systemuser", "domainname", {})
    ));
    CHECK(scene.count(scene.system(), secrets, further) == 2);
}

TEST_CASE("a row that the caller may not read counts as none", "[messages]") {
    Scene scene;
    const auto foreign =
        scene.create_handle("@secret", TestVault::target("systemuser", scene.stranger));
    scene.lead(scene.record, foreign);
    CHECK(scene.count(scene.system(), secrets, handle_is("@secret")) == 1);
    // Neither what it is, nor what it is not.
    CHECK(scene.count(scene.agent, secrets, handle_is("@secret")) == 0);
    CHECK(scene.count(scene.agent, secrets, no(handle_is("@secret"))) == 0);
    CHECK(scene.count(scene.agent, secrets, handle_is("@other", Comparison::ne)) == 0);
    CHECK(scene.count(scene.agent, secrets, of_handle(compare(handles, "msdyn_name", {}))) == 1);
    const auto some = related(to_handle(), Quantifier::some);
    CHECK(scene.count(scene.agent, secrets, some) == 0);
    CHECK(scene.count(scene.agent, secrets, no(some)) == 1);
    CHECK(scene.count(scene.system(), secrets, some) == 1);
}

TEST_CASE("of a collection the rows count that the caller may read", "[messages]") {
    Scene scene;
    const auto named = [](const std::string& name) { return compare(secrets, "msdyn_name", name); };
    const auto hidden = scene.secret_of(TestVault::target("systemuser", scene.stranger), "hidden");
    const auto seen = scene.secret_of(scene.the_team(), "seen");
    for (const auto& id : {hidden, seen}) scene.lead(id, scene.bird);
    const auto some = [&](std::optional<Filter> filter) {
        return related(to_children(), Quantifier::some, std::move(filter));
    };
    const auto every = [&](Filter filter) {
        return related(to_children(), Quantifier::every, std::move(filter));
    };
    CHECK(scene.count(scene.agent, handles, some(named("seen"))) == 1);
    CHECK(scene.count(scene.agent, handles, some(named("hidden"))) == 0);
    CHECK(scene.count(scene.agent, handles, no(some(named("hidden")))) == 1);
    CHECK(scene.count(scene.system(), handles, some(named("hidden"))) == 1);
    REQUIRE(Sender(scene.vault, scene.vault.vault().system())
                .update(secrets, scene.record, std::pair{"msdyn_name", std::string("seen")}));
    CHECK(scene.count(scene.agent, handles, every(named("seen"))) == 1);
    CHECK(scene.count(scene.system(), handles, every(named("seen"))) == 0);
    CHECK(scene.count(scene.agent, handles, some(std::nullopt)) == 1);
}

TEST_CASE("any of no rows is false, all of no rows is true, and neither is unknown", "[messages]") {
    Scene scene;
    const auto empty = scene.create_handle("@empty", scene.the_team());
    const auto unknown = compare(secrets, "msdyn_octwitteruniquehandleid", std::string("a"));
    const auto of_empty = [&](Filter filter) {
        return value(scene.ask(scene.agent, filtered_list(handles, std::move(filter)))) ==
               Ids{empty};
    };
    const auto some = [&](Filter filter) {
        return related(to_children(), Quantifier::some, std::move(filter));
    };
    const auto every = [&](Filter filter) {
        return related(to_children(), Quantifier::every, std::move(filter));
    };
    CHECK(of_empty(no(related(to_children(), Quantifier::some))));
    CHECK(of_empty(every(compare(secrets, "statecode", std::int64_t{7}))));
    // The one child has a null there.
    CHECK(scene.count(scene.agent, handles, some(unknown)) == 0);
    CHECK(scene.count(scene.agent, handles, no(some(unknown))) == 2);
    CHECK(of_empty(every(unknown)));
    CHECK(scene.count(scene.agent, handles, no(every(unknown))) == 1);
}

TEST_CASE("partners of an N:N count from either side", "[messages]") {
    Scene scene;
    const auto members = [&](const Uuid& user) {
        return related(
            pairs("teammembership_association", "systemuser"),
            Quantifier::some,
            compare("systemuser", "systemuserid", user)
        );
    };
    CHECK(scene.count(scene.system(), "team", members(scene.agent)) == 1);
    CHECK(scene.count(scene.system(), "team", members(scene.stranger)) == 0);
    const auto of_team = related(
        pairs("teammembership_association", "team"),
        Quantifier::some,
        compare("team", "name", std::string("Social"))
    );
    CHECK(scene.count(scene.system(), "systemuser", of_team) == 3);
    // One any in the other: users in a team that has a role of that name.
    const auto with_role = related(
        pairs("teammembership_association", "team"),
        Quantifier::some,
        related(
            pairs("teamroles_association", "role"),
            Quantifier::some,
            compare("role", "name", std::string("Birds"))
        )
    );
    CHECK(scene.count(scene.system(), "systemuser", with_role) == 3);
}

TEST_CASE(
    "a table that the caller may not read at all is refused, wherever the query leads to it",
    "[messages]"
) {
    Scene scene;
    const auto by_name = handle_is("@rookery");
    const auto refused = [&](RetrieveMultiple query) {
        return code(scene.ask(scene.outsider, std::move(query)));
    };
    CHECK(
        code(scene.ask(
            scene.outsider, filtered_list(secrets, compare(secrets, "statecode", std::int64_t{0}))
        )) == Errc::count_
    );
    CHECK(refused(filtered_list(secrets, by_name)) == Errc::missing_privilege);
    CHECK(refused(filtered_list(secrets, no(by_name))) == Errc::missing_privilege);
    All both;
    both.terms.push_back(compare(secrets, "statecode", std::int64_t{9}));
    both.terms.push_back(by_name);
    CHECK(refused(filtered_list(secrets, {std::move(both)})) == Errc::missing_privilege);
    auto counting = filtered_list(secrets, by_name);
    counting.count_only = true;
    CHECK(
        code(scene.vault.run<CountReply>(TestVault::caller(scene.outsider), counting)) ==
        Errc::missing_privilege
    );
    RetrieveMultiple ordered;
    ordered.table = &table(secrets);
    ordered.order.push_back({table(handles).column("msdyn_name"), false, {to_handle()}});
    CHECK(refused(ordered) == Errc::missing_privilege);
    const auto own = scene.secret_of(TestVault::target("systemuser", scene.outsider));
    CHECK(
        value(scene.ask(
            scene.outsider, filtered_list(secrets, compare(secrets, "statecode", std::int64_t{0}))
        )) == Ids{own}
    );
    // In the filter of an expansion too, of a row and of a list.
    auto expansion = ExpandScene::to_children();
    expansion.to.front().filter = related(
        lookup(secrets, "owninguser", "systemuser"),
        Quantifier::the_one,
        compare("systemuser", "domainname", std::string("x"))
    );
    std::vector<Expansion> expanded{expansion};
    CHECK(
        code(scene.link(scene.agent, ExpandScene::retrieve(handles, scene.bird, expanded))) ==
        Errc::missing_privilege
    );
    CHECK(
        code(scene.vault.run<ListReply>(
            TestVault::caller(scene.agent), ExpandScene::list_of(handles, expanded)
        )) == Errc::missing_privilege
    );
    CHECK(scene.link(scene.system(), ExpandScene::retrieve(handles, scene.bird, expanded)));
}

TEST_CASE("the filter of an expansion may go on through relationships", "[messages]") {
    Scene scene;
    auto expansion = ExpandScene::to_children();
    expansion.to.front().filter = handle_is("@rookery");
    const auto children_of = [&](Expansion one) {
        return test::ids_of(value(
            scene.link(scene.agent, ExpandScene::retrieve(handles, scene.bird, {std::move(one)}))
        ));
    };
    CHECK(children_of(expansion) == Ids{scene.record});
    expansion.to.front().filter = handle_is("@other");
    CHECK(children_of(expansion).empty());
    auto up = ExpandScene::to_handle();
    up.to.front().filter = related(to_children(), Quantifier::some);
    const auto asked = ExpandScene::retrieve(secrets, scene.record, {up});
    CHECK(asked.facts().cost == Cost::many_rows);
    CHECK(test::row_of(value(scene.link(scene.agent, asked))) != nullptr);
    up.to.front().filter = no(related(to_children(), Quantifier::some));
    CHECK(
        test::row_of(
            value(scene.link(scene.agent, ExpandScene::retrieve(secrets, scene.record, {up})))
        ) == nullptr
    );
}

TEST_CASE("the log has the path of a filter, and none of its literals", "[messages]") {
    Scene scene;
    CHECK(scene.count(scene.agent, secrets, no(handle_is("hunter2"))) == 1);
    const auto event = scene.newest(1).front();
    CHECK(event.action == audit::Action::list);
    CHECK(event.table == secrets);
    CHECK(ExpandScene::says(event, "filter", "not msdyn_octwitterhandleid/msdyn_name eq ?"));
    const auto some = related(
        to_children(), Quantifier::some, compare(secrets, "msdyn_name", std::string("hunter2"))
    );
    CHECK(scene.count(scene.agent, handles, some) == 0);
    CHECK(ExpandScene::says(
        scene.newest(1).front(),
        "filter",
        std::string(ExpandScene::children) + "/any(msdyn_name eq ?)"
    ));
}

TEST_CASE(
    "a row is ordered by what its lookup leads to, as far as the caller may read it", "[messages]"
) {
    Scene scene;
    const auto team = scene.the_team();
    const auto stranger = TestVault::target("systemuser", scene.stranger);
    const auto led = [&](const std::string& name, const Target& owner) {
        const auto id = scene.secret_of(team, name);
        scene.lead(id, scene.create_handle(name, owner));
        return id;
    };
    const auto b = led("b", team);
    const auto a = led("a", team);
    const auto hidden = led("0", stranger);
    const auto bare = scene.secret_of(team, "bare");
    RetrieveMultiple query;
    query.table = &table(secrets);
    query.filter = compare(secrets, "msdyn_octwitterhandlesecretid", scene.record, Comparison::ne);
    query.order.push_back({table(handles).column("msdyn_name"), false, {to_handle()}});
    const auto in_order = [&](const Uuid& user) { return value(scene.ask(user, query)); };
    auto nothing = Ids{bare, hidden};
    std::ranges::sort(nothing);
    CHECK(in_order(scene.agent) == Ids{nothing[0], nothing[1], a, b});
    CHECK(in_order(scene.system()) == Ids{bare, hidden, a, b});
    query.order.front().descending = true;
    CHECK(in_order(scene.system()) == Ids{b, a, hidden, bare});
    // Page by page it is the same list.
    query.page_size = 1;
    Message message = query;
    Ids pages;
    for (int i = 0; i < 8; ++i) {
        const auto page =
            value(scene.vault.run<ListReply>(TestVault::caller(scene.system()), message));
        for (const auto& row : page.rows) pages.push_back(row.row->id);
        if (!page.next_token) break;
        std::get<RetrieveMultiple>(message).paging_token = *page.next_token;
    }
    CHECK(pages == Ids{b, a, hidden, bare});
}

TEST_CASE("a list is ordered by the id and the version of its rows too", "[messages]") {
    Scene scene;
    for (int i = 0; i < 5; ++i) scene.secret_of(scene.the_team());
    for (const auto* name : {"msdyn_octwitterhandlesecretid", "versionnumber"}) {
        RetrieveMultiple query;
        query.table = &table(secrets);
        query.order.push_back({table(secrets).column(name), false, {}});
        const auto ascending = value(scene.ask(scene.system(), query));
        query.order.front().descending = true;
        auto descending = value(scene.ask(scene.system(), query));
        std::ranges::reverse(descending);
        CHECK(ascending.size() == 6);
        CHECK(ascending == descending);
    }
}

TEST_CASE("a filter that gives the id of a row gives the lookup to it", "[messages]") {
    Scene scene;
    for (int i = 0; i < 300; ++i) scene.secret_of(scene.the_team());
    const auto work = [&](Filter filter) {
        WorkBudget budget;
        RequestInfo info;
        info.correlation = Uuid::random(scene.vault.vault().random());
        auto result = scene.vault.vault().ledger().commit(scene.vault.vault().pipeline().plan(
            scene.vault.vault().view(),
            scene.vault.vault().system(),
            Message{filtered_list(secrets, std::move(filter))},
            info,
            budget
        ));
        CHECK(
            take_reply_as<ListReply>(std::move(std::get<ledger::Receipt>(result)))->rows.size() == 1
        );
        return WorkBudget::units_max - budget.left();
    };
    const auto by_id = of_handle(compare(handles, "msdyn_octwitterhandleid", scene.bird));
    CHECK(work(by_id) < work(handle_is("@rookery")) / 2);
}

TEST_CASE("a related row is read and judged once, and all of it is paid for", "[messages]") {
    Scene scene;
    for (int i = 0; i < 40; ++i) scene.lead(scene.secret_of(scene.the_team()), scene.bird);
    const auto run = [&](const Filter& filter, std::uint64_t units, bool count) {
        WorkBudget budget(units);
        RequestInfo info;
        info.correlation = Uuid::random(scene.vault.vault().random());
        auto query = filtered_list(secrets, filter);
        query.count = count;
        auto result = scene.vault.vault().ledger().commit(scene.vault.vault().pipeline().plan(
            scene.vault.vault().view(),
            scene.vault.vault().system(),
            Message{std::move(query)},
            info,
            budget
        ));
        auto reply = take_reply_as<ListReply>(std::move(std::get<ledger::Receipt>(result)));
        return std::pair{std::move(reply), units - budget.left()};
    };
    const auto all = compare(secrets, "importsequencenumber", {});
    const auto plain = run(all, WorkBudget::units_max, true).second;
    const auto once = run(handle_is("@rookery"), WorkBudget::units_max, true).second;
    CHECK(once > plain);
    CHECK(once < plain + 20'000);
    const auto many = of_handle(
        related(to_children(), Quantifier::every, compare(secrets, "statecode", std::int64_t{0}))
    );
    const auto needed = run(many, WorkBudget::units_max, true).second;
    CHECK(value(run(many, needed, true).first).rows.size() == 41);
    for (const auto units : {needed - 1, needed / 2, needed / 10, std::uint64_t{1}}) {
        CHECK(code(run(many, units, true).first) == Errc::too_expensive);
    }
}

}  // namespace related_test
