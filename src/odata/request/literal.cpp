#include "odata/request/literal.hpp"

#include "odata/json/json_value.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace rookery::odata {

using messages::Given;
using schema::Shape;

Result<std::int64_t> read_integer(std::string_view word) {
    std::int64_t out = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), out);
    if (error != std::errc{} || end != word.data() + word.size()) {
        return fail(Errc::malformed, "A whole number was expected.");
    }
    return out;
}

namespace {

constexpr std::size_t date_bytes = 10;        // 2026-02-03
constexpr std::size_t moment_bytes_max = 40;  // 2026-02-03T04:05:06.123456789+01:00, and more

tl::unexpected<Error> mismatch_of(const schema::Column& column, const Token& token) {
    return fail(
        Errc::malformed,
        "Unrecognized '" + std::string{schema::row_of(column.type).edm} + "' literal at position " +
            std::to_string(token.at) + "."
    );
}

/// Without its escapes; nothing when it is no text of JSON.
std::optional<std::string> text_of_quoted(std::string_view raw) {
    if (raw.find('\\') == std::string_view::npos) return std::string{raw};
    const auto body = '"' + std::string{raw} + '"';
    const auto value = parse_json(body);
    if (!value || !value->is(JsonValue::Kind::text)) return std::nullopt;
    return value->text.expose([](std::string_view text) { return std::string{text}; });
}

/// With its zone or, without one, of UTC.
std::optional<Instant> moment_of(std::string_view text) {
    if (text.size() > moment_bytes_max) return std::nullopt;
    std::string spelled{text};
    if (spelled.size() > date_bytes && spelled[date_bytes] == ' ') spelled[date_bytes] = 'T';
    if (const auto time = parse_iso8601(spelled)) return time;
    return parse_iso8601(spelled + 'Z');
}

}  // namespace

std::optional<bool> read_flag(std::string_view text) {
    const auto is = [&](std::string_view word) {
        return std::ranges::equal(text, word, {}, [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
    };
    if (text == "1" || is("true")) return true;
    if (text == "0" || is("false")) return false;
    return std::nullopt;
}

Result<storage::Value> read_quoted(const schema::Column& column, const Token& token) {
    if (column.shape() == Shape::flag) {
        if (const auto flag = read_flag(token.raw)) return storage::Value{*flag};
    }
    if (column.shape() == Shape::moment) {
        if (const auto time = moment_of(token.raw)) return storage::Value{*time};
    }
    return read_literal(column, token);
}

Result<storage::Value> read_literal(const schema::Column& column, const Token& token) {
    const auto mismatch = [&] { return mismatch_of(column, token); };
    if (token.glued) return mismatch();  // guid'…', datetime'…': OData 2 and 3
    if (token.is("null")) return storage::Value{};
    const bool word = token.kind == TokenKind::word;
    const bool text = token.kind == TokenKind::text;
    if (!word && !text) return mismatch();
    switch (column.shape()) {
        case Shape::text:
            if (!text) return mismatch();
            return storage::Value{token.text()};
        case Shape::uid:
        case Shape::reference: {
            const auto id = Uuid::parse(token.raw);
            if (!id) return mismatch();
            return storage::Value{*id};
        }
        case Shape::number: {
            const auto number = read_integer(token.raw);
            if (!word || !number) return mismatch();
            return storage::Value{*number};
        }
        case Shape::fraction: {
            const auto number = word ? storage::parse_fraction(token.raw) : std::nullopt;
            if (!number) return mismatch();
            return storage::Value{*number};
        }
        case Shape::flag:
            if (token.is("true")) return storage::Value{true};
            if (token.is("false")) return storage::Value{false};
            return mismatch();
        case Shape::moment: {
            // dataverse: in quotes too, as a GUID is.
            const auto time = parse_iso8601(token.raw);
            if (!time) return mismatch();
            return storage::Value{*time};
        }
        case Shape::none:
        case Shape::sealed:
        case Shape::digest:
            break;
    }
    return mismatch();
}

Result<storage::Value> read_element(const schema::Column& column, const Token& token) {
    if (token.is("null")) return mismatch_of(column, token);
    if (token.kind == TokenKind::word) return read_literal(column, token);
    const auto text =
        token.kind == TokenKind::quoted ? text_of_quoted(token.raw) : std::optional{token.text()};
    if (!text) return mismatch_of(column, token);
    if (column.shape() == Shape::text) return storage::Value{*text};
    if (*text == "null") return mismatch_of(column, token);
    return read_quoted(column, {TokenKind::word, *text, token.at, false});
}

Result<std::optional<Given>> read_json_text(const schema::Column& column, std::string_view text) {
    switch (column.shape()) {
        case Shape::sealed:
        case Shape::text:
            return Given{text};
        case Shape::uid:
            if (const auto id = Uuid::parse(text)) return Given{*id};
            return std::nullopt;
        case Shape::moment:
            if (const auto time = parse_iso8601(text)) return Given{*time};
            return fail(
                Errc::bad_date,
                "The value of '" + std::string{column.name} + "' is not a date that can be stored."
            );
        case Shape::none:
        case Shape::number:
        case Shape::fraction:
        case Shape::flag:
        case Shape::reference:
        case Shape::digest:
            break;
    }
    return std::nullopt;
}

}  // namespace rookery::odata
