// What the actions that retain records have in common: which record, and which operation they belong to.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/json/json_value.hpp"
#include "odata/request/body_parameters.hpp"
#include "odata/request/entity_parameter.hpp"
#include "odata/request/request_reader.hpp"
#include "schema/schema.hpp"

#include <cstddef>
#include <optional>
#include <utility>

namespace rookery::odata {

// Errc::bad_payload for all of them. What may be left out may be null as well.

/// "OperationId".
[[nodiscard]] Result<std::optional<Uuid>> read_operation_id(const JsonValue& body);
/// "EntityName": a table; null: none is named.
[[nodiscard]] Result<const schema::Table*> read_entity_name(const JsonValue& body);
/// "PageSize", at most `most`, which it is when nothing is said.
[[nodiscard]] Result<std::size_t> read_page_size(const JsonValue& body, std::size_t most);

/// The body {"Target": row of any table, "OperationId": GUID}. M has a target and an operation. Errc: also those of
/// read_entity_parameter.
template <class M>
Result<messages::Message> read_retaining(const RequestReader& request) {
    ROOKERY_TRY(const auto body, request.json_body());
    ROOKERY_CHECK(check_members(body, {"Target", "OperationId"}));
    M out;
    ROOKERY_TRY(
        out.target, read_entity_parameter(body, "Target", schema::tables(), request.origin())
    );
    ROOKERY_TRY(out.operation, read_operation_id(body));
    return messages::Message{std::move(out)};
}

}  // namespace rookery::odata
