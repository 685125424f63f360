#include "odata/request/entity_key.hpp"

#include "base/percent_encode.hpp"
#include "odata/request/lexer.hpp"
#include "odata/request/literal.hpp"

#include <algorithm>

namespace rookery::odata {
namespace {

constexpr std::size_t key_parts_max = 16;

struct Part {
    const schema::Column* column = nullptr;
    Token token;
};

tl::unexpected<Error> wrong_key(const schema::Table& table) {
    const auto type = "'Microsoft.Dynamics.CRM." + std::string{table.name} + "'";
    return fail(
        Errc::malformed,
        "The key in the request URI is not valid for resource " + type +
            ". Ensure that the names and number of key properties match the declared "
            "or alternate key properties for the resource " +
            type + "."
    );
}

tl::unexpected<Error> bad_syntax() {
    return fail(Errc::malformed, "Bad Request - Error in query syntax.");
}

Result<Uuid> read_id(const Token& token) {
    const auto id = token.kind == TokenKind::word ? Uuid::parse(token.raw) : std::nullopt;
    if (!id || id->is_nil()) return bad_syntax();
    return *id;
}

/// The one literal that the alias stands for, in the text of `aliases`.
Result<Token> meant_by(const Token& alias, const QueryOptions* aliases) {
    const auto* text = aliases == nullptr ? nullptr : aliases->alias(alias.raw);
    if (text == nullptr) return bad_syntax();
    ROOKERY_TRY(const auto tokens, tokenize(*text));
    const auto& token = tokens.front();
    const bool literal = token.kind == TokenKind::word || token.kind == TokenKind::text;
    if (tokens.size() != 2 || !literal) return bad_syntax();
    return token;
}

/// An alias stands for a value, and never for a name or for a part of a literal.
Result<std::vector<Token>> key_tokens(std::string_view arguments, const QueryOptions* aliases) {
    ROOKERY_TRY(auto out, tokenize(arguments));
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (out[i].kind != TokenKind::alias) continue;
        const bool value = i == 0 ? out.size() == 2 : out[i - 1].kind == TokenKind::equals;
        if (!value) return bad_syntax();
        ROOKERY_TRY(out[i], meant_by(out[i], aliases));
    }
    return out;
}

/// The Edm key of systemuser and team is `ownerid`; everywhere else it is the primary id.
std::string_view edm_key(const schema::Table& table) {
    const auto* owner = table.column("ownerid");
    return owner != nullptr && owner->may(schema::can::row_id) ? owner->name : table.primary_id;
}

Result<storage::Value> key_value(const schema::Table& table, const Part& part) {
    if (part.column->type == schema::Type::sealed || part.column->type == schema::Type::digest) {
        return wrong_key(table);
    }
    ROOKERY_TRY(auto value, read_literal(*part.column, part.token));
    if (storage::is_null(value)) return bad_syntax();
    if (!part.column->is_lookup()) return value;
    const auto* target =
        part.column->targets.size() == 1 ? schema::table(part.column->targets.front()) : nullptr;
    if (target == nullptr) return wrong_key(table);
    return storage::Value{storage::RowRef{target->id, std::get<Uuid>(value)}};
}

}  // namespace

Result<messages::Target> read_target(
    const schema::Table& table, std::string_view arguments, const QueryOptions* aliases
) {
    // Most keys are an id alone.
    if (const auto id = Uuid::parse(arguments); id && !id->is_nil()) {
        return messages::Target{&table, *id};
    }
    ROOKERY_TRY(const auto tokens, key_tokens(arguments, aliases));
    if (tokens.size() == 2) {
        ROOKERY_TRY(const auto id, read_id(tokens.front()));
        return messages::Target{&table, id};
    }
    std::vector<Part> parts;
    std::size_t i = 0;
    for (;;) {
        if (tokens.size() - i < 4 || tokens[i].kind != TokenKind::word ||
            tokens[i + 1].kind != TokenKind::equals || parts.size() == key_parts_max) {
            return bad_syntax();
        }
        const auto name = tokens[i].raw;
        const auto& value = tokens[i + 2];
        if (tokens[i + 3].kind == TokenKind::end && parts.empty() && name == edm_key(table)) {
            ROOKERY_TRY(const auto id, read_id(value));
            return messages::Target{&table, id};
        }
        const auto* column = table.property(name);
        if (column == nullptr) return wrong_key(table);
        parts.push_back({column, value});
        const auto kind = tokens[i + 3].kind;
        if (kind == TokenKind::end) break;
        if (kind != TokenKind::comma) return bad_syntax();
        i += 4;
    }
    std::vector<schema::ColumnId> columns;
    columns.reserve(parts.size());
    for (const auto& part : parts) columns.push_back(part.column->id);
    const auto* key = table.key(columns);
    if (key == nullptr) return wrong_key(table);
    messages::KeyValues out;
    out.key = key;
    for (const auto id : key->columns) {
        const auto part =
            std::ranges::find_if(parts, [&](const Part& p) { return p.column->id == id; });
        if (part == parts.end()) return wrong_key(table);
        ROOKERY_TRY(auto value, key_value(table, *part));
        out.values.push_back(std::move(value));
    }
    return messages::Target{&table, std::move(out)};
}

std::string key_form(const Segment& segment, const QueryOptions& aliases) {
    std::string out{segment.raw};
    const auto arguments = segment.arguments();
    if (!arguments || arguments->find('@') == std::string_view::npos) return out;
    const auto sent = tokenize(*arguments);
    const auto tokens = key_tokens(*arguments, &aliases);
    if (!sent || !tokens) return out;
    if (std::ranges::find(*sent, TokenKind::alias, &Token::kind) == sent->end()) return out;
    out = segment.name();
    out += '(';
    for (const auto& token : *tokens) {
        if (token.kind == TokenKind::comma) out += ',';
        if (token.kind == TokenKind::equals) out += '=';
        if (token.kind == TokenKind::word) out += percent_encode(token.raw);
        if (token.kind == TokenKind::text) out += "'" + percent_encode(token.raw) + "'";
    }
    return out += ')';
}

Result<messages::Target> read_reference(std::string_view url, const RequestOrigin& origin) {
    const auto bad = [] {
        return fail(Errc::bad_payload, "A reference to another row is not a URL of this service.");
    };
    if (const auto id = content_id_of(url)) {
        const auto* path = origin.path_of_content_id(*id);
        if (path == nullptr) return fail(no_such_content_id(*id));
        url = *path;
    } else if (is_absolute(url)) {
        const auto path = origin.path_of(url);
        if (!path || !path->starts_with(api_prefix)) return bad();
        url = *path;
    }
    if (url.starts_with(api_prefix)) {
        url.remove_prefix(api_prefix.size());
        const auto slash = url.find('/');
        if (slash == std::string_view::npos || known_version(url.substr(0, slash)).empty())
            return bad();
        url.remove_prefix(slash);
    }
    if (url.starts_with('/')) url.remove_prefix(1);
    if (url.size() > target_bytes_max || url.find_first_of("?#/") != std::string_view::npos)
        return bad();
    const auto segment = read_segment(url);
    if (!segment || !segment->arguments()) return bad();
    const auto* table = schema::bind_target(segment->name());
    if (table == nullptr) return bad();
    auto target = read_target(*table, *segment->arguments(), nullptr);
    if (!target) return bad();
    return target;
}

}  // namespace rookery::odata
