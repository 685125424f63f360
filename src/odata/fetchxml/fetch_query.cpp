#include "odata/fetchxml/fetch_query.hpp"

#include "odata/fetchxml/attribute_rules.hpp"
#include "odata/fetchxml/fetch_aggregate.hpp"
#include "odata/fetchxml/fetch_element.hpp"
#include "odata/fetchxml/fetch_filter.hpp"
#include "odata/fetchxml/fetch_link.hpp"
#include "odata/fetchxml/link_columns.hpp"
#include "odata/fetchxml/paging_cookie.hpp"
#include "odata/request/aggregable.hpp"
#include "odata/request/canonical.hpp"
#include "odata/request/filter_parser.hpp"
#include "odata/request/lexer.hpp"
#include "odata/request/paging_token.hpp"
#include "odata/request/selection.hpp"

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
    {"distinct"},
    {"aggregate"},
    {"aggregatelimit"},
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
    {"alias"},
    // A designer of queries leaves "false" in these; what they ask for takes <fetch aggregate="true">.
    {"aggregate", aggregates_alone},
    {"rowaggregate", not_built},
    {"distinct", aggregates_alone},
    {"groupby", aggregates_alone},
    {"dategrouping", aggregates_alone},
    {"usertimezone", ignored},
};

constexpr AttributeRule order_attributes[] = {
    {"attribute"},
    {"descending"},
    {"alias", aggregates_alone},
    {"entityname"},
};

/// A column, and the name that the answer has it under.
struct Asked {
    const schema::Column* column = nullptr;
    std::string name;
    bool renamed = false;
};

/// Those of the elements `attribute`, in their order; nothing for all of them.
Result<std::vector<Asked>> read_attributes(const Table& table, const Element& entity) {
    std::vector<Asked> out;
    for (const auto& child : entity.children) {
        if (child.name == "all-attributes") return std::vector<Asked>{};
        if (child.name != "attribute") continue;
        ROOKERY_CHECK(check_attributes(child, attribute_attributes));
        ROOKERY_TRY(const auto name, required(child, "name"));
        const auto wire = wire_name(table, name);
        const auto* column = table.property(wire);
        if (column == nullptr || !is_selectable(table, wire)) {
            return fail(no_such_property(table, name));
        }
        const auto* alias = child.attribute("alias");
        const bool renamed = alias != nullptr && *alias != wire;
        if (renamed && !is_name(*alias)) return attribute_error(child, "alias", "is not a name");
        const auto same = std::ranges::find(out, column, &Asked::column);
        if (same == out.end()) {
            out.push_back({column, std::string{renamed ? std::string_view{*alias} : wire}, renamed}
            );
        } else if (renamed || same->renamed) {
            return attribute_error(child, "name", "names a column twice, under two names");
        }
    }
    return out;
}

Result<> check_names(const std::vector<Asked>& asked) {
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const auto count = std::ranges::count(asked, asked[i].name, &Asked::name);
        if (count == 1) continue;
        return fail(
            Errc::duplicate_alias,
            "The alias '" + asked[i].name + "' is used more than once in the FetchXML."
        );
    }
    return {};
}

void name_in_context(RequestReader& request, const std::vector<Asked>& asked) {
    auto& names = request.context().select;
    for (const auto& one : asked) {
        if (!names.empty()) names += ',';
        names += one.name;
    }
}

