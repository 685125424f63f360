#include "odata/fetchxml/fetch_query.hpp"

#include "odata/fetchxml/attribute_rules.hpp"
#include "odata/fetchxml/fetch_aggregate.hpp"
#include "odata/fetchxml/fetch_columns.hpp"
#include "odata/fetchxml/fetch_distinct.hpp"
#include "odata/fetchxml/fetch_element.hpp"
#include "odata/fetchxml/fetch_filter.hpp"
#include "odata/fetchxml/fetch_link.hpp"
#include "odata/fetchxml/fetch_order.hpp"
#include "odata/fetchxml/link_columns.hpp"
#include "odata/fetchxml/link_joins.hpp"
#include "odata/fetchxml/paging_cookie.hpp"
#include "odata/request/canonical.hpp"
#include "odata/request/paging_token.hpp"
#include "odata/request/selection.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace rookery::odata::fetchxml {
namespace {

using messages::RetrieveMultiple;
using messages::RowSource;
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
    {"datasource"},
    {"min-active-row-version", not_built},
    {"no-lock", ignored},
    {"latematerialize", ignored},
    {"options", ignored},
    {"useraworderby", ignored},
    {"version", ignored},
    {"mapping", ignored},
    {"output-format", ignored},
    {"savedqueryid", ignored},
    {"utc-offset", ignored},  // dates are those of UTC, for everybody
};

constexpr AttributeRule entity_attributes[] = {
    {"name"},
    {"enableprefiltering", ignored},  // both are of reports
    {"prefilterparametername", ignored},
};

/// The rows of a datasource that is named.
Result<RowSource> source_of(const Element& fetch) {
    const auto* name = fetch.attribute("datasource");
    if (name == nullptr || name->empty()) return RowSource::live;
    for (const auto source : {RowSource::deleted, RowSource::retained}) {
        if (*name == messages::datasource_of(source)) return source;
    }
    return attribute_error(fetch, "datasource", "must be 'bin' or 'retained'");
}

/// Rows that are kept and not there stand by themselves.
Result<RowSource> read_source(const Element& fetch, const Links& links) {
    ROOKERY_TRY(const auto source, source_of(fetch));
    if (source == RowSource::live) return source;
    const auto beside = "is not supported beside the datasource '" +
                        std::string{messages::datasource_of(source)} + "'.";
    for (const auto* attribute : {"aggregate", "distinct"}) {
        ROOKERY_TRY(const bool asked, flag_of(fetch, attribute));
        if (!asked) continue;
        return fail(
            Errc::unsupported,
            "The attribute '" + std::string{attribute} + "' of the FetchXML " + beside
        );
    }
    if (!links.all().empty()) {
        return fail(Errc::unsupported, "The FetchXML element 'link-entity' " + beside);
    }
    return source;
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

/// The row that the query is kept as, if it is one. Its id was read before.
std::optional<storage::RowRef> kept_as(const RequestReader& request) {
    const auto& options = request.options();
    const auto& given = options.saved_query ? options.saved_query : options.user_query;
    const auto id = given ? Uuid::parse(*given) : std::nullopt;
    if (!id) return std::nullopt;
    const auto& table = options.saved_query ? schema::known::savedquery : schema::known::userquery;
    return storage::RowRef{table.id, *id};
}

/// Which page is asked for, and where it begins: at a cookie of the page before; a cookie of any other page means nothing.
Result<> begin_page(
    RequestReader& request, const Element& fetch, std::optional<std::uint32_t> page,
    messages::Query& out
) {
    auto& wanted = request.context().page_number;
    const auto* text = fetch.attribute("paging-cookie");
    if (text != nullptr && !text->empty()) {
        ROOKERY_TRY(auto cookie, unwrap_cookie(*text));
        wanted = page.value_or(cookie.page + 1);
        if (wanted == cookie.page + 1) {
            out.paging_token = std::move(cookie.token);
            return {};
        }
    } else {
        wanted = page.value_or(1);
    }
    out.page = wanted;
    if (std::uint64_t{out.page - 1} * out.page_size <= messages::walked_over_max) return {};
    return fail(
        Errc::paging_limit,
        "A page of FetchXML without the paging-cookie of the page before begins behind at most " +
            std::to_string(messages::walked_over_max) + " rows."
    );
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
    // What asks for its first rows has no pages.
    const bool prefers = preferred && !count && !out.top;
    out.page_size = std::min(count.value_or(prefers ? *preferred : page_size_max), page_size_max);
    if (prefers) request.applied("odata.maxpagesize=" + std::to_string(*preferred));
    ROOKERY_CHECK(begin_page(request, fetch, page, out));
    if (const auto& link = request.options().skiptoken) {
        ROOKERY_TRY(auto token, unwrap_paging_token(*link));
        request.context().page_number = token.page;
        out.paging_token = std::move(token.bytes);
        out.page = 1;
    }
    // Whoever asks by a query that is kept has no place for a cookie.
    const bool paged = !out.kept_as && (count.has_value() || page.has_value() || cookie != nullptr);
    request.context().fetch = paged ? FetchPages::by_cookie : FetchPages::by_link;
    request.keep_target();
    return {};
}

bool shows_row_id(const Table& table, const std::vector<Asked>& asked) {
    const auto* key = table.column(table.primary_id);
    return asked.empty() || std::ranges::find(asked, key, &Asked::column) != asked.end();
}

Result<messages::Message> groups_of(
    RequestReader& request, const Table& table, const Element& fetch, const Element& entity,
    FilterCounts& counts, Links& links, LinkJoins joined, messages::Aggregation aggregation,
    std::optional<messages::Within> within
) {
    ROOKERY_TRY(const bool counted, flag_of(fetch, "returntotalrecordcount"));
    if (counted) {
        return attribute_error(
            fetch, "returntotalrecordcount", "cannot stand beside aggregate and distinct"
        );
    }
    messages::RetrieveAggregate out;
    out.table = &table;
    out.within = std::move(within);
    out.kept_as = kept_as(request);
    out.joins = std::move(joined).take();
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
    if (distinct && are_seen(links)) return {};
    auto& context = request.context();
    context.joined = !links.all().empty();
    ROOKERY_CHECK(show_links(links, out.selection, out, context.expanded));
    return check_link_names(*out.table, out.selection, context);
}

Result<messages::Message> rows_of(
    RequestReader& request, const Table& table, const Element& fetch, const Element& entity,
    FilterCounts& counts, Links& links, std::vector<Asked> asked,
    std::optional<messages::Within> within, RowSource source
) {
    RetrieveMultiple out;
    out.table = &table;
    out.source = source;
    out.within = std::move(within);
    out.kept_as = kept_as(request);
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
    if (out.pairs && out.page > 1) {
        return attribute_error(
            fetch,
            "page",
            "takes the paging-cookie of the page before it beside a link to many rows"
        );
    }
    out.query_digest = query_digest(out);
    return messages::Message{std::move(out)};
}

}  // namespace

