// $expand: what is shown of the rows that a row leads to, to whom, how much, and what of it is on the log.
#include "crypto/sha256.hpp"
#include "messages/expand_scene.hpp"
#include "query/expander.hpp"

namespace expand_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::ExpandScene;
using rookery::test::ids_of;
using rookery::test::row_of;
using rookery::test::Sender;
using rookery::test::shown_as;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr auto secrets = ExpandScene::secrets;
constexpr auto handles = ExpandScene::handles;

using Ids = std::vector<Uuid>;

template <class... All>
std::vector<Expansion> all(All... given) {
    std::vector<Expansion> out;
    (out.push_back(std::move(given)), ...);
    return out;
}

Ids sorted(Ids ids) {
    std::ranges::sort(ids);
    return ids;
}

/// The column is one that the query filters by.
Filter is(std::string_view table, std::string_view column, storage::Value wanted) {
    return {Compare{schema::table(table)->column(column), Comparison::eq, std::move(wanted)}};
}

/// Secrets of one handle, each of the scene's team.
Ids secrets_of(ExpandScene& scene, const Uuid& handle, std::size_t count) {
    CreateMultiple message;
    message.table = schema::table(secrets);
    for (std::size_t i = 0; i < count; ++i) {
        message.rows.push_back(test::input_of(
            secrets,
            std::pair{"msdyn_name", std::to_string(i)},
            std::pair{"ownerid", TestVault::target("team", scene.team)},
            std::pair{ExpandScene::handle_of, TestVault::target(handles, handle)}
        ));
    }
    return scene.vault.run_as_system<IdsReply>(std::move(message)).ids;
}

/// Secrets with a token, all of one handle.
void tokens_of(ExpandScene& scene, const Uuid& handle, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        scene.lead(scene.create_record("token-" + std::to_string(i), "secret"), handle);
    }
}

/// What the user's newest request left, of the log.
std::vector<audit::Event> lists_among(const std::vector<audit::Event>& events) {
    std::vector<audit::Event> out;
    for (const auto& event : events) {
        if (event.action == audit::Action::list) out.push_back(event);
    }
    return out;
}

}  // namespace

TEST_CASE("a lookup is expanded to the row that it leads to", "[messages][expand]") {
    ExpandScene scene;
    const auto link = value(scene.link(
        scene.agent, ExpandScene::retrieve(secrets, scene.record, all(ExpandScene::to_handle()))
    ));
    REQUIRE(row_of(link) != nullptr);
    CHECK(row_of(link)->row->id == scene.bird);
    CHECK(shown_as(*row_of(link), "msdyn_name") == "value");
}

TEST_CASE("a lookup that is null, and one to no row, are expanded to null", "[messages][expand]") {
    ExpandScene scene;
    const auto fresh = scene.create_record("a", "b");
    const auto asked = ExpandScene::retrieve(secrets, fresh, all(ExpandScene::to_handle()));
    CHECK(std::holds_alternative<std::monostate>(value(scene.link(scene.agent, asked))));
}

TEST_CASE(
    "a row that the caller may not read is null, and the log counts it", "[messages][expand]"
) {
    ExpandScene scene;
    const auto foreign =
        scene.create_handle("@other", TestVault::target("systemuser", scene.stranger));
    scene.lead(scene.record, foreign);
    const auto asked = ExpandScene::retrieve(secrets, scene.record, all(ExpandScene::to_handle()));
    CHECK(std::holds_alternative<std::monostate>(value(scene.link(scene.agent, asked))));
    const auto event = scene.newest(1).front();
    CHECK(event.action == audit::Action::list);
    CHECK(event.table == handles);
    CHECK(event.count == 0U);
    const auto* withheld = ExpandScene::extra<std::uint64_t>(event, "withheld");
    REQUIRE(withheld != nullptr);
    CHECK(*withheld == 1);
    CHECK_FALSE(std::holds_alternative<std::monostate>(
        value(scene.link(scene.vault.vault().system().user, asked))
    ));
}

