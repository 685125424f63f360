// Definition: one thing that the metadata tells of, such as a table, a column or a relationship, and the entity type
// that it is of. A type is data: what properties it has, and how each comes out of the schema.
#pragma once

#include "base/uuid.hpp"
#include "odata/metadata/value.hpp"
#include "schema/schema.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::odata::metadata {

/// The rows of the schema that a definition is made of; what it is not about is null.
struct Source {
    Uuid id = {};
    const schema::Table* table = nullptr;
    const schema::Column* column = nullptr;
    const schema::AlternateKey* key = nullptr;
    const schema::Relationship* relationship = nullptr;
    const schema::Association* association = nullptr;
    std::string_view message = {};  // of an sdkmessage or a filter of it
    Uuid message_id = {};           // of the filter's message
};

struct Property {
    std::string_view name;
    std::string_view type;  // as Field::type
    Value (*make)(const Source& source) = nullptr;
};

struct EntityType;

struct Navigation {
    std::string_view name;
    const EntityType* type = nullptr;
    bool collection = true;
};

struct EntityType {
    std::string_view name;
    const EntityType* base = nullptr;
    bool abstract = false;
    std::string_view key = {};       // the property that holds the id; of a base
    std::string_view name_key = {};  // the property by which one may be named as well
    std::span<const Property> properties = {};
    std::span<const Navigation> navigations = {};

    /// The type itself, or one that it derives from.
    [[nodiscard]] bool is_a(const EntityType& other) const;
    /// Of the bases first: a property has the same place in every type that derives from its own.
    [[nodiscard]] std::size_t property_count() const;
    [[nodiscard]] const Property& property(std::size_t place) const;
    [[nodiscard]] std::optional<std::size_t> find_property(std::string_view wanted) const;
    [[nodiscard]] std::size_t navigation_count() const;
    [[nodiscard]] const Navigation& navigation(std::size_t place) const;
    [[nodiscard]] std::optional<std::size_t> find_navigation(std::string_view wanted) const;
    /// Its own, or a base's.
    [[nodiscard]] std::string_view id_property() const;
    [[nodiscard]] std::string_view name_property() const;
};

struct Definition {
    const EntityType* type = nullptr;
    Uuid id;
    std::string name;                                     // by which it may be named as well
    std::vector<Value> values;                            // by the place of their property
    std::vector<std::string> ready;                       // the same as `"Name":value`
    std::vector<std::vector<const Definition*>> related;  // by the place of their navigation
};

/// With all its values, and related to nothing yet.
[[nodiscard]] Definition define(const EntityType& type, const Source& source);

}  // namespace rookery::odata::metadata
