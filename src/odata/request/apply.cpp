#include "odata/request/apply.hpp"

#include "odata/request/aggregable.hpp"
#include "odata/request/filter_parser.hpp"
#include "odata/request/hop.hpp"
#include "odata/request/lexer.hpp"
#include "odata/request/pieces.hpp"
#include "odata/request/selection.hpp"
#include "odata/request/utf8.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace rookery::odata {
namespace {

using messages::Aggregate;
using messages::AggregateFunction;
using messages::Aggregation;
using schema::Table;

struct Method {
    std::string_view name;
    AggregateFunction function;
};

constexpr Method methods[] = {
    {"sum", AggregateFunction::sum},
    {"min", AggregateFunction::min},
    {"max", AggregateFunction::max},
    {"average", AggregateFunction::average},
    {"countdistinct", AggregateFunction::count_distinct},
};

/// `name(inside)`
struct Transformation {
    std::string_view name;
    std::string_view inside;
};

tl::unexpected<Error> wrong_apply(std::string_view what) {
    return fail(Errc::malformed, "Syntax error in the $apply option: " + std::string{what} + ".");
}

Result<Transformation> read_transformation(std::string_view text) {
    const auto open = text.find('(');
    if (open == std::string_view::npos || !text.ends_with(')')) {
        return wrong_apply("a transformation has its parameters in parentheses");
    }
    return Transformation{
        without_blanks(text.substr(0, open)), text.substr(open + 1, text.size() - open - 2)};
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> out;
    for (text = without_blanks(text); !text.empty(); text = without_blanks(text)) {
        const auto end = std::min(text.find_first_of(" \t"), text.size());
        out.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return out;
}

class ApplyReader {
 public:
    ApplyReader(const Table& table, const QueryOptions& options)
        : table_(table), options_(options) {}

    Result<Applied> read(std::string_view text) {
        ROOKERY_TRY(const auto pieces, pieces_of(text, '/'));
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            ROOKERY_TRY(const auto one, read_transformation(pieces[i]));
            const bool last = i + 1 == pieces.size();
            if (one.name == "filter") {
                if (last) return wrong_apply("a filter is followed by aggregate or groupby");
                ROOKERY_CHECK(filter(one.inside));
                continue;
            }
            ROOKERY_CHECK(last_transformation(one));
            if (!last) {
                return fail(
                    Errc::unsupported,
                    "In $apply nothing is supported behind aggregate and groupby."
                );
            }
        }
        if (filters_.size() == 1) out_.filter = std::move(filters_.front());
        if (filters_.size() > 1) out_.filter = messages::Filter{messages::All{std::move(filters_)}};
        return std::move(out_);
    }

 private:
    Result<> last_transformation(const Transformation& one) {
        if (one.name == "aggregate") return aggregates(one.inside);
        if (one.name == "groupby") return groups(one.inside);
        return fail(
            Errc::unsupported,
            "The transformation '" + std::string{showable(one.name)} +
                "' is not supported in $apply."
        );
    }

    Result<> filter(std::string_view text) {
        if (filters_.size() == 16) return wrong_apply("it has too many filters");
        ROOKERY_TRY(auto one, parse_filter(table_, text, options_));
        filters_.push_back(std::move(one));
        return {};
    }

    Result<> groups(std::string_view text) {
        ROOKERY_TRY(const auto parts, pieces_of(text, ','));
        const auto names = parts.front();
        if (parts.size() > 2 || !names.starts_with('(') || !names.ends_with(')')) {
            return wrong_apply("groupby takes names in parentheses, and then one aggregate");
        }
        ROOKERY_TRY(const auto keys, pieces_of(names.substr(1, names.size() - 2), ','));
        for (const auto name : keys) ROOKERY_CHECK(group_key(name));
        if (parts.size() == 1) return {};
        ROOKERY_TRY(const auto second, read_transformation(parts[1]));
        if (second.name != "aggregate") {
            return wrong_apply("what groupby does with its groups is aggregate");
        }
        return aggregates(second.inside);
    }

    /// A property of one of the rows that are taken together.
    struct Place {
        const schema::Table* table;
        const schema::Column* column;
        std::size_t row;
    };

    /// `prop`, `nav/nav/prop`
    Result<Place> place_of(std::string_view path) {
        Place out{&table_, nullptr, 0};
        for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/')) {
            ROOKERY_TRY(const auto hop, lookup_hop(*out.table, path.substr(0, slash)));
            out.table = hop.to;
            out.row = row_of(hop, out.row);
            path.remove_prefix(slash + 1);
        }
        if (!is_name(path)) return wrong_apply("what is grouped or aggregated is a property");
        ROOKERY_TRY(out.column, aggregable(*out.table, path));
        return out;
    }

