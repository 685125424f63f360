// The parameters of the actions that share, and access rights as a text.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/json/json_value.hpp"
#include "odata/request/request_origin.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::odata {

// Errc: those of read_entity_parameter.

/// A row of any table, and a user or team, as read_entity_parameter reads them.
[[nodiscard]] Result<messages::Target> read_shared_row(
    const JsonValue& body, const RequestOrigin& origin
);
[[nodiscard]] Result<messages::Target> read_principal(
    const JsonValue& body, std::string_view name, const RequestOrigin& origin
);

/// What GrantAccess and ModifyAccess take.
struct AccessGiven {
    messages::Target target;
    messages::Target principal;
    std::uint32_t rights = 0;
    std::optional<Instant> expires;
};

/// {"Target": row, "PrincipalAccess": {"AccessMask": "ReadAccess, WriteAccess", "Principal": principal}}, and perhaps
/// "rky_ExpiresOn".
[[nodiscard]] Result<AccessGiven> read_access_given(
    const JsonValue& body, const RequestOrigin& origin
);

/// Names with commas between them, "None", or the number. Nothing for another text.
[[nodiscard]] std::optional<std::uint32_t> access_rights(std::string_view text);

/// The same as one text, in the order of the bits.
[[nodiscard]] std::string text_of_access_rights(std::uint32_t rights);

}  // namespace rookery::odata
