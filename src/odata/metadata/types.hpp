// The entity types of the metadata, as rows: a file of types each for tables, columns, relationships, and the rest.
#pragma once

#include "odata/metadata/definition.hpp"

#include <span>
#include <string_view>

namespace rookery::odata::metadata {

extern const EntityType model_base;     // crmmodelbaseentity
extern const EntityType metadata_base;  // MetadataBase
extern const EntityType entity_metadata;

extern const EntityType attribute_metadata;
extern const EntityType enum_attribute;
extern const EntityType boolean_attribute;
extern const EntityType bigint_attribute;
extern const EntityType date_time_attribute;
extern const EntityType double_attribute;
extern const EntityType entity_name_attribute;
extern const EntityType integer_attribute;
extern const EntityType lookup_attribute;
extern const EntityType managed_property_attribute;
extern const EntityType memo_attribute;
extern const EntityType picklist_attribute;
extern const EntityType state_attribute;
extern const EntityType status_attribute;
extern const EntityType string_attribute;
extern const EntityType unique_identifier_attribute;

extern const EntityType key_metadata;       // EntityKeyMetadata
extern const EntityType relationship_base;  // RelationshipMetadataBase
extern const EntityType one_to_many;
extern const EntityType many_to_many;
extern const EntityType option_set_base;
extern const EntityType option_set_metadata;
extern const EntityType boolean_option_set;
extern const EntityType sdk_message;
extern const EntityType sdk_message_filter;

/// A base before what derives from it.
[[nodiscard]] std::span<const EntityType* const> entity_types();
/// Null when no type has that name.
[[nodiscard]] const EntityType* find_type(std::string_view name);

/// The type of a column's definition, and what AttributeType says of it.
struct AttributeKind {
    const EntityType* type = nullptr;
    std::string_view code;
};

/// Null type: a column that the metadata does not tell of.
[[nodiscard]] AttributeKind kind_of(const schema::Column& column);

}  // namespace rookery::odata::metadata
