#include "odata/metadata/definition.hpp"

#include "base/zeroing_allocator.hpp"

namespace rookery::odata::metadata {
namespace {

template <auto list>
std::size_t count_of(const EntityType& type) {
    const auto inherited = type.base == nullptr ? 0 : count_of<list>(*type.base);
    return inherited + (type.*list).size();
}

template <auto list>
const auto& at_place(const EntityType& type, std::size_t place) {
    const auto* from = &type;
    while (from->base != nullptr && place < count_of<list>(*from->base)) from = from->base;
    const auto inherited = from->base == nullptr ? 0 : count_of<list>(*from->base);
    return (from->*list)[place - inherited];
}

template <auto list>
std::optional<std::size_t> place_of(const EntityType& type, std::string_view wanted) {
    const auto inherited = type.base == nullptr ? 0 : count_of<list>(*type.base);
    for (std::size_t i = 0; i < (type.*list).size(); ++i) {
        if ((type.*list)[i].name == wanted) return inherited + i;
    }
    return type.base == nullptr ? std::nullopt : place_of<list>(*type.base, wanted);
}

/// `"Name":value`
std::string ready_member(std::string_view name, const Value& value) {
    WipedBuffer buffer;
    JsonWriter json{buffer, 128};
    json.begin_object();
    json.key(name);
    write(json, value);
    json.end_object();
    return {buffer.begin() + 1, buffer.end() - 1};
}

}  // namespace

bool EntityType::is_a(const EntityType& other) const {
    return this == &other || (base != nullptr && base->is_a(other));
}

std::size_t EntityType::property_count() const { return count_of<&EntityType::properties>(*this); }

const Property& EntityType::property(std::size_t place) const {
    return at_place<&EntityType::properties>(*this, place);
}

std::optional<std::size_t> EntityType::find_property(std::string_view wanted) const {
    return place_of<&EntityType::properties>(*this, wanted);
}

std::size_t EntityType::navigation_count() const {
    return count_of<&EntityType::navigations>(*this);
}

const Navigation& EntityType::navigation(std::size_t place) const {
    return at_place<&EntityType::navigations>(*this, place);
}

std::optional<std::size_t> EntityType::find_navigation(std::string_view wanted) const {
    return place_of<&EntityType::navigations>(*this, wanted);
}

std::string_view EntityType::id_property() const {
    return key.empty() && base != nullptr ? base->id_property() : key;
}

std::string_view EntityType::name_property() const {
    return name_key.empty() && base != nullptr ? base->name_property() : name_key;
}

Definition define(const EntityType& type, const Source& source) {
    Definition out;
    out.type = &type;
    out.id = source.id;
    for (std::size_t place = 0; place < type.property_count(); ++place) {
        const auto& property = type.property(place);
        out.values.push_back(property.make(source));
        out.ready.push_back(ready_member(property.name, out.values.back()));
        if (property.name == type.name_property()) out.name = out.values.back().text;
    }
    out.related.resize(type.navigation_count());
    return out;
}

}  // namespace rookery::odata::metadata
