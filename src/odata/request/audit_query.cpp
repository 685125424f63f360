#include "odata/request/audit_query.hpp"

#include "identity/authenticate.hpp"
#include "odata/request/lexer.hpp"
#include "odata/request/literal.hpp"
#include "odata/request/parameters.hpp"

namespace rookery::odata {
namespace {

constexpr Parameter parameters[] = {
    {"Record", "@r"},
    {"UniqueHandleId", "@u"},
    {"Actor", "@a"},
    {"Credential", "@c"},
    {"Since", "@s"},
    {"From", "@f"},
    {"Below", "@b"},
    {"Top", "@t"},
};

constexpr Function function{"rky_RetrieveAuditEvents", parameters};

tl::unexpected<Error> bad(std::string_view name) {
    return wrong_parameter(function, name);
}

/// Of a credential named by its id, or by the fingerprint that an entry has for it.
std::optional<ByteArray<8>> fingerprint_of(std::string_view text) {
    if (const auto id = Uuid::parse(text)) return identity::fingerprint(*id);
    ByteArray<8> out{};
    const auto bytes = from_hex(text);
    if (!bytes || bytes->size() != out.size()) return std::nullopt;
    std::ranges::copy(*bytes, out.begin());
    return out;
}

Result<> set(messages::RetrieveAuditEvents& out, std::string_view name, const Token& token) {
    const bool word = token.kind == TokenKind::word && !token.glued;
    const bool text = token.kind == TokenKind::text;
    if (!word && !text) return bad(name);
    if (name == "Record" || name == "Actor") {
        const auto id = Uuid::parse(token.raw);
        if (!id || (name == "Record" && !out.unique_handle_id.empty())) return bad(name);
        (name == "Record" ? out.record : out.actor) = *id;
        return {};
    }
    if (name == "Credential") {
        out.credential = fingerprint_of(token.raw);
        if (!out.credential) return bad(name);
        return {};
    }
    if (name == "Since") {
        out.since = parse_iso8601(token.raw);
        if (!out.since) return bad(name);
        return {};
    }
    if (name == "UniqueHandleId") {
        out.unique_handle_id = token.text();
        if (!text || out.unique_handle_id.empty() || out.record) return bad(name);
        return {};
    }
    const auto number = read_integer(token.raw);
    if (!word || !number || *number < 0) return bad(name);
    if (name == "From") {
        out.from = static_cast<std::uint64_t>(*number);
        return {};
    }
    if (name == "Below") {
        out.below = static_cast<std::uint64_t>(*number);
        return {};
    }
    if (*number < 1 || *number > audit_top_max) return bad(name);
    out.top = static_cast<std::uint32_t>(*number);
    return {};
}

}  // namespace

Result<messages::RetrieveAuditEvents> read_audit_query(
    const std::optional<std::string>& arguments, const QueryOptions& options
) {
    messages::RetrieveAuditEvents out;
    ROOKERY_CHECK(read_parameters(
        function,
        arguments,
        options,
        [&](std::string_view name, const Token& value) { return set(out, name, value); }
    ));
    return out;
}

}  // namespace rookery::odata
