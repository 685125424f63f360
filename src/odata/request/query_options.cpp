#include "odata/request/query_options.hpp"

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

/// Options without a dollar sign are tolerated when they mean nothing, which one of these in another case does not: the whole
/// table would come.
constexpr std::string_view without_dollar[] = {"fetchXml", "savedQuery", "userQuery", "sql"};

bool is_misspelt(std::string_view name) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::any_of(without_dollar, [&](std::string_view known) {
        return std::ranges::equal(known, name, {}, lower, lower);
    });
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
        {"savedQuery", &out.saved_query},
        {"userQuery", &out.user_query},
    };
    for (const auto& [option, slot] : known) {
        if (name != option) continue;
        if (slot->has_value()) return twice();
        *slot = std::move(value);
        return {};
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
    if (is_misspelt(name)) {
        return fail(
            Errc::malformed,
            "The query option '" + std::string{showable(name)} + "' is written in another case."
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
