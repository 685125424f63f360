#include "odata/metadata/value.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace rookery::odata::metadata {
namespace {

constexpr std::string_view type_annotation = "@odata.type";

void add_fields(
    const ComplexType& type, std::vector<Value>& values, std::size_t& at,
    std::vector<ValueMember>& out
) {
    if (type.base != nullptr) add_fields(*type.base, values, at, out);
    for (const auto& field : type.fields) {
        if (at == values.size()) throw std::logic_error("a complex value lacks a field");
        out.push_back({field.name, std::move(values[at++])});
    }
}

}  // namespace

bool EnumType::has(std::string_view member) const {
    return std::ranges::any_of(members, [&](const auto& one) { return one.name == member; });
}

Value Value::of(bool value) {
    Value out;
    out.kind = Kind::boolean;
    out.boolean = value;
    return out;
}

Value Value::of(std::int64_t value) {
    Value out;
    out.kind = Kind::number;
    out.number = value;
    return out;
}

Value Value::of(std::string_view value) {
    Value out;
    out.kind = Kind::text;
    out.text = value;
    return out;
}

Value Value::of(const Uuid& value) {
    Value out;
    out.kind = Kind::id;
    out.id = value;
    return out;
}

Value Value::text_or_null(std::string_view value) { return value.empty() ? Value{} : of(value); }

Value Value::of(const EnumType& type, std::string_view member) {
    if (!type.has(member)) throw std::logic_error("an enumeration lacks a member");
    auto out = of(member);
    out.kind = Kind::enumeration;
    return out;
}

Value Value::of(const ComplexType& type, std::vector<Value> values) {
    Value out;
    out.kind = Kind::object;
    std::size_t at = 0;
    add_fields(type, values, at, out.members);
    if (at != values.size()) throw std::logic_error("a complex value has a field too many");
    return out;
}

Value Value::derived(const ComplexType& type, std::vector<Value> values) {
    auto out = of(type, std::move(values));
    const auto name = "#Microsoft.Dynamics.CRM." + std::string{type.name};
    out.members.insert(out.members.begin(), {type_annotation, of(std::string_view{name})});
    return out;
}

Value Value::list(std::vector<Value> items) {
    Value out;
    out.kind = Kind::list;
    out.items = std::move(items);
    return out;
}

const Value* Value::member(std::string_view name) const {
    const auto found =
        std::ranges::find_if(members, [&](const auto& one) { return one.name == name; });
    return found == members.end() ? nullptr : &found->value;
}

void write(JsonWriter& json, const Value& value) {
    switch (value.kind) {
        case Value::Kind::null:
            return json.null();
        case Value::Kind::boolean:
            return json.boolean(value.boolean);
        case Value::Kind::number:
            return json.number(value.number);
        case Value::Kind::text:
        case Value::Kind::enumeration:
            return json.text(std::string_view{value.text});
        case Value::Kind::id:
            return json.uuid(value.id);
        case Value::Kind::object:
            json.begin_object();
            for (const auto& [name, one] : value.members) {
                json.key(name);
                write(json, one);
            }
            return json.end_object();
        case Value::Kind::list:
            json.begin_array();
            for (const auto& one : value.items) write(json, one);
            return json.end_array();
    }
}

}  // namespace rookery::odata::metadata
