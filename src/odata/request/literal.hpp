// A literal of a URL and a text of a body, read as the type of their column.
#pragma once

#include "base/result.hpp"
#include "odata/request/lexer.hpp"
#include "pipeline/column_value.hpp"
#include "schema/schema.hpp"
#include "storage/value.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace rookery::odata {

/// `null` → monostate; text → string; whole numbers → int64, others → Fraction; GUID, bare or quoted → Uuid, for
/// lookups too (their table is not part of the literal); ISO 8601 date or date and time → Instant.
/// Errc::malformed when the literal is not of that type; the message never repeats it.
/// Precondition: the column is neither sealed nor a digest.
[[nodiscard]] Result<storage::Value> read_literal(const schema::Column& column, const Token& token);

/// "true" and "false" in any case, as .NET writes them with a capital, "1" and "0"; nothing for any other text.
[[nodiscard]] std::optional<bool> read_flag(std::string_view text);

/// A literal that stands in quotes, in an attribute or in an element, whatever its type: as read_literal, but flags are those
/// of read_flag, and a date with a time needs no zone, which is UTC then, and may have a blank for its T.
/// Precondition: the token is a word, and the column no text.
[[nodiscard]] Result<storage::Value> read_quoted(const schema::Column& column, const Token& token);

/// An element of a list, "…" as JSON has it, '…' or a bare number, id, date or boolean, which a text may hold
/// as well: `PropertyValues=["0"]`. Never null. Errc::malformed as read_literal.
[[nodiscard]] Result<storage::Value> read_element(const schema::Column& column, const Token& token);

/// The text of a JSON body. Nothing when the column takes no texts; Errc::bad_date. Precondition: not a
/// lookup, which is bound.
[[nodiscard]] Result<std::optional<messages::Given>> read_json_text(
    const schema::Column& column, std::string_view text
);

/// Decimal digits with an optional minus sign, within int64.
[[nodiscard]] Result<std::int64_t> read_integer(std::string_view word);

}  // namespace rookery::odata
