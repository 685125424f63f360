#include "odata/request/run_parameters.hpp"

#include "odata/request/retention_parameters.hpp"

#include <cstddef>
#include <limits>

namespace rookery::odata {
namespace {

/// Nothing for one that is missing or null.
const JsonValue* given_in(const JsonValue& body, std::string_view name) {
    const auto* value = body.member(name);
    return value == nullptr || value->is(JsonValue::Kind::null) ? nullptr : value;
}

}  // namespace

Result<std::string> optional_text(const JsonValue& body, std::string_view name) {
    const auto* value = given_in(body, name);
    if (value == nullptr) return std::string{};
    if (!value->is(JsonValue::Kind::text)) return bad_parameter(name);
    return value->text.expose([](std::string_view text) { return std::string{text}; });
}

Result<std::optional<Uuid>> optional_id(const JsonValue& body, std::string_view name) {
    const auto* value = given_in(body, name);
    if (value == nullptr) return std::optional<Uuid>{};
    const auto id = id_of(value);
    if (!id) return bad_parameter(name);
    return id;
}

Result<std::string> read_fetch_text(const JsonValue& body) {
    ROOKERY_TRY(auto text, optional_text(body, "FetchXml"));
    if (text.empty()) return bad_parameter("FetchXml");
    return text;
}

Result<void> check_entity_name(const JsonValue& body, const schema::Table& table) {
    ROOKERY_TRY(const auto* named, read_entity_name(body));
    if (named == nullptr || named == &table) return {};
    return fail(
        Errc::bad_payload, "The parameter 'EntityName' names another table than the query."
    );
}

Result<void> check_run_pages(const JsonValue& body) {
    ROOKERY_CHECK(read_page_size(body, std::numeric_limits<std::size_t>::max()));
    ROOKERY_TRY(const auto cookie, optional_text(body, "PagingCookie"));
    if (cookie.empty()) return {};
    return fail(
        Errc::unsupported, "A run of retention begins with the first record: 'PagingCookie'."
    );
}

}  // namespace rookery::odata