/// With the primary key, which is always shown.
Result<> show_columns(
    RequestReader& request, const Table& table, std::vector<Asked> asked, RetrieveMultiple& out
) {
    name_in_context(request, asked);
    const auto* key = table.column(table.primary_id);
    if (!asked.empty() && key != nullptr &&
        std::ranges::find(asked, key, &Asked::column) == asked.end()) {
        asked.push_back({key, std::string{key->wire_name()}, false});
    }
    ROOKERY_CHECK(check_names(asked));
    auto& context = request.context();
    std::vector<const schema::Column*> columns;
    for (auto& one : asked) {
        columns.push_back(one.column);
        if (one.renamed) context.renamed.emplace_back(one.column, std::move(one.name));
    }
    out.selection = request.shown(std::move(columns));
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
Result<std::optional<messages::Filter>> read_conditions(
    const Table& table, const Element& entity, FilterCounts& counts, Links& links
) {
    ROOKERY_TRY(auto filter, read_filters(table, entity.children, counts, &links));
    auto terms = links.conditions();
    if (filter) terms.insert(terms.begin(), std::move(*filter));
    if (terms.empty()) return std::optional<messages::Filter>{};
    if (terms.size() == 1) return std::optional{std::move(terms.front())};
    return std::optional{messages::Filter{messages::All{std::move(terms)}}};
}

Result<> check_entity(const Table& table, const Element& entity) {
    ROOKERY_CHECK(check_attributes(entity, entity_attributes));
    ROOKERY_TRY(const auto name, required(entity, "name"));
    if (name != table.name) {
        return fail(
            Errc::other_table,
            "The entity of the FetchXML is not the one that the URL names, '" +
                std::string{table.name} + "'."
        );
    }
    for (const auto& child : entity.children) {
        const auto is = [&](std::string_view element) { return child.name == element; };
        if (!is("order") && !is("attribute") && !is("all-attributes") && !is("filter") &&
            !is("link-entity")) {
            return misplaced(child);
        }
    }
    return {};
}

/// A query that says itself which page it wants has no next link.
Result<> read_pages(RequestReader& request, const Element& fetch, messages::Query& out) {
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
    } else {
        out.page = page.value_or(1);
        if (std::uint64_t{out.page - 1} * out.page_size > messages::walked_over_max) {
            return fail(
                Errc::paging_limit,
                "A page of FetchXML without its paging-cookie begins behind at most " +
                    std::to_string(messages::walked_over_max) + " rows."
            );
        }
    }
    if (const auto& link = request.options().skiptoken) {
        ROOKERY_TRY(auto token, unwrap_paging_token(*link));
        request.context().page_number = token.page;
        out.paging_token = std::move(token.bytes);
        out.page = 1;
    }
    const bool paged = count.has_value() || page.has_value() || cookie != nullptr;
    request.context().fetch = paged ? FetchPages::by_cookie : FetchPages::by_link;
    request.keep_target();
    return {};
}

/// Groups are of the entity's own rows, each taken once: a link may ask about others, and no more.
Result<> check_links_beside_groups(const Links& links) {
    const auto has_order = [](const Link* link) {
        return std::ranges::find(link->element->children, "order", &Element::name) !=
               link->element->children.end();
    };
    if (!are_seen(links) && std::ranges::none_of(links.in_order(), has_order)) return {};
    return fail(
        Errc::unsupported,
        "A FetchXML link to many rows, and one that shows or orders by columns, is not supported "
        "beside aggregate and distinct.",
        "ask for rows that are linked with link-type exists or any"
    );
}

/// The rows without those that are the same in all columns: groups by them. A list that shows the row's id has no such
/// rows, and is none of these.
Result<messages::Aggregation> distinct_rows(
    const Table& table, const Element& entity, const Links& links, const std::vector<Asked>& asked
) {
    messages::Aggregation out;
    out.distinct = true;
    out.rows_max =
        std::numeric_limits<std::uint32_t>::max();  // its work and its memory are bounded
    for (const auto& one : asked) {
        ROOKERY_TRY(const auto* column, aggregable(table, one.column->wire_name()));
        ROOKERY_CHECK(check_new_name(out, one.name));
        out.keys.push_back({column, messages::DatePart::none, one.name});
    }
    RetrieveMultiple ordered;
    ordered.table = &table;
    ROOKERY_CHECK(read_orders(entity, links, ordered));
    for (const auto& by : ordered.order) {
        const auto key = std::ranges::find(out.keys, by.column, &messages::GroupKey::column);
        if (key == out.keys.end() || !by.through.empty()) {
            return fail(
                Errc::malformed, "A distinct FetchXML orders by columns that it has as attributes."
            );
        }
        out.order.push_back({static_cast<std::size_t>(key - out.keys.begin()), by.descending});
    }
    return out;
}

