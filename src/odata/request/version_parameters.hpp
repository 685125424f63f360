// What operations on the versions of a record's tokens take.
#pragma once

#include "base/result.hpp"
#include "odata/json/json_value.hpp"
#include "odata/request/lexer.hpp"
#include "schema/schema.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace rookery::odata {

/// Errc::unknown_segment for a table whose rows have no token versions.
[[nodiscard]] Result<> check_token_history(const schema::Table& table, std::string_view operation);

/// A version's number in a URL: whole, above 0. Nothing for anything else.
[[nodiscard]] std::optional<std::uint64_t> version_number(const Token& token);

/// The body {"Number": n}. Errc::bad_payload.
[[nodiscard]] Result<std::uint64_t> read_version_number(const JsonValue& body);

}  // namespace rookery::odata
