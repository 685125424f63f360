// RetrieveAggregate: whose rows are aggregated, what of it is on the log, and what ends it.
#include "messages/expand_scene.hpp"
#include "messages/retrieve_aggregate.hpp"

namespace aggregate_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::ExpandScene;
using rookery::test::TestVault;
using rookery::test::value;
using storage::Value;

namespace {

constexpr auto secrets = ExpandScene::secrets;
constexpr auto handles = ExpandScene::handles;

RetrieveAggregate count_of(std::string_view table) {
    RetrieveAggregate out;
    out.table = schema::table(table);
    out.aggregation.aggregates.push_back({AggregateFunction::count, nullptr, "n"});
    return out;
}

RetrieveAggregate count_by(std::string_view table, std::string_view column) {
    auto out = count_of(table);
    out.aggregation.keys.push_back({out.table->column(column), DatePart::none, "k"});
    return out;
}

std::int64_t number(const AggregateReply& reply) {
    return std::get<std::int64_t>(reply.groups.at(0).back().value);
}

void create_named(ExpandScene& scene, const std::string& name) {
    scene.vault.create(
        secrets,
        std::pair{"msdyn_name", name},
        std::pair{"ownerid", TestVault::target("team", scene.team)}
    );
}

}  // namespace

TEST_CASE("only rows that the caller may read are aggregated", "[messages][aggregate]") {
    ExpandScene scene;
    scene.vault.create(secrets, std::pair{"msdyn_name", std::string("of SYSTEM")});
    const auto count = [&](const Uuid& user) {
        return number(
            value(scene.vault.run<AggregateReply>(TestVault::caller(user), count_of(secrets)))
        );
    };
    CHECK(count(scene.agent) == 1);
    CHECK(count(scene.reader) == 1);
    CHECK(count(scene.outsider) == 0);
    CHECK(number(scene.vault.run_as_system<AggregateReply>(count_of(secrets))) == 2);
    // Nor is there a group of the others.
    const auto groups = value(scene.vault.run<AggregateReply>(
        TestVault::caller(scene.agent), count_by(secrets, "msdyn_name")
    ));
    REQUIRE(groups.groups.size() == 1);
    CHECK(groups.groups[0][0].value == Value{std::string("rookery")});
}

TEST_CASE(
    "without the privilege on the table nothing is aggregated, and the refusal is on the log",
    "[messages][aggregate]"
) {
    ExpandScene scene;
    const auto refused =
        scene.vault.run<AggregateReply>(TestVault::caller(scene.stranger), count_of(secrets));
    CHECK(code(refused) == Errc::missing_privilege);
    const auto event = scene.newest(1).front();
    CHECK(event.outcome != audit::Outcome::success);
    CHECK(event.table == secrets);
}

TEST_CASE(
    "the log has the shape of an aggregation and how many rows it was of, and no literal",
    "[messages][aggregate]"
) {
    ExpandScene scene;
    create_named(scene, "wren");
    create_named(scene, "robin");
    auto asked = count_by(secrets, "msdyn_name");
    asked.filter = Filter{
        Compare{asked.table->column("msdyn_name"), Comparison::ne, Value{std::string("wren")}}};
    CHECK(
        value(scene.vault.run<AggregateReply>(TestVault::caller(scene.agent), asked))
            .groups.size() == 2
    );
    const auto event = scene.newest(1).front();
    CHECK(event.action == audit::Action::list);
    CHECK(event.outcome == audit::Outcome::success);
    CHECK(event.message == "RetrieveMultiple");
    CHECK(event.table == secrets);
    CHECK(event.count == 2U);
    CHECK(ExpandScene::says(event, "filter", "msdyn_name ne ?"));
    CHECK(ExpandScene::says(event, "apply", "groupby((msdyn_name),aggregate($count))"));
}

TEST_CASE(
    "the members of a collection are aggregated, for who may read their parent",
    "[messages][aggregate]"
) {
    ExpandScene scene;
    create_named(scene, "of no handle");
    auto asked = count_of(secrets);
    asked.within = ExpandScene::to_children().to.front().within;
    asked.within->parent = TestVault::target(handles, scene.bird);
    CHECK(
        number(value(scene.vault.run<AggregateReply>(TestVault::caller(scene.agent), asked))) == 1
    );
    const auto event = scene.newest(1).front();
    const auto* record = ExpandScene::extra<std::string>(event, "from-table");
    REQUIRE(record != nullptr);
    CHECK(*record == handles);
    CHECK(
        code(scene.vault.run<AggregateReply>(TestVault::caller(scene.outsider), asked)) ==
        Errc::missing_privilege
    );
}

