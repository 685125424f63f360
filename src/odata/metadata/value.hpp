// Values of the metadata's properties, and the complex and enumeration types that they are of. A value is made once, of
// the schema, and never changes.
#pragma once

#include "base/uuid.hpp"
#include "odata/json/json_writer.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::odata::metadata {

/// A property of a complex type. A type of the metadata is named without its namespace.
struct Field {
    std::string_view name;
    std::string_view type;  // "Edm.String", "Label", "Collection(LocalizedLabel)"
};

struct ComplexType {
    std::string_view name;
    const ComplexType* base = nullptr;
    std::span<const Field> fields = {};
    bool open = false;  // may hold members that it does not name
};

struct EnumMember {
    std::string_view name;
    std::int64_t value = 0;
};

struct EnumType {
    std::string_view name;
    std::span<const EnumMember> members = {};
    bool flags = false;

    [[nodiscard]] bool has(std::string_view member) const;
};

struct ValueMember;

struct Value {
    enum class Kind : std::uint8_t { null, boolean, number, text, id, enumeration, object, list };

    Kind kind = Kind::null;
    bool boolean = false;
    std::int64_t number = 0;
    std::string text;  // of a text and of an enumeration's member
    Uuid id;
    std::vector<ValueMember> members;
    std::vector<Value> items;

    [[nodiscard]] static Value of(bool value);
    [[nodiscard]] static Value of(std::int64_t value);
    [[nodiscard]] static Value of(std::string_view value);
    [[nodiscard]] static Value of(const Uuid& value);
    /// Null when the text is empty.
    [[nodiscard]] static Value text_or_null(std::string_view value);
    /// Precondition: the type has the member.
    [[nodiscard]] static Value of(const EnumType& type, std::string_view member);
    /// Of the type's fields, its base's first. Precondition: as many values as fields.
    [[nodiscard]] static Value of(const ComplexType& type, std::vector<Value> values);
    /// The same where another type is declared, with @odata.type.
    [[nodiscard]] static Value derived(const ComplexType& type, std::vector<Value> values);
    [[nodiscard]] static Value list(std::vector<Value> items);

    /// The member of that name; null when there is none.
    [[nodiscard]] const Value* member(std::string_view name) const;
};

struct ValueMember {
    std::string_view name;  // a constant
    Value value;
};

void write(JsonWriter& json, const Value& value);

}  // namespace rookery::odata::metadata
