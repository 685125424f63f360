// Random filters through relationships on random rows, by random callers, compared with a second account of what they mean:
// every row judged by itself, over all rows that the caller gets who asks for them one by one.
#include "messages/expand_world.hpp"
#include "storage/text_key.hpp"

#include <map>
#include <optional>

namespace related_oracle_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::TestVault;
using rookery::test::World;

namespace {

using Is = std::optional<bool>;  // SQL's truth; nothing is unknown
using storage::RowRef;
using Row = storage::Row;

constexpr std::string_view secret = "msdyn_octwitterhandlesecret";
constexpr std::string_view handle = "msdyn_octwitterhandle";
constexpr std::string_view user = "systemuser";
constexpr std::string_view team = "team";
constexpr std::string_view unit = "businessunit";
const std::vector<std::string_view> all_tables{secret, handle, user, team, unit};

const schema::Table& table(std::string_view name) { return *schema::table(name); }

Hop up(std::string_view of, std::string_view column, std::string_view to) {
    return {column, &table(to), table(of).column(column), nullptr, nullptr};
}

Hop down(std::string_view to, std::string_view column) {
    return {column, &table(to), nullptr, table(to).column(column), nullptr};
}

Hop across(std::string_view association, std::string_view to) {
    return {association, &table(to), nullptr, nullptr, schema::association(association)};
}

std::vector<Hop> hops_of(std::string_view of) {
    if (of == secret) {
        return {
            up(secret, World::handle_of, handle),
            up(secret, "owninguser", user),
            up(secret, "owningteam", team),
            up(secret, "owningbusinessunit", unit)};
    }
    if (of == handle) {
        return {
            down(secret, World::handle_of),
            up(handle, "owninguser", user),
            up(handle, "owningteam", team)};
    }
    if (of == user) {
        return {
            across("teammembership_association", team),
            down(handle, "owninguser"),
            down(secret, "owninguser"),
            up(user, "businessunitid", unit)};
    }
    if (of == team) {
        return {across("teammembership_association", user), down(secret, "owningteam")};
    }
    return {
        down(unit, "parentbusinessunitid"),
        up(unit, "parentbusinessunitid", unit),
        down(secret, "owningbusinessunit"),
        down(user, "businessunitid")};
}

struct Oracle {
    World& world;
    access::Caller caller;
    std::map<std::string_view, std::vector<std::shared_ptr<const Row>>> rows = {};
    std::map<Uuid, bool> readable = {};
    std::map<std::string_view, bool> allowed = {};

    Oracle(World& in, access::Caller by) : world(in), caller(std::move(by)) {
        for (const auto name : all_tables) {
            auto list = world.vault.run_as_system<ListReply>(World::list_of(name, {}));
            for (auto& row : list.rows) rows[name].push_back(row.row);
            const auto asked = world.vault.run<ListReply>(caller, World::list_of(name, {}));
            allowed[name] = asked.has_value();
        }
        auto pairs = world.vault.run_as_system<ListReply>(World::list_of("teammembership", {}));
        for (auto& row : pairs.rows) rows["teammembership"].push_back(row.row);
    }

    bool may_read(const Row& row) {
        const auto found = readable.find(row.id);
        if (found != readable.end()) return found->second;
        return readable[row.id] = world.alone(caller, row).has_value();
    }

    static bool leads(const Row& row, const schema::Column& column, const Row& to) {
        const auto* ref = row.get<RowRef>(column.name);
        return ref != nullptr && *ref == to.ref();
    }

    bool are_paired(const Row& a, const Row& b) {
        const auto& one = a.table->name == team ? a : b;
        const auto& other = a.table->name == team ? b : a;
        for (const auto& pair : rows["teammembership"]) {
            const bool first = leads(*pair, *pair->table->column("teamid"), one);
            if (first && leads(*pair, *pair->table->column("systemuserid"), other)) return true;
        }
        return false;
    }

    /// Those that the row is related to and the caller may read.
    std::vector<const Row*> related(const Hop& hop, const Row& row) {
        std::vector<const Row*> out;
        for (const auto& other : rows[hop.to->name]) {
            const bool is = hop.lookup != nullptr ? leads(row, *hop.lookup, *other)
                            : hop.back != nullptr ? leads(*other, *hop.back, row)
                                                  : are_paired(row, *other);
            if (is && may_read(*other)) out.push_back(other.get());
        }
        return out;
    }

