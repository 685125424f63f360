// Random lists of random rows, compared with a second account of what a list is: every row judged by itself, sorted,
// and cut into pages. Whatever index a list goes by, it is the same list.
#include "pipeline/reply.hpp"
#include "query/resolve.hpp"
#include "storage/text_key.hpp"
#include "support/test_vault.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace list_oracle_test {

using namespace rookery;
using namespace rookery::messages;
using test::TestVault;

namespace {

using Ids = std::vector<Uuid>;
using Is = std::optional<bool>;  // SQL's truth; nothing is unknown

const schema::Table& records() { return *schema::table("msdyn_octwitterhandle"); }

const schema::Column* column(std::string_view name) { return records().column(name); }

/// A row as the test made it.
struct Made {
    Uuid id;
    Uuid owner;
    std::optional<std::string> name;
    std::optional<std::string> handle;
    std::int64_t state = 0;
    Instant modified;
};

int sign(const auto& a, const auto& b) { return a < b ? -1 : b < a ? 1 : 0; }

/// How `row` compares with the value in this column; nothing when it is null there.
std::optional<int> compared(const Made& row, std::string_view name, const storage::Value& value) {
    const auto text = [&](const std::optional<std::string>& held) -> std::optional<int> {
        if (!held) return std::nullopt;
        return sign(storage::text_key(*held), storage::text_key(std::get<std::string>(value)));
    };
    if (name == "msdyn_name") return text(row.name);
    if (name == "msdyn_octwitteruniquehandleid") return text(row.handle);
    if (name == "statecode") return sign(row.state, std::get<std::int64_t>(value));
    if (name == "modifiedon") return sign(row.modified, std::get<Instant>(value));
    if (name == "ownerid") return sign(row.owner, std::get<Uuid>(value));
    return sign(row.id, std::get<Uuid>(value));
}

bool holds(Comparison op, int order) {
    switch (op) {
        case Comparison::eq:
            return order == 0;
        case Comparison::ne:
            return order != 0;
        case Comparison::gt:
            return order > 0;
        case Comparison::ge:
            return order >= 0;
        case Comparison::lt:
            return order < 0;
        case Comparison::le:
            return order <= 0;
    }
    return false;
}

Is judge(const Filter& filter, const Made& row);

Is judge_compare(const Compare& node, const Made& row) {
    const auto& value = std::get<storage::Value>(node.operand);
    const auto name = node.column->name;
    if (storage::is_null(value)) {
        const bool null = (name == "msdyn_name" && !row.name) ||
                          (name == "msdyn_octwitteruniquehandleid" && !row.handle);
        return null == (node.op == Comparison::eq);
    }
    const auto order = compared(row, name, value);
    if (!order) return std::nullopt;
    return holds(node.op, *order);
}

Is judge_condition(const Condition& node, const Made& row) {
    const auto order = [&](std::size_t i) {
        return compared(row, node.column->name, node.values[i]);
    };
    if (!order(0)) return std::nullopt;
    bool inside = false;
    if (node.op->operands == Operands::two) {
        inside = *order(0) >= 0 && *order(1) <= 0;
    } else {
        for (std::size_t i = 0; i < node.values.size(); ++i) inside = inside || *order(i) == 0;
    }
    return inside != node.op->negated;
}

Is judge_many(const std::vector<Filter>& terms, const Made& row, bool decides) {
    Is out = !decides;
    for (const auto& term : terms) {
        const auto one = judge(term, row);
        if (one == decides) return decides;
        if (!one) out = std::nullopt;
    }
    return out;
}

Is judge(const Filter& filter, const Made& row) {
    if (const auto* node = std::get_if<Compare>(&filter.node)) return judge_compare(*node, row);
    if (const auto* node = std::get_if<Condition>(&filter.node)) return judge_condition(*node, row);
    if (const auto* node = std::get_if<All>(&filter.node)) {
        return judge_many(node->terms, row, false);
    }
    if (const auto* node = std::get_if<Any>(&filter.node)) {
        return judge_many(node->terms, row, true);
    }
    if (const auto* node = std::get_if<Not>(&filter.node)) {
        const auto inner = judge(*node->term, row);
        if (!inner) return std::nullopt;
        return !*inner;
    }
    const auto& match = std::get<Match>(filter.node);
    if (!row.name) return std::nullopt;
    // The patterns of this test have no wildcards. A text has its last blanks in one of two tries.
    const auto blanks = [](const std::string& text) {
        return std::string(text.size() - (text.find_last_not_of(' ') + 1), ' ');
    };
    const auto pattern = storage::text_key(match.pattern) + blanks(match.pattern);
    const auto fits = [&](const std::string& key) {
        if (match.kind == TextMatch::startswith) return key.starts_with(pattern);
        if (match.kind == TextMatch::endswith) return key.ends_with(pattern);
        return key.find(pattern) != std::string::npos;
    };
    const auto key = storage::text_key(*row.name);
    return fits(key) || fits(key + blanks(*row.name));
}

/// Where `a` stands to `b` by one column, nulls first.
int order_by(std::string_view name, const Made& a, const Made& b) {
    if (name == "modifiedon") return sign(a.modified, b.modified);
    if (name == "statecode") return sign(a.state, b.state);
    const auto key = [](const Made& row) {
        return row.name ? std::optional(storage::text_key(*row.name)) : std::nullopt;
    };
    return sign(key(a), key(b));
}

class Dice {
 public:
    explicit Dice(unsigned seed) : random_(seed) {}

