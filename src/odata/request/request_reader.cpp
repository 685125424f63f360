#include "odata/request/request_reader.hpp"

#include "odata/request/expand.hpp"
#include "odata/request/selection.hpp"
#include "odata/request/utf8.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::odata {

Result<> RequestReader::read_head() {
    if (target_ == Target::bounded && request_.target.size() > target_bytes_max) {
        return fail(Errc::malformed, "The request URL is too long.");
    }
    if (is_absolute(request_.target) && !context_.origin.path_of(request_.target)) {
        return fail(Errc::malformed, "The request URL is of another service.");
    }
    const auto target = path_and_query(request_.target);
    const auto visible = [](char c) { return c > 0x20 && c < 0x7F; };
    if (!std::all_of(target.begin(), target.end(), visible) ||
        target.find('#') != std::string_view::npos) {
        return fail(Errc::malformed, "The request URL holds characters that must be escaped.");
    }
    const auto question = target.find('?');
    ROOKERY_TRY(path_, read_path(target.substr(0, question)));
    context_.version = path_.version;
    // Known from here on, so that a rejected request is on the record with its table.
    if (!path_.segments.empty()) context_.table = schema::table_by_set(path_.segments[0].name());
    ROOKERY_TRY(headers_, read_headers(request_));
    context_.annotations = headers_.annotations;
    context_.metadata = headers_.metadata;
    context_.int64_as_text = headers_.int64_as_text;
    if (question != std::string_view::npos) {
        ROOKERY_TRY(options_, read_query_options(target.substr(question + 1)));
    }
    return check_tracking();
}

/// A preference may be ignored, but whoever follows changes would wait for a link that never comes.
Result<> RequestReader::check_tracking() const {
    if (!headers_.track_changes) return {};
    const bool rows = request_.method == "GET" && path_.segments.size() == 1 &&
                      !path_.segments[0].arguments() &&
                      schema::table_by_set(path_.segments[0].name()) != nullptr;
    if (rows && !options_.asks_by_fetch()) return {};
    return fail(
        Errc::unsupported, "The preference 'odata.track-changes' is for the rows of a table alone."
    );
}

Result<> RequestReader::allow(std::initializer_list<std::string_view> methods) {
    context_.allow.clear();
    if (std::ranges::find(methods, request_.method) != methods.end()) return {};
    for (const auto method : methods) {
        if (!context_.allow.empty()) context_.allow += ", ";
        context_.allow += method;
    }
    return fail(
        Errc::method_not_allowed,
        "The requested resource does not support http method '" +
            std::string{showable(request_.method)} + "'."
    );
}

Result<> RequestReader::options_only(std::initializer_list<std::string_view> allowed) const {
    const std::pair<std::string_view, bool> given[] = {
        {"$select", options_.select.has_value()},
        {"$filter", options_.filter.has_value()},
        {"$orderby", options_.orderby.has_value()},
        {"$top", options_.top.has_value()},
        {"$count", options_.count.has_value()},
        {"$expand", options_.expand.has_value()},
        {"$apply", options_.apply.has_value()},
        {"$skiptoken", options_.skiptoken.has_value()},
        {"$deltatoken", options_.deltatoken.has_value()},
        {"$id", options_.id.has_value()},
        {"fetchXml", options_.fetch_xml.has_value()},
        {"savedQuery", options_.saved_query.has_value()},
        {"userQuery", options_.user_query.has_value()},
    };
    for (const auto& [name, present] : given) {
        if (!present || std::ranges::find(allowed, name) != allowed.end()) continue;
        return fail(
            Errc::malformed,
            "The query option '" + std::string{name} + "' cannot be used with this resource."
        );
    }
    return {};
}

Result<> RequestReader::check_writable(const schema::Table& table, std::string_view message) {
    if (table.writable) return {};
    context_.allow = table.removable ? "GET, DELETE" : "GET";
    return fail(
        Errc::method_not_allowed,
        "The '" + std::string{message} + "' method does not support entities of type '" +
            std::string{table.name} + "'."
    );
}

Result<std::vector<const schema::Column*>> RequestReader::selected(const schema::Table& table) {
    if (!options_.select) return std::vector<const schema::Column*>{};
    ROOKERY_TRY(auto select, parse_select(table, *options_.select));
    context_.select = std::move(select.names);
    return std::move(select.columns);
}

messages::Selection RequestReader::shown(std::vector<const schema::Column*> columns) {
    messages::Selection out;
    out.columns = std::move(columns);
    out.unmasked = options_.unmasked;
    out.annotations = headers_.annotations.formatted_value;
    if (!headers_.annotations_text.empty()) {
        applied("odata.include-annotations=\"" + headers_.annotations_text + "\"");
    }
    return out;
}

Result<std::vector<messages::Expansion>> RequestReader::expanded(
    const schema::Table& table, const messages::Selection& shown
) {
    if (!options_.expand) return std::vector<messages::Expansion>{};
    ROOKERY_TRY(auto out, parse_expand(table, *options_.expand, shown));
    if (!context_.select.empty()) context_.select += ',';
    context_.select += out.context;
    context_.expanded = std::move(out.names);
    // dataverse: of an audit they are null, whoever it was.
    if (table.of_log) {
        for (auto& one : out.expansions) one.to.clear();
    }
    return std::move(out.expansions);
}

Result<messages::Representation> RequestReader::representation(const schema::Table& table) {
    ROOKERY_TRY(auto columns, selected(table));
    if (!headers_.representation) {
        // Well-formed all the same.
        ROOKERY_CHECK(expanded(table, {}));
        return messages::Representation{};
    }
    applied("return=representation");
    messages::Representation out{true, shown(std::move(columns)), {}};
    ROOKERY_TRY(out.expanded, expanded(table, out.selection));
    return out;
}

Result<std::optional<std::string>> RequestReader::fetch_of(const schema::Table& table) {
    const std::pair<const schema::Table*, const std::optional<std::string>*> kept[] = {
        {&schema::known::savedquery, &options_.saved_query},
        {&schema::known::userquery, &options_.user_query},
    };
    if (!options_.asks_by_fetch()) return std::optional<std::string>{};
    ROOKERY_CHECK(options_only({"fetchXml", "savedQuery", "userQuery", "$skiptoken"}));
    auto out = options_.fetch_xml;
    if (out.has_value() + options_.saved_query.has_value() + options_.user_query.has_value() > 1) {
        return fail(Errc::malformed, "A list is asked for by one query, and not by two.");
    }
    for (const auto& [kept_in, given] : kept) {
        if (!*given) continue;
        const auto id = Uuid::parse(**given);
        if (!id) return fail(Errc::malformed, "The id of a kept query is not a GUID.");
        if (!queries_) return fail(Errc::unsupported, "No query is kept here.");
        auto fetch = queries_(*kept_in, *id, table);
        if (!fetch) {
            context_.table = kept_in;
            context_.refused_row = *id;
            return fail(fetch.error());
        }
        out = std::move(*fetch);
    }
    return out;
}

void RequestReader::applied(std::string_view preference) {
    if (!context_.preference_applied.empty()) context_.preference_applied += ", ";
    context_.preference_applied += preference;
}

Result<JsonValue> RequestReader::json_body() const {
    ROOKERY_CHECK(check_content_type(request_));
    return parse_json(request_.body_text());
}

}  // namespace rookery::odata