TEST_CASE("without the privilege on a table nothing is expanded to it", "[messages][expand]") {
    ExpandScene scene;
    // Has the role that reads secrets, and none of the team's.
    const auto own = scene.vault.create(
        secrets, std::pair{"ownerid", TestVault::target("systemuser", scene.outsider)}
    );
    const auto plain = ExpandScene::retrieve(secrets, own, {});
    CHECK(scene.vault.run<RowReply>(TestVault::caller(scene.outsider), plain));
    const auto asked = ExpandScene::retrieve(secrets, own, all(ExpandScene::to_handle()));
    CHECK(code(scene.link(scene.outsider, asked)) == Errc::missing_privilege);
    const auto list = ExpandScene::list_of(secrets, all(ExpandScene::to_handle()));
    CHECK(
        code(scene.vault.run<ListReply>(TestVault::caller(scene.outsider), list)) ==
        Errc::missing_privilege
    );
    const auto refusal = scene.newest(1).front();
    CHECK(refusal.outcome != audit::Outcome::success);
    // What it leads to is nobody's business.
    auto reference = ExpandScene::to_handle();
    reference.reference = true;
    CHECK(scene.link(scene.outsider, ExpandScene::retrieve(secrets, own, all(std::move(reference))))
    );
}

TEST_CASE("an owner is a user or a team, and null for who may not read it", "[messages][expand]") {
    ExpandScene scene;
    const auto role = scene.vault.role("People", {"prvReadUser"}, schema::Depth::global);
    scene.vault.associate("systemuserroles_association", scene.agent, role);
    const auto own = scene.vault.create(
        secrets, std::pair{"ownerid", TestVault::target("systemuser", scene.agent)}
    );
    const auto by_user = ExpandScene::retrieve(secrets, own, all(ExpandScene::to_owner()));
    const auto link = value(scene.link(scene.agent, by_user));
    REQUIRE(row_of(link) != nullptr);
    CHECK(row_of(link)->row->table->name == "systemuser");
    CHECK(row_of(link)->row->id == scene.agent);
    const auto by_team = ExpandScene::retrieve(secrets, scene.record, all(ExpandScene::to_owner()));
    CHECK(std::holds_alternative<std::monostate>(value(scene.link(scene.agent, by_team))));
    const auto seen = value(scene.link(scene.vault.vault().system().user, by_team));
    REQUIRE(row_of(seen) != nullptr);
    CHECK(row_of(seen)->row->table->name == "team");
}

TEST_CASE("a reference says where a lookup leads and reads nothing", "[messages][expand]") {
    ExpandScene scene;
    auto reference = ExpandScene::to_handle();
    reference.reference = true;
    const auto asked = ExpandScene::retrieve(secrets, scene.record, all(reference));
    const auto link = value(scene.link(scene.agent, asked));
    REQUIRE(std::holds_alternative<storage::RowRef>(link));
    CHECK(std::get<storage::RowRef>(link).id == scene.bird);
    CHECK(scene.newest(1).front().action == audit::Action::retrieve);
    const auto fresh = scene.create_record("a", "b");
    const auto none = ExpandScene::retrieve(secrets, fresh, all(reference));
    CHECK(std::holds_alternative<std::monostate>(value(scene.link(scene.agent, none))));
}

TEST_CASE("a lookup's row that a filter leaves out is null", "[messages][expand]") {
    ExpandScene scene;
    const auto with = [&](std::string name) {
        auto expansion = ExpandScene::to_handle();
        expansion.to.front().filter = is(handles, "msdyn_name", std::move(name));
        return value(scene.link(
            scene.agent, ExpandScene::retrieve(secrets, scene.record, all(std::move(expansion)))
        ));
    };
    CHECK(row_of(with("@rookery")) != nullptr);
    CHECK(std::holds_alternative<std::monostate>(with("@other")));
}

TEST_CASE("rows that several rows lead to are shown once and shared", "[messages][expand]") {
    ExpandScene scene;
    secrets_of(scene, scene.bird, 3);
    const auto list = value(scene.vault.run<ListReply>(
        TestVault::caller(scene.agent), ExpandScene::list_of(secrets, all(ExpandScene::to_handle()))
    ));
    REQUIRE(list.rows.size() == 4);
    const auto* first = row_of(list.rows.front().expanded.at(0));
    REQUIRE(first != nullptr);
    for (const auto& row : list.rows) CHECK(row_of(row.expanded.at(0)) == first);
    const auto event = scene.newest(1).front();
    CHECK(event.count == 1U);
}