    Is judge_text(const Row* row, const schema::Column& column, auto holds) {
        const auto* held = row == nullptr ? nullptr : row->get<std::string>(column.name);
        if (held == nullptr) return std::nullopt;
        return holds(storage::text_key(*held));
    }

    Is judge(const Compare& node, const Row* row) {
        const auto& wanted = std::get<storage::Value>(node.operand);
        if (storage::is_null(wanted)) {
            const auto* held = row == nullptr ? nullptr : row->find(node.column->id);
            return (held == nullptr) == (node.op == Comparison::eq);
        }
        if (const auto* number = std::get_if<std::int64_t>(&wanted)) {
            const auto* held = row == nullptr ? nullptr : row->get<std::int64_t>(node.column->name);
            if (held == nullptr) return std::nullopt;
            return node.op == Comparison::eq ? *held == *number : *held > *number;
        }
        const auto key = storage::text_key(std::get<std::string>(wanted));
        return judge_text(row, *node.column, [&](const std::string& held) {
            return node.op == Comparison::eq ? held == key : held > key;
        });
    }

    Is judge(const Match& node, const Row* row) {
        const auto key = storage::text_key(node.pattern);
        return judge_text(row, *node.column, [&](const std::string& held) {
            return held.find(key) != std::string::npos;
        });
    }

    Is judge_terms(const std::vector<Filter>& terms, const Row* row, bool decides) {
        Is out = !decides;
        for (const auto& term : terms) {
            const auto one = judge(term, row);
            if (one == decides) return decides;
            if (!one) out = std::nullopt;
        }
        return out;
    }

    Is judge(const Related& node, const Row* row) {
        const auto others = row == nullptr ? std::vector<const Row*>{} : related(node.hop, *row);
        if (node.how == Quantifier::the_one) {
            return judge(*node.filter, others.empty() ? nullptr : others.front());
        }
        std::size_t fit = 0;
        for (const auto* other : others) {
            if (!node.filter || judge(*node.filter, other) == true) ++fit;
        }
        return node.how == Quantifier::some ? fit > 0 : fit == others.size();
    }

    Is judge(const Filter& filter, const Row* row) {
        if (const auto* node = std::get_if<Compare>(&filter.node)) return judge(*node, row);
        if (const auto* node = std::get_if<Match>(&filter.node)) return judge(*node, row);
        if (const auto* node = std::get_if<Related>(&filter.node)) return judge(*node, row);
        if (const auto* node = std::get_if<All>(&filter.node)) {
            return judge_terms(node->terms, row, false);
        }
        if (const auto* node = std::get_if<Any>(&filter.node)) {
            return judge_terms(node->terms, row, true);
        }
        const auto inner = judge(*std::get<Not>(filter.node).term, row);
        return inner ? Is(!*inner) : std::nullopt;
    }

    /// Whether the caller may ask it at all.
    bool may_ask(const Filter& filter) {
        if (const auto* node = std::get_if<Related>(&filter.node)) {
            return allowed[node->hop.to->name] && (!node->filter || may_ask(*node->filter));
        }
        const auto terms = [&](const std::vector<Filter>& of) {
            return std::ranges::all_of(of, [&](const Filter& one) { return may_ask(one); });
        };
        if (const auto* node = std::get_if<All>(&filter.node)) return terms(node->terms);
        if (const auto* node = std::get_if<Any>(&filter.node)) return terms(node->terms);
        if (const auto* node = std::get_if<Not>(&filter.node)) return may_ask(*node->term);
        return true;
    }
};

class Drawing {
 public:
    explicit Drawing(test::Dice& dice) : dice_(dice) {}

    Filter filter(std::string_view of, int depth) {
        if (depth == 0 || one_in(4)) return term(of);
        if (one_in(5)) return negated(filter(of, depth - 1));
        if (one_in(2)) return related(of, depth);
        std::vector<Filter> terms;
        for (auto n = 2 + dice_.below(2); n > 0; --n) terms.push_back(filter(of, depth - 1));
        if (one_in(2)) return {Any{std::move(terms)}};
        return {All{std::move(terms)}};
    }

    bool one_in(std::size_t n) { return dice_.below(n) == 0; }

