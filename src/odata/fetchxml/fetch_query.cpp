#include "odata/fetchxml/fetch_query.hpp"

#include "odata/fetchxml/attribute_rules.hpp"
#include "odata/fetchxml/fetch_element.hpp"
#include "odata/fetchxml/fetch_filter.hpp"
#include "odata/fetchxml/fetch_link.hpp"
#include "odata/fetchxml/link_columns.hpp"
#include "odata/fetchxml/paging_cookie.hpp"
#include "odata/request/canonical.hpp"
#include "odata/request/filter_parser.hpp"
#include "odata/request/lexer.hpp"
#include "odata/request/paging_token.hpp"
#include "odata/request/selection.hpp"
#include "odata/request/utf8.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace rookery::odata::fetchxml {
namespace {

using messages::RetrieveMultiple;
using schema::Table;

using enum AttributeUse;

constexpr AttributeRule fetch_attributes[] = {
    {"top"},
    {"count"},
    {"page"},
    {"paging-cookie"},
    {"returntotalrecordcount"},
    {"distinct", not_built},
    {"aggregate", not_built},
    {"aggregatelimit", not_built},
    {"datasource", not_built},
    {"no-lock", ignored},
    {"latematerialize", ignored},
    {"options", ignored},
    {"useraworderby", ignored},
    {"version", ignored},
    {"mapping", ignored},
    {"output-format", ignored},
};

constexpr AttributeRule entity_attributes[] = {{"name"}};

constexpr AttributeRule attribute_attributes[] = {
    {"name"},
    {"alias", not_built},
    {"aggregate", not_built},
    {"distinct", not_built},
    {"groupby", not_built},
    {"dategrouping", not_built},
    {"usertimezone", not_built},
};

constexpr AttributeRule order_attributes[] = {
    {"attribute"},
    {"descending"},
    {"alias", not_built},
    {"entityname"},
};

tl::unexpected<Error> misplaced(const Element& element) {
    return fail(
        Errc::malformed,
        "The FetchXML element '" + std::string{showable(element.name)} +
            "' is not known, or stands where it cannot."
    );
}

Result<std::string_view> required(const Element& element, std::string_view attribute) {
    const auto* value = element.attribute(attribute);
    if (value == nullptr) return attribute_error(element, attribute, "is missing");
    return std::string_view{*value};
}

/// By the logical name, which a lookup has too.
std::string_view wire_name(const Table& table, std::string_view logical_name) {
    const auto* column = table.column(logical_name);
    return column == nullptr ? logical_name : column->wire_name();
}

Result<> read_columns(RequestReader& request, const Element& entity, RetrieveMultiple& out) {
    std::string names;
    bool everything = true;
    for (const auto& child : entity.children) {
        if (child.name == "all-attributes") {
            names.clear();
            break;
        }
        if (child.name != "attribute") continue;
        ROOKERY_CHECK(check_attributes(child, attribute_attributes));
        ROOKERY_TRY(const auto name, required(child, "name"));
        if (!is_name(name)) return fail(no_such_property(*out.table, name));
        if (!names.empty()) names += ',';
        names += wire_name(*out.table, name);
        everything = false;
    }
    Select select;
    if (!everything && !names.empty()) {
        ROOKERY_TRY(select, parse_select(*out.table, names));
    }
    request.context().select = std::move(select.names);
    out.selection = request.shown(std::move(select.columns));
    return {};
}

/// `link`: null for an order of the entity's own columns.
Result<> read_order(const Element& order, const Link* link, RetrieveMultiple& out) {
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

/// Those of the entity first, which may name a link, then those that stand in links.
Result<> read_orders(const Element& entity, const Links& links, RetrieveMultiple& out) {
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

/// What the entity's filters and its links ask for.
Result<> read_conditions(
    const Element& entity, FilterCounts& counts, Links& links, RetrieveMultiple& out
) {
    ROOKERY_TRY(out.filter, read_filters(*out.table, entity.children, counts, &links));
    auto terms = links.conditions();
    if (terms.empty()) return {};
    if (out.filter) terms.insert(terms.begin(), std::move(*out.filter));
    if (terms.size() == 1) {
        out.filter = std::move(terms.front());
    } else {
        out.filter = messages::Filter{messages::All{std::move(terms)}};
    }
    return {};
}

Result<> read_entity(RequestReader& request, const Element& entity, RetrieveMultiple& out) {
    ROOKERY_CHECK(check_attributes(entity, entity_attributes));
    ROOKERY_TRY(const auto name, required(entity, "name"));
    if (name != out.table->name) {
        return fail(
            Errc::other_table,
            "The entity of the FetchXML is not the one that the URL names, '" +
                std::string{out.table->name} + "'."
        );
    }
    for (const auto& child : entity.children) {
        const auto is = [&](std::string_view element) { return child.name == element; };
        if (!is("attribute") && !is("all-attributes") && !is("filter") && !is("order") &&
            !is("link-entity")) {
            return misplaced(child);
        }
    }
    FilterCounts counts;
    Links links(counts);
    ROOKERY_CHECK(links.read(*out.table, entity));
    ROOKERY_CHECK(read_orders(entity, links, out));
    ROOKERY_CHECK(read_columns(request, entity, out));
    ROOKERY_CHECK(read_conditions(entity, counts, links, out));
    request.context().joined = !links.all().empty();
    return show_links(links, out.selection, out, request.context().expanded);
}

/// Whether the query says itself which page it wants: then there is no next link.
Result<bool> read_pages(RequestReader& request, const Element& fetch, RetrieveMultiple& out) {
    const auto& preferred = request.headers().max_page_size;
    ROOKERY_TRY(
        const auto count, number_of(fetch, "count", 1, std::numeric_limits<std::int32_t>::max())
    );
    ROOKERY_TRY(const auto page, number_of(fetch, "page", 1, 1'000'000));
    const auto* cookie = fetch.attribute("paging-cookie");
    ROOKERY_TRY(out.top, number_of(fetch, "top", 1, page_size_max));
    if (out.top && (count || page || cookie != nullptr)) {
        return attribute_error(fetch, "top", "cannot stand beside count, page and paging-cookie");
    }
    out.page_size = std::min(count.value_or(preferred.value_or(page_size_max)), page_size_max);
    if (!count && preferred) request.applied("odata.maxpagesize=" + std::to_string(*preferred));
    request.context().page_number = page.value_or(1);
    if (cookie != nullptr && !cookie->empty()) {
        ROOKERY_TRY(out.paging_token, unwrap_cookie(*cookie));
    } else if (page.value_or(1) > 1) {
        return fail(
            Errc::unsupported, "A page of FetchXML without its paging-cookie is not supported."
        );
    }
    if (const auto& link = request.options().skiptoken) {
        ROOKERY_TRY(auto token, unwrap_paging_token(*link));
        request.context().page_number = token.page;
        out.paging_token = std::move(token.bytes);
    }
    return count.has_value() || page.has_value() || cookie != nullptr;
}

}  // namespace

Result<messages::Message> read_fetch(RequestReader& request, const Table& table) {
    ROOKERY_CHECK(request.options_only({"fetchXml", "$skiptoken"}));
    ROOKERY_TRY(const auto fetch, read_xml(*request.options().fetch_xml));
    if (fetch.name != "fetch" || fetch.children.size() != 1 ||
        fetch.children.front().name != "entity") {
        return fail(Errc::malformed, "The FetchXML must be one element 'fetch' with one 'entity'.");
    }
    ROOKERY_CHECK(check_attributes(fetch, fetch_attributes));
    RetrieveMultiple out;
    out.table = &table;
    ROOKERY_CHECK(read_entity(request, fetch.children.front(), out));
    ROOKERY_TRY(out.count, flag_of(fetch, "returntotalrecordcount"));
    if (out.pairs && out.count) {
        return fail(
            Errc::unsupported,
            "The attribute 'returntotalrecordcount' of the FetchXML is not supported beside a link "
            "to many rows."
        );
    }
    ROOKERY_TRY(const bool paged, read_pages(request, fetch, out));
    request.context().fetch = paged ? FetchPages::by_cookie : FetchPages::by_link;
    request.keep_target();
    out.query_digest = query_digest(out);
    return messages::Message{std::move(out)};
}

}  // namespace rookery::odata::fetchxml