TEST_CASE("a collection is expanded to the rows that the caller may read", "[messages][expand]") {
    ExpandScene scene;
    auto mine = secrets_of(scene, scene.bird, 2);
    mine.push_back(scene.record);
    const auto foreign = scene.vault.create(
        secrets, std::pair{"ownerid", TestVault::target("systemuser", scene.stranger)}
    );
    scene.lead(foreign, scene.bird);
    const auto asked = ExpandScene::retrieve(handles, scene.bird, all(ExpandScene::to_children()));
    CHECK(sorted(ids_of(value(scene.link(scene.agent, asked)))) == sorted(mine));
    mine.push_back(foreign);
    CHECK(
        sorted(ids_of(value(scene.link(scene.vault.vault().system().user, asked)))) == sorted(mine)
    );
}

TEST_CASE("a collection is filtered, ordered and cut as its own list is", "[messages][expand]") {
    ExpandScene scene;
    const auto ids = secrets_of(scene, scene.bird, 5);
    const auto* name = schema::table(secrets)->column("msdyn_name");
    auto expansion = ExpandScene::to_children();
    auto& query = expansion.to.front();
    query.order = {{name, true}};
    query.top = 2;
    const auto asked = ExpandScene::retrieve(handles, scene.bird, all(expansion));
    // The scene's own is "rookery", which comes first.
    CHECK(ids_of(value(scene.link(scene.agent, asked))) == Ids{scene.record, ids[4]});
    query.filter = Filter{Compare{name, Comparison::lt, storage::Value{std::string("3")}}};
    const auto filtered = ExpandScene::retrieve(handles, scene.bird, all(expansion));
    CHECK(ids_of(value(scene.link(scene.agent, filtered))) == Ids{ids[2], ids[1]});
    CHECK(ExpandScene::extra<std::string>(scene.newest(1).front(), "filter") != nullptr);
}

TEST_CASE("many-to-many rows are expanded by the pairs that there are", "[messages][expand]") {
    ExpandScene scene;
    Expansion roles;
    roles.path = "systemuserroles_association";
    auto query = ExpandScene::query_of("role", {"name"});
    query.within = Within{
        {schema::table("systemuser"), Uuid{}},
        nullptr,
        schema::association("systemuserroles_association")};
    roles.to.push_back(std::move(query));
    const auto system = scene.vault.vault().system().user;
    const auto link =
        value(scene.link(system, ExpandScene::retrieve("systemuser", scene.outsider, all(roles))));
    CHECK(ids_of(link).size() == 1);
    const auto none =
        value(scene.link(system, ExpandScene::retrieve("systemuser", scene.agent, all(roles))));
    CHECK(ids_of(none).empty());
}

TEST_CASE("an expansion within another is of each of its rows", "[messages][expand]") {
    ExpandScene scene;
    secrets_of(scene, scene.bird, 2);
    auto down = ExpandScene::to_children();
    auto up = ExpandScene::to_handle();
    up.path = down.path + "/" + up.path;
    down.to.front().expanded.push_back(std::move(up));
    const auto link = value(
        scene.link(scene.agent, ExpandScene::retrieve(handles, scene.bird, all(std::move(down))))
    );
    const auto& rows = std::get<std::vector<ShownRowPtr>>(link);
    REQUIRE(rows.size() == 3);
    for (const auto& row : rows) {
        REQUIRE(row_of(row->expanded.at(0)) != nullptr);
        CHECK(row_of(row->expanded.at(0))->row->id == scene.bird);
    }
}

TEST_CASE(
    "an expanded token is masked as in a list, whatever one record would show", "[messages][expand]"
) {
    ExpandScene scene;
    const auto seen_by = [&](const Uuid& user, bool unmasked) {
        auto expansion = ExpandScene::to_children();
        expansion.to.front().selection.unmasked = unmasked;
        auto reply = value(scene.vault.run<RowReply>(
            TestVault::caller(user),
            ExpandScene::retrieve(handles, scene.bird, all(std::move(expansion)))
        ));
        const auto& rows = std::get<std::vector<ShownRowPtr>>(reply.row.expanded.at(0));
        REQUIRE(rows.size() == 1);
        return std::pair{shown_as(*rows.front(), scene.token), std::move(reply.masked)};
    };
    CHECK(seen_by(scene.reader, true).first == "masked");
    CHECK(seen_by(scene.writer, true).first == "null");
    const auto [shown, masked] = seen_by(scene.agent, true);
    CHECK(shown == "masked");
    REQUIRE(masked.size() == 2);
    CHECK(masked.front().reason == MaskReason::one_record);
    scene.permit("unmask all", {scene.agent}, 4, 3, 0);
    CHECK(seen_by(scene.agent, true).first == "clear");
    CHECK(seen_by(scene.agent, false).first == "masked");
}

