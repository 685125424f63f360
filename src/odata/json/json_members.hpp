// Named members of the JSON object that is open. What is empty or absent is null, never left out: a
// reader can rely on every member.
#pragma once

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "odata/json/json_writer.hpp"

#include <optional>
#include <string_view>

namespace rookery::odata {

void text_or_null(JsonWriter& json, std::string_view name, std::string_view value);
void time_or_null(JsonWriter& json, std::string_view name, const std::optional<Instant>& value);
void id_or_null(JsonWriter& json, std::string_view name, const std::optional<Uuid>& value);
void boolean_or_null(JsonWriter& json, std::string_view name, const std::optional<bool>& value);
void number_or_null(
    JsonWriter& json, std::string_view name, const std::optional<std::uint64_t>& value
);

}  // namespace rookery::odata