TEST_CASE(
    "an aggregation of more rows than its limit is refused, and nothing of it is told",
    "[messages][aggregate]"
) {
    ExpandScene scene;
    create_named(scene, "wren");
    auto asked = count_of(secrets);
    asked.aggregation.rows_max = 2;
    CHECK(
        number(value(scene.vault.run<AggregateReply>(TestVault::caller(scene.agent), asked))) == 2
    );
    // What the caller may not read counts for nothing, not even here.
    scene.vault.create(secrets, std::pair{"msdyn_name", std::string("of SYSTEM")});
    CHECK(
        number(value(scene.vault.run<AggregateReply>(TestVault::caller(scene.agent), asked))) == 2
    );
    create_named(scene, "robin");
    CHECK(
        code(scene.vault.run<AggregateReply>(TestVault::caller(scene.agent), asked)) ==
        Errc::aggregate_limit
    );
    CHECK(scene.newest(1).front().outcome != audit::Outcome::success);
}

TEST_CASE("groups come page by page, each once", "[messages][aggregate]") {
    ExpandScene scene;
    for (const auto* name : {"a", "b", "c", "d"}) create_named(scene, name);
    auto asked = count_by(secrets, "msdyn_name");
    asked.page_size = 2;
    asked.query_digest = std::string(32, 'q');
    std::vector<std::string> names;
    for (int pages = 0; pages < 3; ++pages) {
        const auto reply =
            value(scene.vault.run<AggregateReply>(TestVault::caller(scene.agent), asked));
        for (const auto& group : reply.groups) {
            names.push_back(std::get<std::string>(group[0].value));
        }
        CHECK(reply.next_token.has_value() == (pages < 2));
        if (!reply.next_token) break;
        asked.paging_token = *reply.next_token;
    }
    CHECK(names == std::vector<std::string>{"a", "b", "c", "d", "rookery"});
    // Of another caller it is none.
    CHECK(
        code(scene.vault.run<AggregateReply>(TestVault::caller(scene.reader), asked)) ==
        Errc::bad_paging_token
    );
    asked.paging_token.clear();
    asked.page = 3;
    const auto third =
        value(scene.vault.run<AggregateReply>(TestVault::caller(scene.agent), asked));
    REQUIRE(third.groups.size() == 1);
    CHECK(third.groups[0][0].value == Value{std::string("rookery")});
    asked.page = 4;
    CHECK(
        value(scene.vault.run<AggregateReply>(TestVault::caller(scene.agent), asked)).groups.empty()
    );
}

TEST_CASE("with a top there are so many groups and no more pages", "[messages][aggregate]") {
    ExpandScene scene;
    for (const auto* name : {"a", "b", "c"}) create_named(scene, name);
    auto asked = count_by(secrets, "msdyn_name");
    asked.top = 2;
    const auto reply =
        value(scene.vault.run<AggregateReply>(TestVault::caller(scene.agent), asked));
    CHECK(reply.groups.size() == 2);
    CHECK_FALSE(reply.next_token);
}

TEST_CASE(
    "the name of what a group's lookup leads to is there on demand", "[messages][aggregate]"
) {
    ExpandScene scene;
    auto asked = count_by(secrets, "ownerid");
    const auto formatted = [&] {
        const auto reply =
            value(scene.vault.run<AggregateReply>(TestVault::caller(scene.agent), asked));
        return reply.groups.at(0).at(0).formatted;
    };
    CHECK(formatted().empty());
    asked.selection.annotations = true;
    CHECK(formatted() == "Social");
}

TEST_CASE("privileges are aggregated though the store has none", "[messages][aggregate]") {
    ExpandScene scene;
    const auto counted = number(scene.vault.run_as_system<AggregateReply>(count_of("privilege")));
    CHECK(counted == static_cast<std::int64_t>(schema::privileges().size()));
}

TEST_CASE(
    "a page that is asked for by its number is the one that its cookie leads to", "[messages][list]"
) {
    ExpandScene scene;
    for (const auto* name : {"a", "b", "c", "d"}) create_named(scene, name);
    const bool ordered = GENERATE(false, true);
    RetrieveMultiple asked;
    asked.table = schema::table(secrets);
    asked.page_size = 2;
    asked.query_digest = std::string(32, 'q');
    asked.count = GENERATE(false, true);
    if (ordered) asked.order.push_back({asked.table->column("msdyn_name"), true});
    const auto page = [&](const RetrieveMultiple& message) {
        return value(scene.vault.run<ListReply>(TestVault::caller(scene.agent), message));
    };
    const auto ids = [](const ListReply& reply) {
        std::vector<Uuid> out;
        for (const auto& row : reply.rows) out.push_back(row.row->id);
        return out;
    };
    auto by_token = asked;
    for (std::uint32_t number = 1; number <= 3; ++number) {
        INFO(number);
        const auto expected = page(by_token);
        auto by_number = asked;
        by_number.page = number;
        const auto found = page(by_number);
        CHECK(ids(found) == ids(expected));
        CHECK(found.rows.size() == (number < 3 ? 2U : 1U));
        CHECK(found.next_token.has_value() == expected.next_token.has_value());
        if (asked.count) CHECK(found.count == 5U);
        if (expected.next_token) by_token.paging_token = *expected.next_token;
    }
    asked.page = 4;
    const auto behind = page(asked);
    CHECK(behind.rows.empty());
    CHECK_FALSE(behind.next_token);
    if (asked.count) CHECK(behind.count == 5U);
}

}  // namespace aggregate_test
