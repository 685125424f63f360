// A literal of a URL, read as the type of the column it is compared with.
#pragma once

#include "base/result.hpp"
#include "odata/request/lexer.hpp"
#include "schema/schema.hpp"
#include "storage/value.hpp"

namespace rookery::odata {

/// `null` → monostate; text → string; whole numbers → int64; GUID, bare or quoted → Uuid, for
/// lookups too (their table is not part of the literal); ISO 8601 date or date and time → Instant.
/// Errc::malformed when the literal is not of that type; the message never repeats it.
/// Precondition: the column is neither sealed nor a digest.
[[nodiscard]] Result<storage::Value> read_literal(const schema::Column& column, const Token& token);

/// "Edm.Int32"
[[nodiscard]] std::string_view edm_type(schema::Type type);

/// Decimal digits with an optional minus sign, within int64.
[[nodiscard]] Result<std::int64_t> read_integer(std::string_view word);

}  // namespace rookery::odata
