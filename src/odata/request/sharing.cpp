#include "odata/request/sharing.hpp"

#include "odata/request/body_parameters.hpp"
#include "odata/request/entity_parameter.hpp"
#include "odata/request/pieces.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace rookery::odata {
namespace {

constexpr const schema::Table* principals[] = {&schema::known::systemuser, &schema::known::team};

std::string text_of(const JsonValue& value) {
    return value.text.expose([](std::string_view text) { return std::string{text}; });
}

}  // namespace

Result<messages::Target> read_shared_row(const JsonValue& body, const RequestOrigin& origin) {
    return read_entity_parameter(body, "Target", schema::tables(), origin);
}

Result<messages::Target> read_principal(
    const JsonValue& body, std::string_view name, const RequestOrigin& origin
) {
    return read_entity_parameter(body, name, principals, origin);
}

Result<AccessGiven> read_access_given(const JsonValue& body, const RequestOrigin& origin) {
    ROOKERY_CHECK(check_members(body, {"Target", "PrincipalAccess", "rky_ExpiresOn"}));
    const auto* access = body.member("PrincipalAccess");
    if (access == nullptr) return bad_parameter("PrincipalAccess");
    ROOKERY_CHECK(check_members(*access, {"AccessMask", "Principal"}));
    AccessGiven out;
    ROOKERY_TRY(out.target, read_shared_row(body, origin));
    ROOKERY_TRY(out.principal, read_principal(*access, "Principal", origin));
    const auto* mask = access->member("AccessMask");
    if (mask == nullptr || !mask->is(JsonValue::Kind::text)) return bad_parameter("AccessMask");
    const auto rights = access_rights(text_of(*mask));
    if (!rights) return bad_parameter("AccessMask");
    out.rights = *rights;
    const auto* end = body.member("rky_ExpiresOn");
    if (end == nullptr || end->is(JsonValue::Kind::null)) return out;
    if (!end->is(JsonValue::Kind::text)) return bad_parameter("rky_ExpiresOn");
    out.expires = parse_iso8601(text_of(*end));
    if (!out.expires) return bad_parameter("rky_ExpiresOn");
    return out;
}

std::optional<std::uint32_t> access_rights(std::string_view text) {
    std::uint32_t all = 0;
    for (const auto& name : schema::right_names) all |= name.access_bit;
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size()) {
        return (number & ~all) == 0 ? std::optional{number} : std::nullopt;
    }
    if (text == "None") return 0;
    std::uint32_t out = 0;
    for (auto left = text;;) {
        const auto comma = left.find(',');
        const auto word = without_blanks(left.substr(0, comma));
        const auto found =
            std::ranges::find(schema::right_names, word, &schema::RightName::access_word);
        if (found == std::end(schema::right_names)) return std::nullopt;
        out |= found->access_bit;
        if (comma == std::string_view::npos) return out;
        left.remove_prefix(comma + 1);
    }
}

std::string text_of_access_rights(std::uint32_t rights) {
    auto names = std::vector(std::begin(schema::right_names), std::end(schema::right_names));
    std::ranges::sort(names, {}, &schema::RightName::access_bit);
    std::string out;
    for (const auto& name : names) {
        if ((rights & name.access_bit) == 0) continue;
        if (!out.empty()) out += ", ";
        out += name.access_word;
    }
    return out.empty() ? "None" : out;
}

}  // namespace rookery::odata
