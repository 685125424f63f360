#include "odata/audit_query.hpp"

#include "identity/authenticate.hpp"
#include "odata/lexer.hpp"
#include "odata/literal.hpp"
#include "odata/utf8.hpp"

#include <algorithm>

namespace rookery::odata {
namespace {

struct Parameter {
    std::string_view name;
    std::string_view alias;
};

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

tl::unexpected<Error> bad(std::string_view name) {
    return fail(
        Errc::malformed,
        "The parameter '" + std::string{showable(name)} +
            "' of rky_RetrieveAuditEvents is unknown, repeated, not valid or at odds with another."
    );
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
    if (token.is("null")) return {};
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

Result<> set_alias(
    messages::RetrieveAuditEvents& out,
    std::string_view name,
    std::string_view alias,
    const QueryOptions& options
) {
    const auto* text = options.alias(alias);
    if (text == nullptr || text->empty()) return {};
    ROOKERY_TRY(const auto tokens, tokenize(*text));
    if (tokens.size() != 2) return bad(name);
    return set(out, name, tokens.front());
}

}  // namespace

Result<messages::RetrieveAuditEvents> read_audit_query(
    const std::optional<std::string>& arguments, const QueryOptions& options
) {
    messages::RetrieveAuditEvents out;
    if (!arguments) {
        for (const auto& given : options.aliases) {
            const auto known = [&](const Parameter& p) { return p.alias == given.first; };
            const auto* const found = std::ranges::find_if(parameters, known);
            if (found == std::end(parameters)) return bad(given.first);
            ROOKERY_CHECK(set_alias(out, found->name, found->alias, options));
        }
        return out;
    }
    ROOKERY_TRY(const auto tokens, tokenize(*arguments));
    if (tokens.front().kind == TokenKind::end) return out;
    std::vector<std::string_view> seen;
    for (std::size_t i = 0;; i += 4) {
        if (tokens.size() - i < 4 || tokens[i].kind != TokenKind::word ||
            tokens[i + 1].kind != TokenKind::equals) {
            return fail(Errc::malformed, "Bad Request - Error in query syntax.");
        }
        const auto name = tokens[i].raw;
        const auto known = [&](const Parameter& p) { return p.name == name; };
        const bool repeated = std::ranges::find(seen, name) != seen.end();
        if (std::ranges::none_of(parameters, known) || repeated) return bad(name);
        seen.push_back(name);
        const auto& value = tokens[i + 2];
        if (value.kind == TokenKind::alias) {
            ROOKERY_CHECK(set_alias(out, name, value.raw, options));
        } else {
            ROOKERY_CHECK(set(out, name, value));
        }
        if (tokens[i + 3].kind == TokenKind::end) return out;
        if (tokens[i + 3].kind != TokenKind::comma) {
            return fail(Errc::malformed, "Bad Request - Error in query syntax.");
        }
    }
}

}  // namespace rookery::odata
