#include "odata/request/request_headers.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace rookery::odata {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

std::string_view unquoted(std::string_view text) {
    if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"')) {
        return text.substr(1, text.size() - 2);
    }
    return text;
}

/// The elements between `separator`s that stand outside double quotes, trimmed; at least one.
class Elements {
 public:
    Elements(std::string_view text, char separator) : rest_(text), separator_(separator) {}

    /// Nothing after the last.
    std::optional<std::string_view> next() {
        if (ended_) return std::nullopt;
        bool quoted = false;
        std::size_t end = 0;
        for (; end < rest_.size() && (quoted || rest_[end] != separator_); ++end) {
            if (rest_[end] == '"') quoted = !quoted;
        }
        const auto element = trimmed(rest_.substr(0, end));
        ended_ = end == rest_.size();
        rest_.remove_prefix(ended_ ? end : end + 1);
        return element;
    }

 private:
    std::string_view rest_;
    char separator_;
    bool ended_ = false;
};

struct NameValue {
    std::string_view name;
    std::string_view value;
};

NameValue name_value(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return {trimmed(text), {}};
    return {trimmed(text.substr(0, equals)), unquoted(trimmed(text.substr(equals + 1)))};
}

tl::unexpected<Error> bad_header(std::string_view name) {
    return fail(Errc::malformed, "The header '" + std::string{name} + "' is not valid.");
}

/// How closely the pattern ("*", "Microsoft.Dynamics.CRM.*", a full name) names the annotation; nothing: not at all. A full
/// name is closer than any other.
std::optional<std::size_t> closeness(std::string_view pattern, std::string_view annotation) {
    if (pattern == annotation) return annotation.size() + 1;
    if (!pattern.ends_with('*')) return std::nullopt;
    pattern.remove_suffix(1);
    if (!annotation.starts_with(pattern)) return std::nullopt;
    return pattern.size();
}

/// OData 4.01 Protocol, 8.2.8.4: what names it most closely decides, wherever it stands; `-` leaves out. Of two that are
/// as close the one that leaves out.
bool includes(std::string_view patterns, std::string_view annotation) {
    std::optional<std::size_t> closest;
    bool included = false;
    Elements elements{patterns, ','};
    while (const auto element = elements.next()) {
        const bool leaves_out = element->starts_with('-');
        const auto close = closeness(element->substr(leaves_out ? 1 : 0), annotation);
        if (!close || (closest && *close < *closest)) continue;
        included = !leaves_out && (included || close != closest);
        closest = close;
    }
    return included;
}

Annotations read_annotations(std::string_view text) {
    Annotations out;
    const std::pair<std::string_view, bool*> annotations[] = {
        {"OData.Community.Display.V1.FormattedValue", &out.formatted_value},
        {"Microsoft.Dynamics.CRM.lookuplogicalname", &out.lookup_logical_name},
        {"Microsoft.Dynamics.CRM.associatednavigationproperty", &out.navigation_property},
        {"Microsoft.Dynamics.CRM.totalrecordcount", &out.total_record_count},
        {"Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded", &out.limit_exceeded},
        {"Microsoft.Dynamics.CRM.fetchxmlpagingcookie", &out.fetch_cookie},
        {"Microsoft.Dynamics.CRM.morerecords", &out.more_records},
        {"Org.OData.Core.V1.Computed", &out.of_document},
    };
    for (const auto& [name, wanted] : annotations) *wanted = includes(text, name);
    return out;
}

bool printable(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7E; });
}

Result<> read_preference(RequestHeaders& out, std::string_view element) {
    // Parameters of a preference (";") have no meaning here.
    const auto [name, value] = name_value(*Elements{element, ';'}.next());
    if (same(name, "return")) {
        if (value != "representation" && value != "minimal") return {};  // RFC 7240, section 2
        out.representation = value == "representation";
    } else if (same(name, "odata.maxpagesize") || same(name, "maxpagesize")) {
        std::uint32_t size = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), size);
        const bool number = end == value.data() + value.size() && !value.empty();
        if (!number || error == std::errc::invalid_argument ||
            (error == std::errc{} && size == 0)) {
            return bad_header("Prefer");
        }
        // A number too large for the type is larger than the largest page, too.
        out.max_page_size = error == std::errc{} ? std::min(size, page_size_max) : page_size_max;
    } else if (same(name, "odata.include-annotations")) {
        if (value.size() > 1024 || !printable(value) || value.find('"') != std::string_view::npos) {
            return bad_header("Prefer");
        }
        out.annotations_text = value;
        out.annotations = read_annotations(value);
    } else if (same(name, "odata.track-changes")) {
        out.track_changes = true;
    }
    return {};
}

