// The parameters of an action: the members of its body.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "odata/json/json_value.hpp"
#include "odata/request/request_reader.hpp"

#include <initializer_list>
#include <optional>
#include <string_view>

namespace rookery::odata {

// Errc::bad_payload for all of them; no message repeats a value.

/// Missing, or of another type.
[[nodiscard]] tl::unexpected<Error> bad_parameter(std::string_view name);
/// Is it an object that holds nothing but these members and annotations?
[[nodiscard]] Result<> check_members(
    const JsonValue& object, std::initializer_list<std::string_view> allowed
);
/// A GUID that is not nil, as text.
[[nodiscard]] std::optional<Uuid> id_of(const JsonValue* value);
/// The body {"<name>": GUID}.
[[nodiscard]] Result<Uuid> read_only_id(const RequestReader& request, std::string_view name);
/// No body, or {}.
[[nodiscard]] Result<> check_no_parameters(const RequestReader& request);

}  // namespace rookery::odata
