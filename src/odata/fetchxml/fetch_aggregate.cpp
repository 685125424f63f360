#include "odata/fetchxml/fetch_aggregate.hpp"

#include "odata/fetchxml/attribute_rules.hpp"
#include "odata/request/aggregable.hpp"
#include "odata/request/selection.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace rookery::odata::fetchxml {
namespace {

using messages::AggregateFunction;
using messages::Aggregation;
using messages::DatePart;
using schema::Column;
using schema::Table;

using enum AttributeUse;

constexpr AttributeRule term_attributes[] = {
    {"name"},
    {"alias"},
    {"aggregate"},
    {"rowaggregate", not_built},
    {"distinct"},
    {"groupby"},
    {"dategrouping"},
    {"usertimezone", ignored},  // days are those of UTC, for everybody
    {"build", ignored},
    {"addedby", ignored},
};

constexpr AttributeRule group_order_attributes[] = {
    {"alias"},
    {"descending"},
    {"entityname", not_built},
};

struct FunctionName {
    std::string_view name;
    AggregateFunction function;
};

constexpr FunctionName function_names[] = {
    {"avg", AggregateFunction::average},
    {"count", AggregateFunction::count},
    {"countcolumn", AggregateFunction::count_column},
    {"max", AggregateFunction::max},
    {"min", AggregateFunction::min},
    {"sum", AggregateFunction::sum},
};

struct PartName {
    std::string_view name;
    DatePart part;
};

constexpr PartName part_names[] = {
    {"day", DatePart::day},
    {"week", DatePart::week},
    {"month", DatePart::month},
    {"quarter", DatePart::quarter},
    {"year", DatePart::year},
};

Result<DatePart> read_part(const Element& term, const Column& column) {
    const auto* given = term.attribute("dategrouping");
    const bool of_date = column.type == schema::Type::datetime;
    if (given == nullptr) {
        if (!of_date) return DatePart::none;
        return attribute_error(
            term, "dategrouping", "is missing: a date is grouped by a part of it"
        );
    }
    if (*given == "fiscal-period" || *given == "fiscal-year") {
        return fail(
            Errc::unsupported,
            "The FetchXML dategrouping '" + *given +
                "' is not supported: there is no fiscal calendar."
        );
    }
    const auto* const found = std::ranges::find(part_names, *given, &PartName::name);
    if (found == std::end(part_names)) return attribute_error(term, "dategrouping", "is not known");
    if (!of_date) return attribute_error(term, "dategrouping", "is for dates alone");
    return found->part;
}

/// A column of one of the rows that are taken together.
struct Place {
    const Column* column;
    std::size_t row;
};

Result<> read_group_key(
    const Element& term, const Place& place, std::string_view alias, Aggregation& out
) {
    if (term.attribute("aggregate") != nullptr || term.attribute("distinct") != nullptr) {
        return attribute_error(term, "groupby", "cannot stand beside aggregate and distinct");
    }
    ROOKERY_TRY(const auto part, read_part(term, *place.column));
    out.keys.push_back({place.column, part, std::string{alias}, place.row});
    return {};
}

Result<> read_aggregate(
    const Element& term, const Place& place, std::string_view alias, Aggregation& out
) {
    const auto& column = *place.column;
    ROOKERY_TRY(const auto name, required(term, "aggregate"));
    if (term.attribute("dategrouping") != nullptr) {
        return attribute_error(term, "dategrouping", "is for what is grouped by");
    }
    const auto* const found = std::ranges::find(function_names, name, &FunctionName::name);
    if (found == std::end(function_names))
        return attribute_error(term, "aggregate", "is not known");
    ROOKERY_TRY(const bool distinct, flag_of(term, "distinct"));
    auto function = found->function;
    if (distinct) {
        if (function != AggregateFunction::count_column) {
            return attribute_error(term, "distinct", "is for countcolumn alone");
        }
        function = AggregateFunction::count_distinct;
    }
    if (!messages::computes(function, column)) {
        return fail(
            Errc::unsuitable_function,
            "The aggregate '" + std::string{name} + "' cannot be used on the column '" +
                std::string{column.name} + "'."
        );
    }
    const bool of_rows = function == AggregateFunction::count;
    out.aggregates.push_back({function, of_rows ? nullptr : &column, std::string{alias}, place.row}
    );
    return {};
}

Result<> read_term(const Table& table, std::size_t row, const Element& term, Aggregation& out) {
    ROOKERY_CHECK(check_attributes(term, term_attributes));
    ROOKERY_TRY(const auto name, required(term, "name"));
    ROOKERY_TRY(const auto alias, required(term, "alias"));
    ROOKERY_TRY(const auto* column, aggregable(table, wire_name(table, name)));
    ROOKERY_CHECK(check_new_name(out, alias));
    ROOKERY_TRY(const bool grouped, flag_of(term, "groupby"));
    const Place place{column, row};
    return grouped ? read_group_key(term, place, alias, out)
                   : read_aggregate(term, place, alias, out);
}

Result<> read_group_order(const Element& order, Aggregation& out) {
    ROOKERY_CHECK(check_attributes(order, group_order_attributes));
    ROOKERY_TRY(const auto alias, required(order, "alias"));
    ROOKERY_TRY(const bool descending, flag_of(order, "descending"));
    if (out.order.size() == orderby_max) {
        return fail(Errc::malformed, "The FetchXML orders by too many columns.");
    }
    const auto named = [&](const auto& term) { return term.name == alias; };
    const auto key = std::ranges::find_if(out.keys, named);
    const auto one = std::ranges::find_if(out.aggregates, named);
    if (key == out.keys.end() && one == out.aggregates.end()) {
        return attribute_error(order, "alias", "is not one of the aggregation");
    }
    const auto place = key != out.keys.end()
                           ? key - out.keys.begin()
                           : (one - out.aggregates.begin()) + std::ssize(out.keys);
    out.order.push_back({static_cast<std::size_t>(place), descending});
    return {};
}

/// Of the entity or of a link.
Result<> read_terms(const Table& table, std::size_t row, const Element& element, Aggregation& out) {
    for (const auto& child : element.children) {
        if (child.name == "all-attributes") {
            return fail(Errc::malformed, "A FetchXML aggregation names each attribute.");
        }
        if (child.name == "attribute") ROOKERY_CHECK(read_term(table, row, child, out));
    }
    return {};
}

Result<> read_group_orders(const Element& element, Aggregation& out) {
    for (const auto& child : element.children) {
        if (child.name == "order") ROOKERY_CHECK(read_group_order(child, out));
    }
    return {};
}

}  // namespace

Result<Aggregation> read_aggregation(
    const Table& table, const Element& fetch, const Element& entity, const LinkJoins& joined
) {
    Aggregation out;
    ROOKERY_TRY(
        const auto limit, number_of(fetch, "aggregatelimit", 1, messages::aggregated_rows_max)
    );
    out.rows_max = limit.value_or(messages::aggregated_rows_max);
    ROOKERY_CHECK(read_terms(table, 0, entity, out));
    for (const auto& [link, position] : joined.rows()) {
        ROOKERY_CHECK(read_terms(*link->hop.to, position, *link->element, out));
    }
    if (out.keys.empty() && out.aggregates.empty()) {
        return fail(Errc::malformed, "The FetchXML aggregation has no attribute.");
    }
    ROOKERY_CHECK(read_group_orders(entity, out));
    for (const auto& row : joined.rows()) {
        ROOKERY_CHECK(read_group_orders(*row.link->element, out));
    }
    return out;
}

}  // namespace rookery::odata::fetchxml
