// The complex and enumeration types of the metadata, once: properties are made of them, and $metadata lists them.
#pragma once

#include "odata/metadata/value.hpp"

#include <span>
#include <string_view>

namespace rookery::odata::metadata {

extern const ComplexType localized_label;
extern const ComplexType label_type;
extern const ComplexType managed_property;        // BooleanManagedProperty
extern const ComplexType managed_required_level;  // AttributeRequiredLevelManagedProperty
extern const ComplexType attribute_type_name;     // AttributeTypeDisplayName
extern const ComplexType string_format_name;
extern const ComplexType memo_format_name;
extern const ComplexType date_time_behavior;
extern const ComplexType option_type;  // OptionMetadata
extern const ComplexType state_option;
extern const ComplexType status_option;
extern const ComplexType cascade_configuration;
extern const ComplexType menu_configuration;  // AssociatedMenuConfiguration
extern const ComplexType security_privilege;  // SecurityPrivilegeMetadata
// Of what functions and actions take and give.
extern const ComplexType role_privilege;
extern const ComplexType principal_access;
extern const ComplexType root_key_way;
extern const ComplexType query_expression;
extern const ComplexType entity_query;
extern const ComplexType deleted_metadata;
extern const ComplexType record_counts;  // EntityRecordCountCollection
extern const ComplexType endpoints;      // EndpointCollection
extern const ComplexType organization_detail;
extern const ComplexType paging_info;
extern const ComplexType audit_detail;
extern const ComplexType attribute_audit_detail;
extern const ComplexType relationship_audit_detail;
extern const ComplexType role_privilege_audit_detail;
extern const ComplexType share_audit_detail;
extern const ComplexType deleted_attributes;
extern const ComplexType audit_detail_collection;

extern const EnumType attribute_type_code;
extern const EnumType required_level;  // AttributeRequiredLevel
extern const EnumType ownership_types;
extern const EnumType cascade_type;
extern const EnumType ime_mode;
extern const EnumType string_format;
extern const EnumType integer_format;
extern const EnumType date_time_format;
extern const EnumType lookup_format;
extern const EnumType option_set_type;
extern const EnumType relationship_type;
extern const EnumType security_types;
extern const EnumType key_index_status;  // EntityKeyIndexStatus
extern const EnumType privilege_type;
extern const EnumType menu_behavior;  // AssociatedMenuBehavior
extern const EnumType menu_group;     // AssociatedMenuGroup
extern const EnumType privilege_depth;
extern const EnumType deleted_filters;
extern const EnumType endpoint_access_type;
extern const EnumType endpoint_type;
extern const EnumType organization_state;

[[nodiscard]] std::span<const ComplexType* const> complex_types();
[[nodiscard]] std::span<const EnumType* const> enum_types();

}  // namespace rookery::odata::metadata