bool shows_row_id(const Table& table, const std::vector<Asked>& asked) {
    const auto* key = table.column(table.primary_id);
    return asked.empty() || std::ranges::find(asked, key, &Asked::column) != asked.end();
}

Result<messages::Message> groups_of(
    RequestReader& request, const Table& table, const Element& fetch, const Element& entity,
    FilterCounts& counts, Links& links, messages::Aggregation aggregation
) {
    ROOKERY_TRY(const bool counted, flag_of(fetch, "returntotalrecordcount"));
    if (counted) {
        return attribute_error(
            fetch, "returntotalrecordcount", "cannot stand beside aggregate and distinct"
        );
    }
    messages::RetrieveAggregate out;
    out.table = &table;
    out.aggregation = std::move(aggregation);
    out.selection = request.shown({});
    ROOKERY_TRY(out.filter, read_conditions(table, entity, counts, links));
    ROOKERY_CHECK(read_pages(request, fetch, out));
    out.query_digest = query_digest(out);
    return messages::Message{std::move(out)};
}

/// With `distinct` each row comes once, however many are linked to it.
Result<> show_linked(
    RequestReader& request, const Links& links, bool distinct, RetrieveMultiple& out
) {
    if (distinct && are_seen(links)) {
        if (!have_columns(links)) return {};
        return fail(
            Errc::unsupported,
            "The attribute 'distinct' of the FetchXML is not supported beside the columns of a "
            "link."
        );
    }
    request.context().joined = !links.all().empty();
    return show_links(links, out.selection, out, request.context().expanded);
}

Result<messages::Message> rows_of(
    RequestReader& request, const Table& table, const Element& fetch, const Element& entity,
    FilterCounts& counts, Links& links, std::vector<Asked> asked
) {
    RetrieveMultiple out;
    out.table = &table;
    ROOKERY_TRY(const bool distinct, flag_of(fetch, "distinct"));
    ROOKERY_CHECK(read_orders(entity, links, out));
    ROOKERY_CHECK(show_columns(request, table, std::move(asked), out));
    ROOKERY_TRY(out.filter, read_conditions(table, entity, counts, links));
    ROOKERY_CHECK(show_linked(request, links, distinct, out));
    ROOKERY_TRY(out.count, flag_of(fetch, "returntotalrecordcount"));
    if (out.pairs && out.count) {
        return fail(
            Errc::unsupported,
            "The attribute 'returntotalrecordcount' of the FetchXML is not supported beside a link "
            "to many rows."
        );
    }
    ROOKERY_CHECK(read_pages(request, fetch, out));
    out.query_digest = query_digest(out);
    return messages::Message{std::move(out)};
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
    const auto& entity = fetch.children.front();
    ROOKERY_CHECK(check_entity(table, entity));
    FilterCounts counts;
    Links links(counts);
    ROOKERY_CHECK(links.read(table, entity));
    ROOKERY_TRY(const bool aggregated, flag_of(fetch, "aggregate"));
    ROOKERY_TRY(const bool distinct, flag_of(fetch, "distinct"));
    if (aggregated) {
        ROOKERY_CHECK(check_links_beside_groups(links));
        ROOKERY_TRY(auto aggregation, read_aggregation(table, fetch, entity));
        return groups_of(request, table, fetch, entity, counts, links, std::move(aggregation));
    }
    if (fetch.attribute("aggregatelimit") != nullptr) {
        return attribute_error(fetch, "aggregatelimit", "takes a fetch with aggregate='true'");
    }
    ROOKERY_TRY(auto asked, read_attributes(table, entity));
    if (distinct && !shows_row_id(table, asked)) {
        ROOKERY_CHECK(check_links_beside_groups(links));
        ROOKERY_TRY(auto groups, distinct_rows(table, entity, links, asked));
        name_in_context(request, asked);
        return groups_of(request, table, fetch, entity, counts, links, std::move(groups));
    }
    return rows_of(request, table, fetch, entity, counts, links, std::move(asked));
}

}  // namespace rookery::odata::fetchxml