    std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_()) % n; }

    bool one_in(std::size_t n) { return below(n) == 0; }

    template <class T>
    const T& of(const std::vector<T>& from) {
        return from[below(from.size())];
    }

 private:
    std::mt19937 random_;
};

/// Few texts, so that rows share them, and some that differ in what the collation key leaves out.
const std::vector<std::string> names{
    "a",
    "A ",
    "ab",
    "abc",
    "b",
    "Stra\xC3\x9F"
    "e",
    "STRASSE",
    "\xC3\xA9",
    "e\xCC\x81"
    "a",
    "zz",
    "%"};

/// Without wildcards.
const std::vector<std::string> patterns{
    "a", "AB", "b", "stra", "\xC3\x9F", "\xC3\xA9", "c", "z", "a ", "A  ", "c "};

struct Scene {
    static constexpr int rows = 700;

    Scene() {
        const auto role =
            vault.role("reader", {"prvReadmsdyn_octwitterhandle"}, schema::Depth::basic);
        team = vault.create(
            "team",
            std::pair{"name", std::string("T")},
            std::pair{
                "businessunitid",
                TestVault::target("businessunit", vault.vault().root_business_unit())}
        );
        vault.associate("teamroles_association", team, role);
        for (const auto* name : {"agent", "rare"}) {
            const auto user = vault.user(name);
            vault.associate("systemuserroles_association", user, role);
            users.push_back(user);
        }
        vault.associate("teammembership_association", team, users[0]);
        for (int i = 0; i < rows; ++i) add();
    }

    void add() {
        Create message;
        message.table = &records();
        Made row;
        const auto set = [&](std::string_view name, InputValue value) {
            message.input.cells.push_back(
                TestVault::cell("msdyn_octwitterhandle", name, std::move(value))
            );
        };
        if (!dice.one_in(8)) set("msdyn_name", row.name.emplace(dice.of(names)));
        if (!dice.one_in(4)) {
            set("msdyn_octwitteruniquehandleid", row.handle.emplace("h" + std::to_string(next++)));
        }
        // Most are the team's, few are of somebody who sees no others.
        const auto which = dice.below(20);
        row.owner = which < 14 ? team : which < 19 ? vault.vault().system().user : users[1];
        set("ownerid", TestVault::target(which < 14 ? "team" : "systemuser", row.owner));
        if (dice.one_in(3)) vault.clock().advance(std::chrono::seconds(1));
        row.modified = vault.clock().now();
        row.id = *vault.run_as_system<NoContent>(std::move(message)).id;
        if (dice.one_in(20)) deactivate(row);
        made.push_back(std::move(row));
    }

