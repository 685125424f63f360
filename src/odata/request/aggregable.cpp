#include "odata/request/aggregable.hpp"

#include "odata/request/filter_parser.hpp"
#include "odata/request/lexer.hpp"

#include <algorithm>
#include <string>

namespace rookery::odata {

Result<const schema::Column*> aggregable(const schema::Table& table, std::string_view name) {
    auto column = filterable(table, name);
    if (!column && column.error().code == Errc::sealed_in_query) {
        return fail(
            Errc::sealed_in_query,
            "The column '" + std::string{name} +
                "' is sealed: it cannot be grouped by, counted or aggregated."
        );
    }
    return column;
}

Result<> check_new_name(const messages::Aggregation& aggregation, std::string_view name) {
    if (!is_name(name)) {
        return fail(Errc::malformed, "An alias of an aggregation is missing or is not a name.");
    }
    return check_free_name(aggregation, name);
}

Result<> check_free_name(const messages::Aggregation& aggregation, std::string_view name) {
    const auto is_same = [&](const auto& term) { return term.name == name; };
    if (std::ranges::any_of(aggregation.keys, is_same) ||
        std::ranges::any_of(aggregation.aggregates, is_same)) {
        return fail(
            Errc::duplicate_alias,
            "The alias '" + std::string{name} + "' is used more than once in the aggregation."
        );
    }
    if (aggregation.keys.size() + aggregation.aggregates.size() ==
        messages::aggregation_terms_max) {
        return fail(Errc::malformed, "The aggregation has too many terms.");
    }
    return {};
}

}  // namespace rookery::odata