 private:
    Filter related(std::string_view of, int depth) {
        Related out;
        out.hop = dice_.one_of(hops_of(of));
        const auto how = dice_.below(3);
        out.how = how == 0 ? Quantifier::some : Quantifier::every;
        if (out.hop.lookup != nullptr && how != 0) out.how = Quantifier::the_one;
        const bool any_row = out.how == Quantifier::some && one_in(4);
        if (!any_row) {
            out.filter = std::make_shared<const Filter>(filter(out.hop.to->name, depth - 1));
        }
        return {std::move(out)};
    }

    static Filter negated(Filter term) {
        Not out;
        out.term = std::make_shared<const Filter>(std::move(term));
        return {std::move(out)};
    }

    static std::string_view text_of(std::string_view of) {
        if (of == user) return "domainname";
        return of == secret || of == handle ? "msdyn_name" : "name";
    }

    Filter term(std::string_view of) {
        static const std::vector<std::string> texts{
            "record 1", "record 12", "@bird3", "@bird5", "agent", "user2", "Social", "North"};
        static const std::vector<std::string> parts{"1", "2", "bird", "r", "o", "e", "x"};
        const auto* text = table(of).column(text_of(of));
        switch (dice_.below(5)) {
            case 0:
                return {
                    Compare{text, one_in(2) ? Comparison::eq : Comparison::ne, storage::Value{}}};
            case 1:
                return {Compare{
                    text, one_in(2) ? Comparison::eq : Comparison::gt, dice_.one_of(texts)}};
            case 2: {
                const bool records = of == secret || of == handle;
                const auto* column =
                    table(of).column(records ? "msdyn_octwitteruniquehandleid" : text_of(of));
                return {Compare{column, Comparison::eq, std::string("nobody")}};
            }
            default:
                return {Match{text, TextMatch::contains, dice_.one_of(parts)}};
        }
    }

    test::Dice& dice_;
};

struct Tally {
    int refused = 0;
    int some = 0;
    int none = 0;
    int every = 0;
};

void compare_lists(World& world, Oracle& oracle, Drawing& drawing, Tally& tally) {
    for (int i = 0; i < 60; ++i) {
        const auto of = world.dice.one_of(all_tables);
        auto message = World::list_of(of, {});
        message.filter = drawing.filter(of, 3);
        INFO(of << ": " << shape(*message.filter));
        const bool may_ask = oracle.allowed[of] && oracle.may_ask(*message.filter);
        std::vector<Uuid> expected;
        std::size_t readable = 0;
        for (const auto& row : oracle.rows[of]) {
            if (!may_ask || !oracle.may_read(*row)) continue;
            ++readable;
            if (oracle.judge(*message.filter, row.get()) == true) expected.push_back(row->id);
        }
        const auto reply = world.vault.run<ListReply>(oracle.caller, std::move(message));
        if (!may_ask) {
            CHECK(code(reply) == Errc::missing_privilege);
            ++tally.refused;
            continue;
        }
        std::vector<Uuid> found;
        REQUIRE(reply);
        for (const auto& row : reply->rows) found.push_back(row.row->id);
        std::ranges::sort(found);
        std::ranges::sort(expected);
        REQUIRE(found == expected);
        auto& kind = found.empty()              ? tally.none
                     : found.size() == readable ? tally.every
                                                : tally.some;
        ++kind;
    }
}

}  // namespace

TEST_CASE("a filter through relationships has the rows that it says, for everybody", "[messages]") {
    Tally tally;
    for (std::uint32_t seed = 1; seed <= 3; ++seed) {
        INFO("seed " << seed);
        World world(seed);
        const auto units =
            world.vault.role("Units", {"prvReadBusinessUnit"}, schema::Depth::global);
        for (std::size_t i = 0; i < 3; ++i) {
            world.vault.associate("systemuserroles_association", world.in_root[i], units);
        }
        Drawing drawing(world.dice);
        Oracle all(world, world.vault.vault().system());
        compare_lists(world, all, drawing, tally);
        for (const auto& one : world.in_root) {
            Oracle oracle(world, TestVault::caller(one));
            compare_lists(world, oracle, drawing, tally);
        }
    }
    CHECK(tally.refused > 50);
    CHECK(tally.some > 50);
    CHECK(tally.none > 50);
    CHECK(tally.every > 20);
}

}  // namespace related_oracle_test
