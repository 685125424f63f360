#include "odata/request/literal.hpp"

#include <charconv>

namespace rookery::odata {

std::string_view edm_type(schema::Type type) {
    switch (type) {
        case schema::Type::uid:
        case schema::Type::lookup:
        case schema::Type::owner:
            return "Edm.Guid";
        case schema::Type::integer:
        case schema::Type::choice:
        case schema::Type::state:
        case schema::Type::status:
            return "Edm.Int32";
        case schema::Type::bigint:
            return "Edm.Int64";
        case schema::Type::boolean:
            return "Edm.Boolean";
        case schema::Type::datetime:
            return "Edm.DateTimeOffset";
        case schema::Type::text:
        case schema::Type::entityname:
        case schema::Type::virtual_text:
        case schema::Type::sealed:
        case schema::Type::digest:
            break;
    }
    return "Edm.String";
}

Result<std::int64_t> read_integer(std::string_view word) {
    std::int64_t out = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), out);
    if (error != std::errc{} || end != word.data() + word.size()) {
        return fail(Errc::malformed, "A whole number was expected.");
    }
    return out;
}

Result<storage::Value> read_literal(const schema::Column& column, const Token& token) {
    const auto mismatch = [&] {
        return fail(
            Errc::malformed,
            "Unrecognized '" + std::string{edm_type(column.type)} + "' literal at position " +
                std::to_string(token.at) + "."
        );
    };
    if (token.glued) return mismatch();  // guid'…', datetime'…': OData 2 and 3
    if (token.is("null")) return storage::Value{};
    const bool word = token.kind == TokenKind::word;
    const bool text = token.kind == TokenKind::text;
    if (!word && !text) return mismatch();
    switch (column.type) {
        case schema::Type::text:
        case schema::Type::entityname:
            if (!text) return mismatch();
            return storage::Value{token.text()};
        case schema::Type::uid:
        case schema::Type::lookup:
        case schema::Type::owner: {
            const auto id = Uuid::parse(token.raw);
            if (!id) return mismatch();
            return storage::Value{*id};
        }
        case schema::Type::integer:
        case schema::Type::bigint:
        case schema::Type::choice:
        case schema::Type::state:
        case schema::Type::status: {
            const auto number = read_integer(token.raw);
            if (!word || !number) return mismatch();
            return storage::Value{*number};
        }
        case schema::Type::boolean:
            if (token.is("true")) return storage::Value{true};
            if (token.is("false")) return storage::Value{false};
            return mismatch();
        case schema::Type::datetime: {
            const auto time = word ? parse_iso8601(token.raw) : std::nullopt;
            if (!time) return mismatch();
            return storage::Value{*time};
        }
        case schema::Type::virtual_text:
        case schema::Type::sealed:
        case schema::Type::digest:
            break;
    }
    return mismatch();
}

}  // namespace rookery::odata