Result<const Element*> entity_of(const Element& fetch) {
    if (fetch.name != "fetch" || fetch.children.size() != 1 ||
        fetch.children.front().name != "entity") {
        return fail(Errc::malformed, "The FetchXML must be one element 'fetch' with one 'entity'.");
    }
    ROOKERY_CHECK(check_attributes(fetch, fetch_attributes));
    return &fetch.children.front();
}

Result<std::optional<messages::Filter>> read_rows(const Table& table, const Element& entity) {
    ROOKERY_CHECK(check_entity(table, entity));
    FilterCounts counts;
    Links links(counts);
    ROOKERY_CHECK(links.read(table, entity));
    return read_conditions(table, entity, counts, links);
}

Result<messages::Message> read_fetch(
    RequestReader& request, const Table& table, std::string_view text,
    std::optional<messages::Within> within
) {
    request.context().table = &table;
    ROOKERY_TRY(const auto fetch, read_xml(text));
    ROOKERY_TRY(const auto* asked_of, entity_of(fetch));
    const auto& entity = *asked_of;
    ROOKERY_CHECK(check_entity(table, entity));
    FilterCounts counts;
    Links links(counts);
    ROOKERY_CHECK(links.read(table, entity));
    ROOKERY_TRY(const auto source, read_source(fetch, links));
    ROOKERY_TRY(const bool aggregated, flag_of(fetch, "aggregate"));
    ROOKERY_TRY(const bool distinct, flag_of(fetch, "distinct"));
    const auto grouped = [&](LinkJoins joined, auto groups) {
        return groups_of(
            request,
            table,
            fetch,
            entity,
            counts,
            links,
            std::move(joined),
            std::move(groups),
            std::move(within)
        );
    };
    if (aggregated) {
        LinkJoins joined(links, LinkJoins::Which::counted);
        ROOKERY_TRY(auto aggregation, read_aggregation(table, fetch, entity, joined));
        return grouped(std::move(joined), std::move(aggregation));
    }
    if (fetch.attribute("aggregatelimit") != nullptr) {
        return attribute_error(fetch, "aggregatelimit", "takes a fetch with aggregate='true'");
    }
    ROOKERY_TRY(auto asked, read_attributes(table, entity));
    // A list that shows the row's id has no two rows that are the same, but by what it shows of linked ones.
    if (distinct && (!shows_row_id(table, asked) || have_columns(links))) {
        if (asked.empty()) return fail(names_no_columns());
        LinkJoins joined(links, LinkJoins::Which::shown);
        ROOKERY_TRY(auto groups, distinct_rows(table, entity, links, joined, asked));
        name_in_context(request, asked);
        return grouped(std::move(joined), std::move(groups));
    }
    return rows_of(
        request, table, fetch, entity, counts, links, std::move(asked), std::move(within), source
    );
}

}  // namespace rookery::odata::fetchxml
