// Which attributes an element of FetchXML may have, and what becomes of them.
#pragma once

#include "odata/fetchxml/fetch_element.hpp"
#include "schema/schema.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rookery::odata::fetchxml {

enum class AttributeUse : std::uint8_t {
    read,
    ignored,           // a hint, or what a designer of queries leaves
    not_built,         // but for what is false, which asks for nothing
    aggregates_alone,  // likewise: only <fetch aggregate="true"> takes it
};

struct AttributeRule {
    std::string_view name;
    AttributeUse use = AttributeUse::read;
};

/// A declaration of a namespace is passed over. Errc: malformed for an attribute without a rule and for one that is of aggregates
/// alone, unsupported for one that is not built.
[[nodiscard]] Result<void> check_attributes(
    const Element& element, std::span<const AttributeRule> rules
);

/// What read_flag reads; `missing` without the attribute. Errc::malformed.
[[nodiscard]] Result<bool> flag_of(
    const Element& element, std::string_view attribute, bool missing = false
);

/// A whole number from `min` to `max`; nothing without the attribute. Errc::malformed.
[[nodiscard]] Result<std::optional<std::uint32_t>> number_of(
    const Element& element, std::string_view attribute, std::uint32_t min, std::uint32_t max
);

/// Errc::malformed when it is missing.
[[nodiscard]] Result<std::string_view> required(const Element& element, std::string_view attribute);

/// The column's name on the wire by its logical name, which a lookup has too; any other name as it is.
[[nodiscard]] std::string_view wire_name(const schema::Table& table, std::string_view logical_name);

/// Errc::malformed for an element that stands where it cannot.
[[nodiscard]] tl::unexpected<Error> misplaced(const Element& element);

/// Errc::malformed: "The attribute 'x' of the element 'y' WHAT."
[[nodiscard]] tl::unexpected<Error> attribute_error(
    const Element& element, std::string_view attribute, std::string_view what
);

}  // namespace rookery::odata::fetchxml