    void deactivate(Made& row) {
        Upsert message;
        message.target = Target{&records(), row.id};
        message.preconditions.must_exist = true;
        message.input.cells.push_back(
            TestVault::cell("msdyn_octwitterhandle", "statecode", std::int64_t{1})
        );
        vault.run_as_system<NoContent>(std::move(message));
        row.state = 1;
    }

    [[nodiscard]] bool sees(const access::Caller& caller, const Made& row) const {
        if (caller.system) return true;
        return row.owner == caller.user || (caller.user == users[0] && row.owner == team);
    }

    TestVault vault;
    Dice dice{20261129};
    Uuid team;
    Ids users;  // of the team; of nothing but his own rows
    std::vector<Made> made;
    int next = 0;
};

storage::Value value_for(Scene& scene, std::string_view name) {
    auto& dice = scene.dice;
    const auto& row = dice.of(scene.made);
    if (name == "msdyn_name") return {dice.of(names)};
    if (name == "msdyn_octwitteruniquehandleid") return {row.handle.value_or("nobody")};
    if (name == "statecode") return {static_cast<std::int64_t>(dice.below(2))};
    if (name == "modifiedon") return {row.modified};
    if (name == "ownerid") return {row.owner};
    return {row.id};
}

Filter random_term(Scene& scene) {
    static const std::vector<std::string_view> columns{
        "msdyn_name",
        "msdyn_name",
        "msdyn_octwitteruniquehandleid",
        "statecode",
        "modifiedon",
        "ownerid",
        "msdyn_octwitterhandleid"};
    auto& dice = scene.dice;
    const auto name = dice.of(columns);
    const bool id = name == "ownerid" || name == "msdyn_octwitterhandleid";
    const bool text = name == "msdyn_name" || name == "msdyn_octwitteruniquehandleid";
    if (name == "msdyn_name" && dice.one_in(3)) {
        return {Match{column(name), static_cast<TextMatch>(dice.below(3)), dice.of(patterns)}};
    }
    if (dice.one_in(4)) {
        const auto* op = operator_of_function(dice.one_in(4) ? "NotIn" : "In");
        Condition out{column(name), op, {}};
        for (auto n = 1 + dice.below(4); n > 0; --n) out.values.push_back(value_for(scene, name));
        return {std::move(out)};
    }
    if (!id && dice.one_in(6)) {
        const auto* op = operator_of_function(dice.one_in(4) ? "NotBetween" : "Between");
        return {Condition{column(name), op, {value_for(scene, name), value_for(scene, name)}}};
    }
    if (text && dice.one_in(8)) {
        return {Compare{
            column(name), dice.one_in(2) ? Comparison::eq : Comparison::ne, storage::Value{}}};
    }
    const auto op = static_cast<Comparison>(id ? dice.below(2) : dice.below(6));
    return {Compare{column(name), op, value_for(scene, name)}};
}

Filter random_filter(Scene& scene, int depth) {
    auto& dice = scene.dice;
    if (depth == 0 || dice.one_in(2)) return random_term(scene);
    if (dice.one_in(6)) {
        Not out;
        out.term = std::make_unique<Filter>(random_filter(scene, depth - 1));
        return {std::move(out)};
    }
    std::vector<Filter> terms;
    for (auto n = 2 + dice.below(2); n > 0; --n) terms.push_back(random_filter(scene, depth - 1));
    if (dice.one_in(3)) return {Any{std::move(terms)}};
    return {All{std::move(terms)}};
}

RetrieveMultiple random_query(Scene& scene) {
    auto& dice = scene.dice;
    RetrieveMultiple out;
    out.table = &records();
    if (!dice.one_in(4)) out.filter = random_filter(scene, 2);
    static const std::vector<std::string_view> orders{"msdyn_name", "modifiedon", "statecode"};
    if (!dice.one_in(3)) {
        out.order.push_back({column(dice.of(orders)), dice.one_in(2)});
        if (dice.one_in(3)) out.order.push_back({column(dice.of(orders)), dice.one_in(2)});
    }
    static const std::vector<std::uint32_t> sizes{7, 40, 150, 5000};
    out.page_size = dice.of(sizes);
    out.count = dice.one_in(6);
    return out;
}

