#include "odata/request/hop.hpp"

#include "odata/request/filter_parser.hpp"
#include "odata/request/navigation.hpp"
#include "odata/request/utf8.hpp"
#include "query/joins.hpp"

namespace rookery::odata {
namespace {

using messages::Hop;
using schema::Table;

tl::unexpected<Error> no_path(std::string_view name, std::string_view why) {
    return fail(
        Errc::unsupported,
        "The navigation property '" + std::string{showable(name)} + "' " + std::string{why} +
            ", and cannot be gone through."
    );
}

tl::unexpected<Error> other_kind(std::string_view name, std::string_view kind) {
    return fail(
        Errc::malformed,
        "The property '" + std::string{showable(name)} + "' of a path is not a " +
            std::string{kind} + " navigation property."
    );
}

Result<> within_limit(std::size_t joins) {
    if (joins <= messages::joins_max) return {};
    return fail(
        Errc::malformed,
        "The query goes through more than " + std::to_string(messages::joins_max) +
            " relationships."
    );
}

}  // namespace

Result<Hop> lookup_hop(const Table& table, std::string_view name) {
    if (name.empty()) return fail(no_such_property(table, name));
    const auto nav = find_navigation(table, name);
    if (nav.column == nullptr) {
        if (is_collection_navigation(table, name)) return other_kind(name, "single-valued");
        if (table.property(name) != nullptr) return other_kind(name, "single-valued");
        return fail(no_such_property(table, name));
    }
    const auto* to = nav.only;
    if (to == nullptr && nav.column->targets.size() == 1) {
        to = schema::table(nav.column->targets.front());
    }
    if (to == nullptr) return no_path(name, "leads to several tables");
    if (to->outside) return no_path(name, "leads to a table that is not kept here");
    Hop out;
    out.name = schema::navigation(table, *nav.column, *to);
    out.to = to;
    out.lookup = nav.column;
    return out;
}

Result<Hop> collection_hop(const Table& table, std::string_view name) {
    const auto found = find_collection(table, name);
    if (found.members == nullptr) {
        if (is_collection_navigation(table, name)) return no_path(name, "is not built");
        if (table.property(name) != nullptr || find_navigation(table, name).column != nullptr) {
            return other_kind(name, "collection-valued");
        }
        return fail(no_such_property(table, name));
    }
    Hop out;
    out.to = found.members;
    out.association = found.association;
    out.name =
        found.association != nullptr ? found.association->name : found.relationship->collection_nav;
    if (found.relationship != nullptr) {
        out.back = found.members->column(found.relationship->referencing_column);
    }
    return out;
}

Result<> check_joins(const messages::Query& query) { return within_limit(messages::joins(query)); }

Result<> check_joins(const messages::Filter& filter) {
    return within_limit(messages::joins(filter));
}

}  // namespace rookery::odata