    /// A lookup that several paths go through is one join.
    std::size_t row_of(const messages::Hop& hop, std::size_t of) {
        const auto same = [&](const messages::Join& one) {
            return one.of == of && one.hop.lookup == hop.lookup && one.hop.to == hop.to;
        };
        const auto found = std::ranges::find_if(out_.joins, same);
        if (found == out_.joins.end()) {
            auto& join = out_.joins.emplace_back();
            join.hop = hop;
            join.of = of;
            return out_.joins.size();
        }
        return static_cast<std::size_t>(found - out_.joins.begin()) + 1;
    }

    Result<> group_key(std::string_view path) {
        ROOKERY_TRY(const auto place, place_of(path));
        const auto& column = *place.column;
        if (column.type == schema::Type::datetime) {
            return fail(Errc::malformed, "Groupby with datetime values is not supported.");
        }
        // dataverse: what stands behind a path is called by its table.
        auto name = place.row == 0
                        ? std::string{path}
                        : std::string{place.table->name} + "_" + std::string{column.name};
        ROOKERY_CHECK(check_new_name(out_.aggregation, name));
        out_.aggregation.keys.push_back(
            {&column, messages::DatePart::none, std::move(name), place.row}
        );
        return {};
    }

    Result<> aggregates(std::string_view text) {
        ROOKERY_TRY(const auto pieces, pieces_of(text, ','));
        for (const auto piece : pieces) {
            ROOKERY_TRY(auto one, aggregate(words_of(piece)));
            ROOKERY_CHECK(check_new_name(out_.aggregation, one.name));
            if (table_.property(one.name) != nullptr) {
                return fail(
                    Errc::duplicate_alias,
                    "The alias '" + one.name + "' of $apply is the name of a property."
                );
            }
            out_.aggregation.aggregates.push_back(std::move(one));
        }
        return {};
    }

    /// `c with sum as s`, `$count as n`
    Result<Aggregate> aggregate(const std::vector<std::string_view>& words) {
        if (words.size() == 3 && words[0] == "$count" && words[1] == "as") {
            return Aggregate{AggregateFunction::count, nullptr, std::string{words[2]}, 0};
        }
        if (words.size() != 5 || words[1] != "with" || words[3] != "as") {
            return wrong_apply(
                "an aggregate is 'property with method as alias' or '$count as alias'"
            );
        }
        ROOKERY_TRY(const auto place, place_of(words[0]));
        const auto* const method = std::ranges::find(methods, words[2], &Method::name);
        if (method == std::end(methods)) {
            return wrong_apply("the method is sum, min, max, average or countdistinct");
        }
        if (!messages::computes(method->function, *place.column)) {
            return fail(
                Errc::unsuitable_function,
                "The method '" + std::string{method->name} +
                    "' of $apply cannot be used on the property '" +
                    std::string{place.column->wire_name()} + "'."
            );
        }
        return Aggregate{method->function, place.column, std::string{words[4]}, place.row};
    }

    const Table& table_;
    const QueryOptions& options_;
    std::vector<messages::Filter> filters_;
    Applied out_;
};

}  // namespace

Result<Applied> parse_apply(
    const Table& table, std::string_view text, const QueryOptions& options
) {
    if (text.size() > apply_bytes_max) return fail(Errc::malformed, "The $apply is too long.");
    return ApplyReader{table, options}.read(text);
}

Result<std::vector<messages::GroupOrder>> parse_group_order(
    const Aggregation& aggregation, std::string_view text
) {
    ROOKERY_TRY(const auto pieces, pieces_of(text, ','));
    if (pieces.size() > orderby_max) {
        return fail(Errc::malformed, "The $orderby option names too many properties.");
    }
    std::vector<messages::GroupOrder> out;
    for (const auto piece : pieces) {
        const auto words = words_of(piece);
        const bool descending = words.size() == 2 && words[1] == "desc";
        if (words.empty() || words.size() > 2 ||
            (words.size() == 2 && !descending && words[1] != "asc")) {
            return fail(Errc::malformed, "Syntax error in the $orderby option.");
        }
        const auto named = [&](const auto& term) { return term.name == words[0]; };
        if (std::ranges::any_of(aggregation.aggregates, named)) {
            return fail(
                Errc::malformed, "The query node SingleValueOpenPropertyAccess is not supported."
            );
        }
        const auto key = std::ranges::find_if(aggregation.keys, named);
        if (key == aggregation.keys.end()) {
            return fail(Errc::malformed, "Beside $apply, $orderby names what it groups by.");
        }
        out.push_back({static_cast<std::size_t>(key - aggregation.keys.begin()), descending});
    }
    return out;
}

}  // namespace rookery::odata