TEST_CASE(
    "each expanded token in clear is an entry that says where it was shown", "[messages][expand]"
) {
    ExpandScene scene;
    scene.permit("unmask all", {scene.agent}, 4, 3, 0);
    tokens_of(scene, scene.bird, 2);
    secrets_of(scene, scene.bird, 1);  // has no token
    auto expansion = ExpandScene::to_children();
    expansion.to.front().selection.unmasked = true;
    CHECK(scene.link(
        scene.agent, ExpandScene::retrieve(handles, scene.bird, all(std::move(expansion)))
    ));
    const auto events = scene.newest(5);
    CHECK(events[0].action == audit::Action::retrieve);
    CHECK(events[0].record == scene.bird);
    CHECK(events[1].action == audit::Action::list);
    CHECK(events[1].count == 1U);
    for (const auto i : {2U, 3U, 4U}) {
        CHECK(events[i].action == audit::Action::retrieve);
        CHECK(events[i].table == secrets);
        CHECK(events[i].release == audit::ReleaseMode::plaintext);
        CHECK(events[i].row_tag);
        CHECK(ExpandScene::says(events[i], "expand", ExpandScene::children));
        CHECK(ExpandScene::says(events[i], "from-record", to_string(scene.bird)));
    }
}

TEST_CASE("a token of an inactive record is masked when it is expanded", "[messages][expand]") {
    ExpandScene scene;
    scene.permit("unmask all", {scene.agent}, 4, 3, 0);
    REQUIRE(Sender(scene.vault, scene.vault.vault().system())
                .update(secrets, scene.record, std::pair{"statecode", std::int64_t{1}}));
    auto expansion = ExpandScene::to_children();
    expansion.to.front().selection.unmasked = true;
    const auto link = value(scene.link(
        scene.agent, ExpandScene::retrieve(handles, scene.bird, all(std::move(expansion)))
    ));
    const auto& rows = std::get<std::vector<ShownRowPtr>>(link);
    REQUIRE(rows.size() == 1);
    CHECK(shown_as(*rows.front(), scene.token) == "masked");
}

TEST_CASE("what is expanded is one entry for each place of the query", "[messages][expand]") {
    ExpandScene scene;
    secrets_of(scene, scene.bird, 2);
    auto owner = ExpandScene::lookup(handles, "ownerid", ExpandScene::query_of("systemuser"));
    owner.to.push_back(ExpandScene::query_of("team"));
    owner.path = "msdyn_octwitterhandleid/ownerid";
    auto handle = ExpandScene::to_handle();
    handle.to.front().expanded.push_back(std::move(owner));
    scene.vault.run_as_system<ListReply>(
        ExpandScene::list_of(secrets, all(std::move(handle), ExpandScene::to_owner()))
    );
    const auto lists = lists_among(scene.newest(4));
    REQUIRE(lists.size() == 4);
    CHECK(lists[0].count == 3U);
    CHECK(ExpandScene::extra<std::string>(lists[0], "expand") == nullptr);
    CHECK(lists[1].table == handles);
    CHECK(ExpandScene::says(lists[1], "expand", "msdyn_octwitterhandleid"));
    CHECK(lists[2].table == "team");
    CHECK(ExpandScene::says(lists[2], "expand", "msdyn_octwitterhandleid/ownerid"));
    CHECK(ExpandScene::says(lists[3], "expand", "ownerid"));
    for (const auto& event : lists) CHECK(event.rule);
    // Ids and versions of the rows, in the order in which they were met.
    const auto bird = value(scene.vault.run<RowReply>(
        scene.vault.vault().system(), ExpandScene::retrieve(handles, scene.bird, {})
    ));
    ByteWriter seen;
    seen.bytes(scene.bird.view()).u64(bird.row.row->row_version);
    const auto digest = crypto::sha256(seen.view());
    const auto* logged = ExpandScene::extra<Bytes>(lists[1], "rows");
    REQUIRE(logged != nullptr);
    CHECK(std::ranges::equal(*logged, digest));
}

