#include "odata/request/list.hpp"

#include "odata/request/apply.hpp"
#include "odata/request/canonical.hpp"
#include "odata/request/filter_parser.hpp"
#include "odata/request/hop.hpp"
#include "odata/request/paging_token.hpp"
#include "odata/request/selection.hpp"

#include <utility>

namespace rookery::odata {
namespace {

Result<> read_count(const QueryOptions& options, messages::RetrieveMultiple& out) {
    if (!options.count) return {};
    if (*options.count != "true" && *options.count != "false") {
        return fail(Errc::malformed, "The $count option must be true or false.");
    }
    out.count = *options.count == "true";
    return {};
}

Result<> read_top(RequestReader& request, messages::Query& out) {
    if (!request.options().top) return {};
    ROOKERY_TRY(const auto top, parse_top(*request.options().top));
    // dataverse: $top is ignored together with odata.maxpagesize.
    if (!request.headers().max_page_size) out.top = top;
    return {};
}

Result<> read_page(RequestReader& request, messages::Query& out) {
    const auto& size = request.headers().max_page_size;
    out.page_size = size.value_or(page_size_max);
    request.keep_target();
    if (size) request.applied("odata.maxpagesize=" + std::to_string(*size));
    if (!request.options().skiptoken) return {};
    ROOKERY_TRY(auto token, unwrap_paging_token(*request.options().skiptoken));
    request.context().page_number = token.page;
    out.paging_token = std::move(token.bytes);
    return {};
}

Result<> read_shown_rows(RequestReader& request, messages::RetrieveMultiple& out) {
    ROOKERY_CHECK(request.options_only(
        {"$select", "$filter", "$orderby", "$top", "$count", "$skiptoken", "$expand"}
    ));
    ROOKERY_TRY(auto columns, request.selected(*out.table));
    out.selection = request.shown(std::move(columns));
    ROOKERY_TRY(out.expanded, request.expanded(*out.table, out.selection));
    ROOKERY_CHECK(read_count(request.options(), out));
    ROOKERY_CHECK(read_top(request, out));
    return read_page(request, out);
}

/// Everything but the columns.
Result<> check_tracked_options(const RequestReader& request) {
    const auto& options = request.options();
    const std::pair<std::string_view, bool> given[] = {
        {"$filter", options.filter.has_value()},
        {"$orderby", options.orderby.has_value()},
        {"$top", options.top.has_value()},
        {"$count", options.count.has_value()},
        {"$expand", options.expand.has_value()},
        {"UnMaskedData", options.unmasked},
    };
    for (const auto& [name, present] : given) {
        if (!present) continue;
        return fail(
            Errc::malformed,
            "The \"" + std::string{name} +
                "\" query parameter isn't supported when Change Tracking is enabled."
        );
    }
    return {};
}

Result<> check_tracks(const schema::Table& table) {
    if (table.tracks_changes) return {};
    return fail(
        Errc::unsupported,
        "Change Tracking is not enabled for the table '" + std::string{table.name} + "'."
    );
}

/// What a delta link, or a count of its changes, asks for.
Result<messages::Message> read_changes(
    RequestReader& request, const schema::Table& table, Counting counting
) {
    ROOKERY_CHECK(check_tracks(table));
    ROOKERY_CHECK(check_tracked_options(request));
    messages::RetrieveChanges out;
    out.table = &table;
    out.delta_token = *request.options().deltatoken;
    // A client library ends every URL that it follows with one.
    if (out.delta_token.ends_with('/')) out.delta_token.pop_back();
    if (counting == Counting::only) {
        ROOKERY_CHECK(request.options_only({"$deltatoken"}));
        out.count_only = true;
        return messages::Message{std::move(out)};
    }
    ROOKERY_CHECK(request.options_only({"$select", "$deltatoken"}));
    // That of the list that it follows.
    messages::RetrieveMultiple followed;
    followed.table = &table;
    ROOKERY_TRY(auto columns, request.selected(table));
    followed.selection = request.shown(std::move(columns));
    ROOKERY_CHECK(read_page(request, followed));
    out.query_digest = query_digest(followed);
    out.selection = std::move(followed.selection);
    out.page_size = followed.page_size;
    return messages::Message{std::move(out)};
}

/// A filter beside it would be of the rows in one reading, and of the groups in another.
Result<> check_filter_beside_apply(const QueryOptions& options) {
    if (!options.filter) return {};
    return fail(
        Errc::unsupported,
        "$filter beside $apply is not supported: write filter(...)/ before the aggregation."
    );
}

Result<messages::Message> read_applied(
    RequestReader& request, const schema::Table& table, std::optional<messages::Within> within
) {
    const auto& options = request.options();
    ROOKERY_CHECK(check_filter_beside_apply(options));
    ROOKERY_CHECK(request.options_only({"$apply", "$orderby", "$top", "$skiptoken"}));
    messages::RetrieveAggregate out;
    out.table = &table;
    out.within = std::move(within);
    ROOKERY_TRY(auto applied, parse_apply(table, *options.apply, options));
    out.filter = std::move(applied.filter);
    out.aggregation = std::move(applied.aggregation);
    out.joins = std::move(applied.joins);
    ROOKERY_CHECK(check_joins(out));
    if (options.orderby) {
        ROOKERY_TRY(out.aggregation.order, parse_group_order(out.aggregation, *options.orderby));
    }
    out.selection = request.shown({});
    ROOKERY_CHECK(read_top(request, out));
    ROOKERY_CHECK(read_page(request, out));
    out.query_digest = query_digest(out);
    return messages::Message{std::move(out)};
}

}  // namespace

Result<messages::Message> read_list(
    RequestReader& request, const schema::Table& table, std::optional<messages::Within> within,
    Counting counting
) {
    request.context().table = &table;
    if (request.options().deltatoken && !within) {
        ROOKERY_CHECK(request.allow({"GET"}));
        return read_changes(request, table, counting);
    }
    if (request.options().apply && counting == Counting::with_rows) {
        return read_applied(request, table, std::move(within));
    }
    messages::RetrieveMultiple out;
    out.table = &table;
    out.within = std::move(within);
    if (counting == Counting::only) {
        ROOKERY_CHECK(request.allow({"GET"}));
        ROOKERY_CHECK(request.options_only({"$filter"}));
        out.count_only = true;
    } else {
        out.track_changes = request.headers().track_changes;
        if (out.track_changes) {
            ROOKERY_CHECK(check_tracks(table));
            ROOKERY_CHECK(check_tracked_options(request));
            request.applied("odata.track-changes");
        }
        ROOKERY_CHECK(read_shown_rows(request, out));
    }
    const auto& options = request.options();
    if (options.filter) {
        ROOKERY_TRY(out.filter, parse_filter(table, *options.filter, options));
    }
    if (options.orderby) {
        ROOKERY_TRY(out.order, parse_orderby(table, *options.orderby));
    }
    ROOKERY_CHECK(check_joins(out));
    out.query_digest = query_digest(out);
    return messages::Message{std::move(out)};
}

}  // namespace rookery::odata
