#include "odata/fetchxml/attribute_rules.hpp"

#include "odata/request/literal.hpp"
#include "odata/request/utf8.hpp"

#include <algorithm>

namespace rookery::odata::fetchxml {
namespace {

bool says_no(std::string_view value) { return value == "false" || value == "0"; }

}  // namespace

tl::unexpected<Error> attribute_error(
    const Element& element, std::string_view attribute, std::string_view what
) {
    return fail(
        Errc::malformed,
        "The attribute '" + std::string{showable(attribute)} + "' of the FetchXML element '" +
            std::string{showable(element.name)} + "' " + std::string{what} + "."
    );
}

Result<void> check_attributes(const Element& element, std::span<const AttributeRule> rules) {
    for (const auto& [name, value] : element.attributes) {
        const auto rule = std::ranges::find(rules, std::string_view{name}, &AttributeRule::name);
        if (rule == rules.end()) return attribute_error(element, name, "is not known");
        if (rule->use != AttributeUse::not_built || says_no(value)) continue;
        return fail(
            Errc::unsupported,
            "The attribute '" + name + "' of the FetchXML element '" + element.name +
                "' is not supported."
        );
    }
    return {};
}

Result<bool> flag_of(const Element& element, std::string_view attribute, bool missing) {
    const auto* value = element.attribute(attribute);
    if (value == nullptr) return missing;
    if (*value == "true" || *value == "1") return true;
    if (says_no(*value)) return false;
    return attribute_error(element, attribute, "must be true or false");
}

Result<std::optional<std::uint32_t>> number_of(
    const Element& element, std::string_view attribute, std::uint32_t min, std::uint32_t max
) {
    const auto* value = element.attribute(attribute);
    if (value == nullptr) return std::nullopt;
    const auto number = read_integer(*value);
    if (!number || *number < min || *number > max) {
        return attribute_error(
            element,
            attribute,
            "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max)
        );
    }
    return static_cast<std::uint32_t>(*number);
}

}  // namespace rookery::odata::fetchxml