TEST_CASE(
    "one answer shows at most two hundred rows in clear, expanded ones included",
    "[messages][expand]"
) {
    ExpandScene scene;
    scene.permit("unmask all", {scene.agent}, 4, 3, 0);
    tokens_of(scene, scene.bird, revealed_rows_max - 1);  // with the scene's own: the limit
    auto expansion = ExpandScene::to_children();
    expansion.to.front().selection.unmasked = true;
    const auto asked = ExpandScene::retrieve(handles, scene.bird, all(expansion));
    CHECK(ids_of(value(scene.link(scene.agent, asked))).size() == revealed_rows_max);
    const auto in_two_places = ExpandScene::retrieve(handles, scene.bird, all(expansion, [&] {
                                                         auto other = expansion;
                                                         other.to.front().top = 1;
                                                         return other;
                                                     }()));
    CHECK(code(scene.link(scene.agent, in_two_places)) == Errc::too_expensive);
    tokens_of(scene, scene.bird, 1);
    CHECK(code(scene.link(scene.agent, asked)) == Errc::too_expensive);
    // Masked, they are as many as there are.
    expansion.to.front().selection.unmasked = false;
    const auto masked = ExpandScene::retrieve(handles, scene.bird, all(expansion));
    CHECK(ids_of(value(scene.link(scene.agent, masked))).size() == revealed_rows_max + 1);
}

TEST_CASE("one answer shows at most twenty thousand rows through $expand", "[messages][expand]") {
    ExpandScene scene;
    constexpr std::size_t siblings = 199;  // a handle and these: two hundred rows for each parent
    secrets_of(scene, scene.bird, siblings - 1);
    auto handle = ExpandScene::to_handle({"msdyn_name"});
    handle.to.front().expanded.push_back(ExpandScene::to_children({"msdyn_name"}));
    const auto shown = [&](std::uint32_t parents) {
        auto message = ExpandScene::list_of(secrets, all(handle));
        message.top = parents;
        return scene.vault.run<ListReply>(scene.vault.vault().system(), message);
    };
    constexpr auto parents = static_cast<std::uint32_t>(expanded_rows_max / (siblings + 1));
    CHECK(value(shown(parents)).rows.size() == parents);
    CHECK(code(shown(parents + 1)) == Errc::too_expensive);
}

TEST_CASE("a collection is expanded to at most five thousand rows", "[messages][expand]") {
    ExpandScene scene;
    const auto system = scene.vault.vault().system().user;
    const auto asked =
        ExpandScene::retrieve(handles, scene.bird, all(ExpandScene::to_children({"msdyn_name"})));
    for (std::size_t i = 0; i < expanded_collection_max / 1000; ++i) {
        secrets_of(scene, scene.bird, 1000 - (i == 0 ? 1 : 0));
    }
    CHECK(ids_of(value(scene.link(system, asked))).size() == expanded_collection_max);
    secrets_of(scene, scene.bird, 1);
    CHECK(ids_of(value(scene.link(system, asked))).size() == expanded_collection_max);
}

TEST_CASE("an $expand that runs out of work is refused, never cut", "[messages][expand]") {
    ExpandScene scene;
    secrets_of(scene, scene.bird, 30);
    const auto asked = ExpandScene::retrieve(handles, scene.bird, all(ExpandScene::to_children()));
    const auto run = [&](std::uint64_t units) {
        WorkBudget work(units);
        RequestInfo info;
        info.correlation = Uuid::random(scene.vault.vault().random());
        auto result = scene.vault.vault().ledger().commit(scene.vault.vault().pipeline().plan(
            scene.vault.vault().view(), scene.vault.vault().system(), asked, info, work
        ));
        auto reply = take_reply_as<RowReply>(std::move(std::get<ledger::Receipt>(result)));
        return std::pair{std::move(reply), units - work.left()};
    };
    const auto needed = run(WorkBudget::units_max).second;
    CHECK(ids_of(value(run(needed).first).row.expanded.at(0)).size() == 31);
    for (const auto units : {needed - 1, needed / 2, needed / 10, std::uint64_t{1}}) {
        CHECK(code(run(units).first) == Errc::too_expensive);
    }
}

TEST_CASE("only an $expand with a collection is a request over many rows", "[messages][expand]") {
    const auto cost = [](std::vector<Expansion> expanded) {
        return ExpandScene::retrieve(secrets, Uuid{}, std::move(expanded)).facts().cost;
    };
    CHECK(cost({}) == Cost::few_rows);
    CHECK(cost(all(ExpandScene::to_handle(), ExpandScene::to_owner())) == Cost::few_rows);
    CHECK(cost(all(ExpandScene::to_children())) == Cost::many_rows);
    auto nested = ExpandScene::to_handle();
    nested.to.front().expanded.push_back(ExpandScene::to_children());
    CHECK(cost(all(std::move(nested))) == Cost::many_rows);
}

}  // namespace expand_test
