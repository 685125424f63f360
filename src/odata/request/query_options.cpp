#include "odata/request/query_options.hpp"

#include "base/uuid.hpp"
#include "odata/request/lexer.hpp"
#include "odata/request/percent_decode.hpp"
#include "odata/request/utf8.hpp"

#include <algorithm>

namespace rookery::odata {
namespace {

constexpr std::string_view not_built[] = {
    "$search",
    "$format",
    "$levels",
    "$compute",
    "sql",
};

/// Options that name a query which is kept in a table. There is none.
constexpr std::pair<std::string_view, std::string_view> stored_queries[] = {
    {"savedQuery", "savedquery"},
    {"userQuery", "userquery"},
};

tl::unexpected<Error> no_such_query(std::string_view table, std::string_view value) {
    const auto id = Uuid::parse(value);
    if (!id) return fail(Errc::malformed, "The id of a saved query is not a GUID.");
    return fail(
        Errc::not_found,
        "Entity '" + std::string{table} + "' With Id = " + to_string(*id) + " Does Not Exist"
    );
}

Result<> read_option(QueryOptions& out, std::string name, std::string value) {
    const auto twice = [&] {
        return fail(
            Errc::malformed,
            "Query option '" + std::string{showable(name)} + "' was specified more than once."
        );
    };
    const std::pair<std::string_view, std::optional<std::string>*> known[] = {
        {"$select", &out.select},
        {"$filter", &out.filter},
        {"$orderby", &out.orderby},
        {"$top", &out.top},
        {"$count", &out.count},
        {"$expand", &out.expand},
        {"$apply", &out.apply},
        {"$id", &out.id},
        {"$skiptoken", &out.skiptoken},
        {"$deltatoken", &out.deltatoken},
        {"fetchXml", &out.fetch_xml},
    };
    for (const auto& [option, slot] : known) {
        if (name != option) continue;
        if (slot->has_value()) return twice();
        *slot = std::move(value);
        return {};
    }
    for (const auto& [query, table] : stored_queries) {
        if (name == query) return no_such_query(table, value);
    }
    if (name == "$skip") {
        return fail(Errc::skip_unsupported, "Skip Clause is not supported in CRM");
    }
    if (std::ranges::find(not_built, name) != std::end(not_built)) {
        return fail(Errc::unsupported, "The query option '" + name + "' is not supported.");
    }
    if (name.starts_with('@')) {
        if (!is_name(std::string_view{name}.substr(1))) {
            return fail(Errc::malformed, "A parameter alias is not a name.");
        }
        if (out.alias(name) != nullptr) return twice();
        out.aliases.emplace_back(std::move(name), std::move(value));
        return {};
    }
    if (name.starts_with('$')) {
        return fail(
            Errc::malformed,
            "The query parameter '" + std::string{showable(name)} + "' is not supported."
        );
    }
    return {};
}

}  // namespace

const std::string* QueryOptions::alias(std::string_view name) const {
    const auto found =
        std::ranges::find_if(aliases, [&](const auto& a) { return a.first == name; });
    return found == aliases.end() ? nullptr : &found->second;
}

Result<QueryOptions> read_query_options(std::string_view query) {
    QueryOptions out;
    bool unmasked_seen = false;
    while (!query.empty()) {
        const auto end = query.find('&');
        const auto piece = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
        if (piece.empty()) continue;
        const auto equals = piece.find('=');
        ROOKERY_TRY(auto name, percent_decode(piece.substr(0, equals), Plus::space));
        std::string value;
        if (equals != std::string_view::npos) {
            ROOKERY_TRY(value, percent_decode(piece.substr(equals + 1), Plus::space));
        }
        if (name != "UnMaskedData") {
            ROOKERY_CHECK(read_option(out, std::move(name), std::move(value)));
            continue;
        }
        if (unmasked_seen || (value != "true" && value != "false")) {
            return fail(Errc::malformed, "UnMaskedData must be given once, as true or false.");
        }
        unmasked_seen = true;
        out.unmasked = value == "true";
    }
    return out;
}

}  // namespace rookery::odata
