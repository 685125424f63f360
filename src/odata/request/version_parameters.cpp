#include "odata/request/version_parameters.hpp"

#include "odata/request/body_parameters.hpp"
#include "odata/request/literal.hpp"
#include "odata/request/resource_path.hpp"
#include "schema/token_history.hpp"

namespace rookery::odata {

Result<> check_token_history(const schema::Table& table, std::string_view operation) {
    if (schema::has_token_history(table)) return {};
    return fail(no_such_segment(operation));
}

std::optional<std::uint64_t> version_number(const Token& token) {
    if (token.kind != TokenKind::word || token.glued) return std::nullopt;
    const auto number = read_integer(token.raw);
    if (!number || *number < 1) return std::nullopt;
    return static_cast<std::uint64_t>(*number);
}

Result<std::uint64_t> read_version_number(const JsonValue& body) {
    ROOKERY_CHECK(check_members(body, {"Number"}));
    const auto* number = body.member("Number");
    if (number == nullptr || !number->is(JsonValue::Kind::integer) || number->integer < 1) {
        return bad_parameter("Number");
    }
    return static_cast<std::uint64_t>(number->integer);
}

}  // namespace rookery::odata
