#include "odata/fetchxml/fetch_order.hpp"

#include "odata/fetchxml/attribute_rules.hpp"
#include "odata/request/filter_parser.hpp"
#include "odata/request/selection.hpp"

#include <utility>
#include <vector>

namespace rookery::odata::fetchxml {
namespace {

using enum AttributeUse;

constexpr AttributeRule order_attributes[] = {
    {"attribute"},
    {"descending"},
    {"alias", aggregates_alone},
    {"entityname"},
};

/// `link`: null for an order of the entity's own columns.
Result<> read_order(const Element& order, const Link* link, messages::Query& out) {
    ROOKERY_CHECK(check_attributes(order, order_attributes));
    ROOKERY_TRY(const auto name, required(order, "attribute"));
    ROOKERY_TRY(const bool descending, flag_of(order, "descending"));
    const auto& table = link == nullptr ? *out.table : *link->hop.to;
    ROOKERY_TRY(const auto* column, filterable(table, wire_name(table, name)));
    std::vector<messages::Hop> through;
    if (link != nullptr) {
        ROOKERY_TRY(through, Links::path_of(*link));
    }
    if (out.order.size() == orderby_max) {
        return fail(Errc::malformed, "The FetchXML orders by too many columns.");
    }
    out.order.push_back({column, descending, std::move(through)});
    return {};
}

}  // namespace

Result<> read_orders(const Element& entity, const Links& links, messages::Query& out) {
    for (const auto& child : entity.children) {
        if (child.name != "order") continue;
        const Link* link = nullptr;
        if (const auto* alias = child.attribute("entityname")) {
            ROOKERY_TRY(link, links.find(child, *alias));
        }
        ROOKERY_CHECK(read_order(child, link, out));
    }
    for (const auto* link : links.in_order()) {
        for (const auto& child : link->element->children) {
            if (child.name == "order") ROOKERY_CHECK(read_order(child, link, out));
        }
    }
    return {};
}

}  // namespace rookery::odata::fetchxml
