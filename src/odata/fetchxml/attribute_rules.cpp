#include "odata/fetchxml/attribute_rules.hpp"

#include "odata/request/literal.hpp"
#include "odata/request/utf8.hpp"

#include <algorithm>

namespace rookery::odata::fetchxml {
namespace {

bool says_no(std::string_view value) {
    const auto flag = read_flag(value);
    return flag && !*flag;
}

/// It asks for nothing, on whichever element it stands.
bool declares_namespace(std::string_view attribute) {
    return attribute == "xmlns" || attribute.starts_with("xmlns:");
}

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
        if (declares_namespace(name)) continue;
        const auto rule = std::ranges::find(rules, std::string_view{name}, &AttributeRule::name);
        if (rule == rules.end()) return attribute_error(element, name, "is not known");
        const bool is_open = rule->use == AttributeUse::read || rule->use == AttributeUse::ignored;
        if (is_open || says_no(value)) continue;
        if (rule->use == AttributeUse::aggregates_alone) {
            return attribute_error(element, name, "takes a fetch with aggregate='true'");
        }
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
    if (const auto flag = read_flag(*value)) return *flag;
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

tl::unexpected<Error> misplaced(const Element& element) {
    return fail(
        Errc::malformed,
        "The FetchXML element '" + std::string{showable(element.name)} +
            "' is not known, or stands where it cannot."
    );
}

Result<std::string_view> required(const Element& element, std::string_view attribute) {
    const auto* value = element.attribute(attribute);
    if (value == nullptr) return attribute_error(element, attribute, "is missing");
    return std::string_view{*value};
}

std::string_view wire_name(const schema::Table& table, std::string_view logical_name) {
    const auto* column = table.column(logical_name);
    return column == nullptr ? logical_name : column->wire_name();
}

}  // namespace rookery::odata::fetchxml