Ids expected(const Scene& scene, const access::Caller& caller, const RetrieveMultiple& query) {
    std::vector<const Made*> rows;
    for (const auto& row : scene.made) {
        if (!scene.sees(caller, row)) continue;
        if (query.filter && judge(*query.filter, row) != true) continue;
        rows.push_back(&row);
    }
    std::ranges::sort(rows, [&](const Made* a, const Made* b) {
        for (const auto& by : query.order) {
            const auto order = order_by(by.column->name, *a, *b);
            if (order != 0) return by.descending ? order > 0 : order < 0;
        }
        return a->id < b->id;
    });
    Ids out;
    for (const auto* row : rows) out.push_back(row->id);
    return out;
}

/// All pages, one after the other.
Ids pages(Scene& scene, const access::Caller& caller, RetrieveMultiple query) {
    const auto size = query.page_size;
    const bool ordered = !query.order.empty();
    Message message = std::move(query);
    Ids out;
    for (;;) {
        const auto page = test::value(scene.vault.run<ListReply>(caller, message));
        CHECK(page.rows.size() <= size);
        for (const auto& row : page.rows) out.push_back(row.row->id);
        if (!page.next_token) break;
        std::get<RetrieveMultiple>(message).paging_token = *page.next_token;
    }
    // Without an order none is promised, but no row comes twice.
    if (!ordered) std::ranges::sort(out);
    return out;
}

}  // namespace

TEST_CASE("a list is the same whatever index it goes by", "[messages]") {
    Scene scene;
    const std::vector<access::Caller> callers{
        scene.vault.vault().system(),
        TestVault::caller(scene.users[0]),
        TestVault::caller(scene.users[1])};
    for (int i = 0; i < 600; ++i) {
        auto query = random_query(scene);
        const auto& caller = scene.dice.of(callers);
        const auto wanted = expected(scene, caller, query);
        std::string order;
        for (const auto& by : query.order) {
            order += std::string(by.column->name) + (by.descending ? " desc," : ",");
        }
        CAPTURE(i, query.filter ? shape(*query.filter) : "", order, query.page_size, wanted.size());
        const auto found = pages(scene, caller, std::move(query));
        CHECK(found.size() == wanted.size());
        const auto differs = std::ranges::mismatch(found, wanted).in1 - found.begin();
        REQUIRE(static_cast<std::size_t>(differs) == wanted.size());
    }
}

TEST_CASE(
    "a list with a count goes on behind its page, not behind what was counted", "[messages]"
) {
    Scene scene;
    const auto caller = scene.vault.vault().system();
    RetrieveMultiple query;
    query.table = &records();
    query.filter = Filter{Match{column("msdyn_name"), TextMatch::contains, "b"}};
    query.page_size = 7;
    query.count = true;
    const auto wanted = expected(scene, caller, query);
    CHECK(pages(scene, caller, std::move(query)) == wanted);
}

TEST_CASE(
    "pages in the order of names go on where they were, also when rows come between", "[messages]"
) {
    Scene scene;
    const bool descending = GENERATE(false, true);
    const auto caller = TestVault::caller(scene.users[0]);
    RetrieveMultiple query;
    query.table = &records();
    query.order.push_back({column("msdyn_name"), descending});
    query.page_size = 50;
    const auto before = expected(scene, caller, query);
    Message message = std::move(query);
    Ids seen;
    for (;;) {
        const auto page = test::value(scene.vault.run<ListReply>(caller, message));
        for (const auto& row : page.rows) seen.push_back(row.row->id);
        if (!page.next_token) break;
        std::get<RetrieveMultiple>(message).paging_token = *page.next_token;
        for (int i = 0; i < 3; ++i) scene.add();
    }
    // Every row of before is there, once, in its order; those that came may be there as well.
    std::erase_if(seen, [&](const Uuid& id) {
        return std::ranges::find(before, id) == before.end();
    });
    CHECK(seen == before);
}

}  // namespace list_oracle_test
