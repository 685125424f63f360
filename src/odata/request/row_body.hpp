// A JSON object → messages::Input: every property checked against its column before any row is
// read.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/json/json_value.hpp"
#include "odata/request/request_origin.hpp"

#include <string>

namespace rookery::odata {

/// What the row is for. A PATCH may create, so create-only columns stay in it for the planner.
enum class RowUse : std::uint8_t { create, upsert };

/// Read-only columns are dropped, those that decide access or prove identity are kept
/// (can::refuse). Errc: bad_payload (unknown property, wrong type, lookup as `_x_value`, repeated
/// column), masked_write, too_long, out_of_range, bad_choice, bad_state, bad_date, required_null,
/// protected_column (naming the sealed sibling), unsupported (deep insert). Messages name
/// properties, never values.
[[nodiscard]] Result<messages::Input> read_row(
    const JsonValue& body, const schema::Table& table, RowUse use, const RequestOrigin& origin
);

/// May a request that names this one column change it? Errc::protected_column if not: unlike in a
/// body of many properties, nothing would be left of the request.
[[nodiscard]] Result<> check_single_write(const schema::Column& column);

/// The body of `PUT SET(ID)/property`: {"value": …}. Errc as read_row.
[[nodiscard]] Result<messages::Input> read_property_value(
    const JsonValue& body, const schema::Table& table, const schema::Column& column
);

/// The body of a $ref request: {"@odata.id": URL}.
[[nodiscard]] Result<messages::Target> read_reference_body(
    const JsonValue& body, const RequestOrigin& origin
);

/// Does the optional "@odata.type" name `table`? Errc::bad_payload if not.
[[nodiscard]] Result<> check_odata_type(const JsonValue& object, const schema::Table& table);

/// Errc::bad_payload in the documented words.
[[nodiscard]] tl::unexpected<Error> payload_error(const schema::Table& table, std::string inner);

}  // namespace rookery::odata
