#include "odata/response/version_writer.hpp"

#include "odata/json/json_members.hpp"

namespace rookery::odata {
namespace {

std::string_view word_of(messages::RotationRule rule) {
    switch (rule) {
        case messages::RotationRule::record:
            return "record";
        case messages::RotationRule::configuration:
            return "configuration";
        case messages::RotationRule::none:
            break;
    }
    return {};
}

}  // namespace

void write_version(JsonWriter& json, const messages::VersionFacts& version) {
    json.key("Number");
    json.number(version.set.number);
    json.key("Label");
    json.text(messages::word_of(version.label));
    time_or_null(json, "SetOn", version.set.on);
    id_or_null(json, "SetBy", version.set.by);
    const auto replaced = version.replaced.value_or(messages::SetAs{});
    const auto by = version.replaced ? std::optional(replaced.number) : std::nullopt;
    number_or_null(json, "ReplacedBy", by);
    time_or_null(json, "RetiredOn", replaced.on);
    id_or_null(json, "RetiredBy", replaced.by);
    time_or_null(json, "GraceUntil", version.grace_until);
    json.key("Columns");
    json.begin_array();
    for (const auto* column : version.columns) json.text(column->name);
    json.end_array();
}

void write_rotation(JsonWriter& json, const messages::RotationFacts& rotation) {
    text_or_null(json, "RotationRule", word_of(rotation.rule));
    const bool ruled = rotation.rule != messages::RotationRule::none;
    const auto days = static_cast<std::uint64_t>(rotation.days);
    number_or_null(json, "RotationDays", ruled ? std::optional(days) : std::nullopt);
    time_or_null(json, "DueOn", rotation.due);
}

}  // namespace rookery::odata
