// The parameters that the actions have in common that start runs of retention, or validate what is to run.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "odata/json/json_value.hpp"
#include "schema/schema.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rookery::odata {

/// A text that may be missing, null or empty, all of which are nothing. Errc::bad_payload.
[[nodiscard]] Result<std::string> optional_text(const JsonValue& body, std::string_view name);
/// A GUID that may be missing or null. Errc::bad_payload.
[[nodiscard]] Result<std::optional<Uuid>> optional_id(const JsonValue& body, std::string_view name);
/// FetchXml. Errc::bad_payload for none.
[[nodiscard]] Result<std::string> read_fetch_text(const JsonValue& body);
/// EntityName, which names the query's table if it is there. Errc::bad_payload for another one.
[[nodiscard]] Result<void> check_entity_name(const JsonValue& body, const schema::Table& table);
/// PageSize is how much a page of the platform holds, and PagingCookie where it goes on: a run here has pages and a place of its
/// own. Errc: bad_payload, and unsupported for a cookie.
[[nodiscard]] Result<void> check_run_pages(const JsonValue& body);

}  // namespace rookery::odata
