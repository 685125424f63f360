#include "odata/json/json_members.hpp"

namespace rookery::odata {

void text_or_null(JsonWriter& json, std::string_view name, std::string_view value) {
    json.key(name);
    if (value.empty()) return json.null();
    json.text(value);
}

void time_or_null(JsonWriter& json, std::string_view name, const std::optional<Instant>& value) {
    json.key(name);
    if (value) return json.time(*value);
    json.null();
}

void id_or_null(JsonWriter& json, std::string_view name, const std::optional<Uuid>& value) {
    json.key(name);
    if (value) return json.uuid(*value);
    json.null();
}

void boolean_or_null(JsonWriter& json, std::string_view name, const std::optional<bool>& value) {
    json.key(name);
    if (value) return json.boolean(*value);
    json.null();
}

void number_or_null(
    JsonWriter& json, std::string_view name, const std::optional<std::uint64_t>& value
) {
    json.key(name);
    if (value) return json.number(*value);
    json.null();
}

}  // namespace rookery::odata
