// A parameter of an action that is a reference to a row: an object with the row's id and its type, or with its URL.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/json/json_value.hpp"
#include "odata/request/request_origin.hpp"
#include "schema/schema.hpp"

#include <span>
#include <string_view>

namespace rookery::odata {

/// `{"systemuserid": GUID, "@odata.type": "Microsoft.Dynamics.CRM.systemuser"}`, of users and teams with "ownerid" too, or
/// `{"@odata.id": URL}`; of one of `tables`. The type may be left out where the id's name tells it. Errc::bad_payload, and what
/// read_reference says.
[[nodiscard]] Result<messages::Target> read_entity_parameter(
    const JsonValue& body, std::string_view name, std::span<const schema::Table* const> tables,
    const RequestOrigin& origin
);

}  // namespace rookery::odata