Result<> read_prefer(RequestHeaders& out, const http::Request& request) {
    for (const auto& header : request.headers) {
        if (!same(header.name, "Prefer")) continue;
        Elements preferences{header.value, ','};
        while (const auto preference = preferences.next()) {
            if (!preference->empty()) ROOKERY_CHECK(read_preference(out, *preference));
        }
    }
    return {};
}

Result<> read_accept(RequestHeaders& out, const http::Request& request) {
    const auto* accept = request.header("Accept");
    if (accept == nullptr) return {};
    Elements ranges{*accept, ','};
    while (const auto range = ranges.next()) {
        Elements parameters{*range, ';'};
        while (const auto parameter = parameters.next()) {
            const auto [name, value] = name_value(*parameter);
            if (same(name, "odata.metadata")) {
                if (same(value, "full")) out.metadata = MetadataLevel::full;
                if (same(value, "none")) out.metadata = MetadataLevel::none;
            }
            if (same(name, "IEEE754Compatible")) out.int64_as_text = same(value, "true");
        }
    }
    return {};
}

/// The header's value unless it is absent, empty of meaning or the literal `null` of browsers'
/// clients. Errc::malformed when it is sent twice.
Result<std::string_view> condition(const http::Request& request, std::string_view name) {
    if (request.count(name) > 1) return bad_header(name);
    const auto* value = request.header(name);
    if (value == nullptr) return std::string_view{};
    const auto text = trimmed(*value);
    if (text.empty()) return bad_header(name);
    if (text == "null") return std::string_view{};
    return text;
}

/// W/"n" as this server makes it. Anything else of a tag's form matches no row.
enum class TagForm { ours, foreign, broken };

/// Weakly, "n" is the same as W/"n" (RFC 9110 section 8.8.3.2).
enum class TagComparison { as_sent, weak };

TagForm read_tag(std::string_view tag, TagComparison comparison, std::uint64_t& version) {
    const auto opaque = tag.starts_with("W/") ? tag.substr(2) : tag;
    if (opaque.size() < 2 || !opaque.starts_with('"') || !opaque.ends_with('"'))
        return TagForm::broken;
    const auto digits = opaque.substr(1, opaque.size() - 2);
    if (digits.find('"') != std::string_view::npos) return TagForm::broken;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), version);
    const bool canonical = error == std::errc{} && end == digits.data() + digits.size() &&
                           !digits.empty() && (digits.front() != '0' || digits.size() == 1);
    const bool form = comparison == TagComparison::weak || tag.starts_with("W/");
    return canonical && form ? TagForm::ours : TagForm::foreign;
}

Result<std::vector<std::uint64_t>> read_tags(
    std::string_view text, std::string_view header, TagComparison comparison
) {
    std::vector<std::uint64_t> out;
    Elements tags{text, ','};
    while (const auto tag = tags.next()) {
        std::uint64_t version = 0;
        switch (read_tag(*tag, comparison, version)) {
            case TagForm::ours:
                out.push_back(version);
                break;
            case TagForm::foreign:
                break;
            case TagForm::broken:
                return bad_header(header);
        }
        if (out.size() > 64) return bad_header(header);
    }
    return out;
}

Result<> read_if_match(messages::Preconditions& to, std::string_view match) {
    if (match.empty()) return {};
    to.must_exist = true;
    if (match == "*") return {};
    ROOKERY_TRY(to.versions, read_tags(match, "If-Match", TagComparison::as_sent));
    to.unmatchable = to.versions.empty();
    return {};
}

Result<> read_conditions(RequestHeaders& out, const http::Request& request) {
    ROOKERY_TRY(const auto match, condition(request, "If-Match"));
    ROOKERY_TRY(const auto none, condition(request, "If-None-Match"));
    // Of a row that is made they mean nothing; an operation reads them by itself.
    if (request.method == "POST") return {};
    auto& to = out.preconditions;
    ROOKERY_CHECK(read_if_match(to, match));
    if (none.empty()) return {};
    if (!match.empty()) return bad_header("If-None-Match");
    if (none == "*") {
        if (request.method != "PATCH") return bad_header("If-None-Match");
        to.must_not_exist = true;
        return {};
    }
    if (request.method != "GET") return bad_header("If-None-Match");
    ROOKERY_TRY(to.not_versions, read_tags(none, "If-None-Match", TagComparison::weak));
    return {};
}

