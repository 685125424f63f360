// What is written to one row: `POST SET`, `PATCH SET(KEY)`, `DELETE SET(KEY)`, `PUT` and
// `DELETE SET(KEY)/property`.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/request/request_reader.hpp"
#include "schema/schema.hpp"

namespace rookery::odata {

// Errc: malformed, method_not_allowed, and what read_row says of the body.

[[nodiscard]] Result<messages::Message> read_create(
    RequestReader& request, const schema::Table& table
);
[[nodiscard]] Result<messages::Message> read_upsert(
    RequestReader& request, messages::Target target
);
[[nodiscard]] Result<messages::Message> read_delete(
    RequestReader& request, messages::Target target
);
/// PUT sets it, DELETE clears it. Precondition: not a lookup.
[[nodiscard]] Result<messages::Message> read_property_change(
    RequestReader& request, messages::Target target, const schema::Column& column
);

/// An Upsert that creates nothing and whose answer names no row, still without input.
[[nodiscard]] messages::Upsert change_existing(RequestReader& request, messages::Target target);
/// The column of such an Upsert set to null. Errc: required_null, protected_column.
[[nodiscard]] Result<messages::Message> clear(messages::Upsert out, const schema::Column& column);

}  // namespace rookery::odata
