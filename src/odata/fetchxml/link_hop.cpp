#include "odata/fetchxml/link_hop.hpp"

#include "odata/fetchxml/attribute_rules.hpp"
#include "odata/request/filter_parser.hpp"
#include "odata/request/utf8.hpp"

#include <algorithm>

namespace rookery::odata::fetchxml {
namespace {

using messages::Hop;
using schema::Column;
using schema::Table;

Result<const std::string*> attribute_of_link(const Element& link, std::string_view name) {
    const auto* value = link.attribute(name);
    if (value == nullptr) return attribute_error(link, name, "is missing");
    return value;
}

/// Any that may be filtered by, by its logical name.
Result<const Column*> column_of_link(const Table& table, const std::string& name) {
    const auto* column = table.column(name);
    return filterable(table, column == nullptr ? std::string_view{name} : column->wire_name());
}

bool leads_to_table(const Column& column, const Table& table) {
    return column.is_lookup() &&
           std::ranges::find(column.targets, table.name) != column.targets.end();
}

/// As the log calls it: by the navigation property, if there is one.
std::string_view name_of_lookup(const Table& table, const Column& lookup, const Table& to) {
    const auto nav = schema::navigation(table, lookup, to);
    return nav.empty() ? to.name : nav;
}

std::string_view name_of_children(const Table& to, const Column& back, const Table& table) {
    for (const auto& one : schema::relationships()) {
        const bool same = one.referencing == to.name && one.referencing_column == back.name &&
                          one.referenced == table.name;
        if (same && !one.collection_nav.empty()) return one.collection_nav;
    }
    return to.name;
}

}  // namespace

Result<Hop> link_hop(const Table& table, const Element& link) {
    ROOKERY_TRY(const auto* name, attribute_of_link(link, "name"));
    ROOKERY_TRY(const auto* from, attribute_of_link(link, "from"));
    ROOKERY_TRY(const auto* to, attribute_of_link(link, "to"));
    Hop out;
    out.to = schema::table(*name);
    if (out.to == nullptr) return attribute_error(link, "name", "is not the name of a table");
    if (out.to->outside) {
        return fail(
            Errc::unsupported,
            "The FetchXML links to the table '" + *name + "', whose rows are not kept here."
        );
    }
    if (out.to->of_log) {
        return fail(
            Errc::unsupported,
            "The FetchXML links to the table '" + *name + "', whose rows are found by no other row."
        );
    }
    ROOKERY_TRY(const auto* theirs, column_of_link(*out.to, *from));
    ROOKERY_TRY(const auto* ours, column_of_link(table, *to));
    if (leads_to_table(*ours, *out.to) && theirs->may(schema::can::row_id)) {
        out.lookup = ours;
        out.name = name_of_lookup(table, *ours, *out.to);
        return out;
    }
    if (leads_to_table(*theirs, table) && ours->may(schema::can::row_id)) {
        out.back = theirs;
        out.name = name_of_children(*out.to, *theirs, table);
        return out;
    }
    return fail(
        Errc::unsupported,
        "The FetchXML links by the columns '" + std::string{theirs->name} + "' and '" +
            std::string{ours->name} + "', which are no relationship."
    );
}

Result<std::optional<Hop>> hop_over_pairs(const Table& table, const Element& link) {
    const auto* name = link.attribute("name");
    const auto* pairs = name == nullptr ? nullptr : schema::table(*name);
    if (pairs == nullptr || !pairs->intersect || link.children.size() != 1 ||
        link.children.front().name != "link-entity") {
        return std::nullopt;
    }
    ROOKERY_TRY(const auto near, link_hop(table, link));
    ROOKERY_TRY(auto far, link_hop(*pairs, link.children.front()));
    if (near.back == nullptr || far.lookup == nullptr || near.back == far.lookup) {
        return std::nullopt;
    }
    const auto all = schema::associations();
    const auto found = std::ranges::find(all, pairs->name, &schema::Association::intersect);
    if (found == all.end()) return std::nullopt;
    Hop out;
    out.name = found->name;
    out.to = far.to;
    out.association = &*found;
    return out;
}

}  // namespace rookery::odata::fetchxml