/// Whoever wants duplicates refused must not have them let through for a misspelt word.
Result<> read_duplicates(RequestHeaders& out, const http::Request& request) {
    constexpr std::string_view name = "MSCRM.SuppressDuplicateDetection";
    if (request.count(name) > 1) return bad_header(name);
    const auto* value = request.header(name);
    if (value == nullptr || same(trimmed(*value), "true")) return {};
    if (!same(trimmed(*value), "false")) return bad_header(name);
    out.duplicates = messages::Duplicates::refused;
    return {};
}

Result<> refuse_what_changes_rights(const http::Request& request) {
    constexpr std::string_view bypass = "MSCRM.Bypass";
    for (const auto& header : request.headers) {
        const std::string_view name = header.name;
        if (same(name, "X-HTTP-Method") || same(name, "X-HTTP-Method-Override")) {
            return fail(Errc::unsupported, "Method override headers are not supported.");
        }
        if (!same(name.substr(0, bypass.size()), bypass) || same(trimmed(header.value), "false"))
            continue;
        for (const std::string_view known :
             {"MSCRM.BypassCustomPluginExecution",
              "MSCRM.BypassBusinessLogicExecution",
              "MSCRM.BypassBusinessLogicExecutionStepIds"}) {
            if (!same(name, known)) continue;
            return fail(
                Errc::access_denied, "The header '" + std::string{known} + "' is not allowed here."
            );
        }
        return fail(
            Errc::access_denied, "A header that bypasses business logic is not allowed here."
        );
    }
    return {};
}

/// What stands behind a semicolon is the client's remark on itself: `4.0;NetFx`.
std::string_view version_in(std::string_view value) {
    return trimmed(value.substr(0, value.find(';')));
}

Result<> check_odata_version(const http::Request& request) {
    for (const std::string_view name : {"OData-Version", "OData-MaxVersion"}) {
        if (request.count(name) > 1) return bad_header(name);
    }
    if (const auto* version = request.header("OData-Version");
        version != nullptr && version_in(*version) != "4.0") {
        return fail(Errc::malformed, "The OData-Version of the request is not supported; use 4.0.");
    }
    if (const auto* newest = request.header("OData-MaxVersion");
        newest != nullptr && version_in(*newest) != "4.0" && version_in(*newest) != "4.01") {
        return fail(
            Errc::malformed, "The OData-MaxVersion of the request is not supported; use 4.0."
        );
    }
    return {};
}

}  // namespace

Result<RequestHeaders> read_headers(const http::Request& request) {
    RequestHeaders out;
    ROOKERY_CHECK(refuse_what_changes_rights(request));
    ROOKERY_CHECK(check_odata_version(request));
    ROOKERY_CHECK(read_prefer(out, request));
    ROOKERY_CHECK(read_accept(out, request));
    ROOKERY_CHECK(read_conditions(out, request));
    ROOKERY_CHECK(read_duplicates(out, request));
    return out;
}

Result<messages::Preconditions> read_operation_conditions(const http::Request& request) {
    ROOKERY_TRY(const auto match, condition(request, "If-Match"));
    ROOKERY_TRY(const auto none, condition(request, "If-None-Match"));
    if (!none.empty()) {
        return fail(
            Errc::unsupported,
            "The header 'If-None-Match' is not supported for functions and actions.",
            "leave it out; of a row's action, If-Match says which version is meant"
        );
    }
    messages::Preconditions out;
    ROOKERY_CHECK(read_if_match(out, match));
    return out;
}

Result<> check_content_type(const http::Request& request) {
    const auto wrong = [] {
        return fail(
            Errc::wrong_content_type, "The body must be application/json in UTF-8, not compressed."
        );
    };
    if (request.count("Content-Type") != 1) return wrong();
    if (const auto* encoding = request.header("Content-Encoding");
        encoding != nullptr && !same(trimmed(*encoding), "identity")) {
        return wrong();
    }
    Elements parts{*request.header("Content-Type"), ';'};
    if (!same(*parts.next(), "application/json")) return wrong();
    while (const auto parameter = parts.next()) {
        const auto [name, value] = name_value(*parameter);
        if (same(name, "charset") && !same(value, "utf-8")) return wrong();
    }
    return {};
}

std::string id_of_client(const http::Request& request, std::string_view header) {
    const auto* value = request.header(header);
    if (value == nullptr || value->size() > 128 || !printable(*value)) return {};
    return *value;
}

}  // namespace rookery::odata
