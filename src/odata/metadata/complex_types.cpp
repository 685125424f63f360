#include "odata/metadata/complex_types.hpp"

namespace rookery::odata::metadata {
namespace {

constexpr Field localized_label_fields[] = {
    {"Label", "Edm.String"},
    {"LanguageCode", "Edm.Int32"},
    {"IsManaged", "Edm.Boolean"},
    {"MetadataId", "Edm.Guid"},
    {"HasChanged", "Edm.Boolean"},
};
constexpr Field label_fields[] = {
    {"LocalizedLabels", "Collection(LocalizedLabel)"},
    {"UserLocalizedLabel", "LocalizedLabel"},
};
constexpr Field managed_property_fields[] = {
    {"Value", "Edm.Boolean"},
    {"CanBeChanged", "Edm.Boolean"},
    {"ManagedPropertyLogicalName", "Edm.String"},
};
constexpr Field required_level_fields[] = {
    {"Value", "AttributeRequiredLevel"},
    {"CanBeChanged", "Edm.Boolean"},
    {"ManagedPropertyLogicalName", "Edm.String"},
};
constexpr Field value_field[] = {{"Value", "Edm.String"}};
constexpr Field option_fields[] = {
    {"Value", "Edm.Int32"},
    {"Label", "Label"},
    {"Description", "Label"},
    {"Color", "Edm.String"},
    {"IsManaged", "Edm.Boolean"},
    {"ExternalValue", "Edm.String"},
    {"ParentValues", "Collection(Edm.Int32)"},
    {"Tag", "Edm.String"},
    {"IsHidden", "Edm.Boolean"},
    {"MetadataId", "Edm.Guid"},
    {"HasChanged", "Edm.Boolean"},
};
constexpr Field state_option_fields[] = {
    {"DefaultStatus", "Edm.Int32"},
    {"InvariantName", "Edm.String"},
};
constexpr Field status_option_fields[] = {
    {"State", "Edm.Int32"},
    {"TransitionData", "Edm.String"},
};
constexpr Field cascade_fields[] = {
    {"Assign", "CascadeType"},
    {"Delete", "CascadeType"},
    {"Archive", "CascadeType"},
    {"Merge", "CascadeType"},
    {"Reparent", "CascadeType"},
    {"Share", "CascadeType"},
    {"Unshare", "CascadeType"},
    {"RollupView", "CascadeType"},
};
constexpr Field menu_fields[] = {
    {"Behavior", "AssociatedMenuBehavior"},
    {"Group", "AssociatedMenuGroup"},
    {"Order", "Edm.Int32"},
    {"IsCustomizable", "Edm.Boolean"},
    {"Icon", "Edm.String"},
    {"ViewId", "Edm.Guid"},
    {"AvailableOffline", "Edm.Boolean"},
    {"MenuId", "Edm.String"},
    {"QueryApi", "Edm.String"},
    {"Label", "Label"},
};
constexpr Field privilege_fields[] = {
    {"CanBeBasic", "Edm.Boolean"},
    {"CanBeLocal", "Edm.Boolean"},
    {"CanBeDeep", "Edm.Boolean"},
    {"CanBeGlobal", "Edm.Boolean"},
    {"CanBeEntityReference", "Edm.Boolean"},
    {"CanBeParentEntityReference", "Edm.Boolean"},
    {"Name", "Edm.String"},
    {"PrivilegeId", "Edm.Guid"},
    {"PrivilegeType", "PrivilegeType"},
};
constexpr Field role_privilege_fields[] = {
    {"Depth", "PrivilegeDepth"},
    {"PrivilegeId", "Edm.Guid"},
    {"BusinessUnitId", "Edm.Guid"},
    {"PrivilegeName", "Edm.String"},
};
constexpr Field principal_access_fields[] = {
    {"AccessMask", "AccessRights"},
    {"Principal", "principal"},
};
constexpr Field record_count_fields[] = {
    {"Count", "Edm.Int32"},
    {"IsReadOnly", "Edm.Boolean"},
    {"Keys", "Collection(Edm.String)"},
    {"Values", "Collection(Edm.Int64)"},
};
constexpr Field endpoint_fields[] = {
    {"Count", "Edm.Int32"},
    {"IsReadOnly", "Edm.Boolean"},
    {"Keys", "Collection(EndpointType)"},
    {"Values", "Collection(Edm.String)"},
};
constexpr Field organization_fields[] = {
    {"OrganizationId", "Edm.Guid"},
    {"FriendlyName", "Edm.String"},
    {"OrganizationVersion", "Edm.String"},
    {"EnvironmentId", "Edm.String"},
    {"DatacenterId", "Edm.Guid"},
    {"Geo", "Edm.String"},
    {"TenantId", "Edm.String"},
    {"UrlName", "Edm.String"},
    {"UniqueName", "Edm.String"},
    {"Endpoints", "EndpointCollection"},
    {"State", "OrganizationState"},
};
constexpr Field paging_fields[] = {
    {"PageNumber", "Edm.Int32"},
    {"Count", "Edm.Int32"},
    {"ReturnTotalRecordCount", "Edm.Boolean"},
    {"PagingCookie", "Edm.String"},
};
constexpr Field attribute_detail_fields[] = {
    {"InvalidNewValueAttributes", "Collection(Edm.String)"},
    {"LocLabelLanguageCode", "Edm.Int32"},
    {"DeletedAttributes", "DeletedAttributeCollection"},
    {"OldValue", "crmbaseentity"},
    {"NewValue", "crmbaseentity"},
};
constexpr Field relationship_detail_fields[] = {
    {"RelationshipName", "Edm.String"},
    {"TargetRecords", "Collection(crmbaseentity)"},
};
constexpr Field share_detail_fields[] = {
    {"Principal", "crmbaseentity"},
    {"OldPrivileges", "AccessRights"},
    {"NewPrivileges", "AccessRights"},
};
constexpr Field role_privilege_detail_fields[] = {
    {"OldRolePrivileges", "Collection(RolePrivilege)"},
    {"NewRolePrivileges", "Collection(RolePrivilege)"},
    {"InvalidNewPrivileges", "Collection(Edm.Guid)"},
};
constexpr Field deleted_attribute_fields[] = {
    {"Count", "Edm.Int32"},
    {"IsReadOnly", "Edm.Boolean"},
    {"Keys", "Collection(Edm.Int32)"},
    {"Values", "Collection(Edm.String)"},
};
constexpr Field audit_collection_fields[] = {
    {"MoreRecords", "Edm.Boolean"},
    {"PagingCookie", "Edm.String"},
    {"TotalRecordCount", "Edm.Int32"},
    {"AuditDetails", "Collection(AuditDetail)"},
};

// clang-format off
constexpr EnumMember attribute_type_codes[] = {
    {"Boolean", 0}, {"Customer", 1}, {"DateTime", 2}, {"Decimal", 3}, {"Double", 4}, {"Integer", 5}, {"Lookup", 6},
    {"Memo", 7}, {"Money", 8}, {"Owner", 9}, {"PartyList", 10}, {"Picklist", 11}, {"State", 12}, {"Status", 13},
    {"String", 14}, {"Uniqueidentifier", 15}, {"CalendarRules", 16}, {"Virtual", 17}, {"BigInt", 18},
    {"ManagedProperty", 19}, {"EntityName", 20},
};
constexpr EnumMember required_levels[] = {
    {"None", 0}, {"SystemRequired", 1}, {"ApplicationRequired", 2}, {"Recommended", 3},
};
constexpr EnumMember ownerships[] = {
    {"None", 0}, {"UserOwned", 1}, {"TeamOwned", 2}, {"BusinessOwned", 4}, {"OrganizationOwned", 8},
    {"BusinessParented", 16},
};
constexpr EnumMember cascades[] = {
    {"NoCascade", 0}, {"Cascade", 1}, {"Active", 2}, {"UserOwned", 3}, {"RemoveLink", 4}, {"Restrict", 5},
};
constexpr EnumMember ime_modes[] = {{"Auto", 0}, {"Inactive", 1}, {"Active", 2}, {"Disabled", 3}};
constexpr EnumMember string_formats[] = {
    {"Email", 0}, {"Text", 1}, {"TextArea", 2}, {"Url", 3}, {"TickerSymbol", 4}, {"PhoneticGuide", 5},
    {"VersionNumber", 6}, {"Phone", 7}, {"Json", 8}, {"RichText", 9},
};
constexpr EnumMember integer_formats[] = {
    {"None", 0}, {"Duration", 1}, {"TimeZone", 2}, {"Language", 3}, {"Locale", 4},
};
constexpr EnumMember date_time_formats[] = {{"DateOnly", 0}, {"DateAndTime", 1}};
constexpr EnumMember lookup_formats[] = {{"None", 0}, {"Connection", 1}, {"Regarding", 2}, {"Text", 3}};
constexpr EnumMember option_set_types[] = {{"Picklist", 0}, {"State", 1}, {"Status", 2}, {"Boolean", 3}};
constexpr EnumMember relationship_types[] = {{"OneToManyRelationship", 0}, {"ManyToManyRelationship", 1}};
constexpr EnumMember security_kinds[] = {
    {"None", 0}, {"Append", 1}, {"ParentChild", 2}, {"Pointer", 4}, {"Inheritance", 8},
};
constexpr EnumMember index_statuses[] = {{"Pending", 0}, {"InProgress", 1}, {"Active", 2}, {"Failed", 3}};
constexpr EnumMember privilege_types[] = {
    {"None", 0}, {"Create", 1}, {"Read", 2}, {"Write", 3}, {"Delete", 4}, {"Assign", 5}, {"Share", 6},
    {"Append", 7}, {"AppendTo", 8},
};
constexpr EnumMember menu_behaviors[] = {{"UseCollectionName", 0}, {"UseLabel", 1}, {"DoNotDisplay", 2}};
constexpr EnumMember privilege_depths[] = {{"Basic", 0}, {"Local", 1}, {"Deep", 2}, {"Global", 3}};
constexpr EnumMember deleted_kinds[] = {
    {"Entity", 1}, {"Attribute", 2}, {"Relationship", 4}, {"Label", 8}, {"OptionSet", 16}, {"All", 31},
};
constexpr EnumMember access_types[] = {{"Default", 0}, {"Internet", 1}, {"Intranet", 2}};
constexpr EnumMember endpoint_types[] = {
    {"OrganizationService", 0}, {"OrganizationDataService", 1}, {"WebApplication", 2},
};
constexpr EnumMember organization_states[] = {{"Enabled", 0}, {"Disabled", 1}};
constexpr EnumMember menu_groups[] = {{"Details", 0}, {"Sales", 1}, {"Service", 2}, {"Marketing", 3}};
// clang-format on

}  // namespace

constinit const ComplexType localized_label{"LocalizedLabel", nullptr, localized_label_fields};
constinit const ComplexType label_type{"Label", nullptr, label_fields};
constinit const ComplexType managed_property{
    "BooleanManagedProperty", nullptr, managed_property_fields};
constinit const ComplexType managed_required_level{
    "AttributeRequiredLevelManagedProperty", nullptr, required_level_fields};
constinit const ComplexType attribute_type_name{"AttributeTypeDisplayName", nullptr, value_field};
constinit const ComplexType string_format_name{"StringFormatName", nullptr, value_field};
constinit const ComplexType memo_format_name{"MemoFormatName", nullptr, value_field};
constinit const ComplexType date_time_behavior{"DateTimeBehavior", nullptr, value_field};
constinit const ComplexType option_type{"OptionMetadata", nullptr, option_fields};
constinit const ComplexType state_option{"StateOptionMetadata", &option_type, state_option_fields};
constinit const ComplexType status_option{
    "StatusOptionMetadata", &option_type, status_option_fields};
constinit const ComplexType cascade_configuration{"CascadeConfiguration", nullptr, cascade_fields};
constinit const ComplexType menu_configuration{"AssociatedMenuConfiguration", nullptr, menu_fields};
constinit const ComplexType security_privilege{
    "SecurityPrivilegeMetadata", nullptr, privilege_fields};
constinit const ComplexType role_privilege{"RolePrivilege", nullptr, role_privilege_fields};
constinit const ComplexType principal_access{"PrincipalAccess", nullptr, principal_access_fields};
constinit const ComplexType root_key_way{.name = "rky_RootKeyWay", .open = true};
constinit const ComplexType query_expression{.name = "QueryExpression", .open = true};
constinit const ComplexType entity_query{.name = "EntityQueryExpression", .open = true};
constinit const ComplexType deleted_metadata{.name = "DeletedMetadataCollection", .open = true};
constinit const ComplexType record_counts{
    "EntityRecordCountCollection", nullptr, record_count_fields};
constinit const ComplexType endpoints{"EndpointCollection", nullptr, endpoint_fields};
constinit const ComplexType organization_detail{"OrganizationDetail", nullptr, organization_fields};
constinit const ComplexType paging_info{"PagingInfo", nullptr, paging_fields};
constinit const ComplexType audit_detail{"AuditDetail"};
constinit const ComplexType attribute_audit_detail{
    "AttributeAuditDetail", &audit_detail, attribute_detail_fields};
constinit const ComplexType relationship_audit_detail{
    "RelationshipAuditDetail", &audit_detail, relationship_detail_fields};
constinit const ComplexType role_privilege_audit_detail{
    "RolePrivilegeAuditDetail", &audit_detail, role_privilege_detail_fields};
constinit const ComplexType share_audit_detail{
    "ShareAuditDetail", &audit_detail, share_detail_fields};
constinit const ComplexType deleted_attributes{
    "DeletedAttributeCollection", nullptr, deleted_attribute_fields};
constinit const ComplexType audit_detail_collection{
    "AuditDetailCollection", nullptr, audit_collection_fields};

constinit const EnumType attribute_type_code{"AttributeTypeCode", attribute_type_codes};
constinit const EnumType required_level{"AttributeRequiredLevel", required_levels};
constinit const EnumType ownership_types{"OwnershipTypes", ownerships, true};
constinit const EnumType cascade_type{"CascadeType", cascades};
constinit const EnumType ime_mode{"ImeMode", ime_modes};
constinit const EnumType string_format{"StringFormat", string_formats};
constinit const EnumType integer_format{"IntegerFormat", integer_formats};
constinit const EnumType date_time_format{"DateTimeFormat", date_time_formats};
constinit const EnumType lookup_format{"LookupFormat", lookup_formats};
constinit const EnumType option_set_type{"OptionSetType", option_set_types};
constinit const EnumType relationship_type{"RelationshipType", relationship_types};
constinit const EnumType security_types{"SecurityTypes", security_kinds, true};
constinit const EnumType key_index_status{"EntityKeyIndexStatus", index_statuses};
constinit const EnumType privilege_type{"PrivilegeType", privilege_types};
constinit const EnumType menu_behavior{"AssociatedMenuBehavior", menu_behaviors};
constinit const EnumType privilege_depth{"PrivilegeDepth", privilege_depths};
constinit const EnumType deleted_filters{"DeletedMetadataFilters", deleted_kinds, true};
constinit const EnumType endpoint_access_type{"EndpointAccessType", access_types};
constinit const EnumType endpoint_type{"EndpointType", endpoint_types};
constinit const EnumType organization_state{"OrganizationState", organization_states};
constinit const EnumType menu_group{"AssociatedMenuGroup", menu_groups};

std::span<const ComplexType* const> complex_types() {
    static constexpr const ComplexType* all[] = {
        &localized_label,
        &label_type,
        &managed_property,
        &managed_required_level,
        &attribute_type_name,
        &string_format_name,
        &memo_format_name,
        &date_time_behavior,
        &option_type,
        &state_option,
        &status_option,
        &cascade_configuration,
        &menu_configuration,
        &security_privilege,
        &role_privilege,
        &root_key_way,
        &query_expression,
        &entity_query,
        &deleted_metadata,
        &record_counts,
        &endpoints,
        &organization_detail,
        &paging_info,
        &audit_detail,
        &attribute_audit_detail,
        &relationship_audit_detail,
        &role_privilege_audit_detail,
        &share_audit_detail,
        &deleted_attributes,
        &audit_detail_collection,
        &principal_access,
    };
    return all;
}

std::span<const EnumType* const> enum_types() {
    static constexpr const EnumType* all[] = {
        &attribute_type_code,  &required_level,    &ownership_types,
        &cascade_type,         &ime_mode,          &string_format,
        &integer_format,       &date_time_format,  &lookup_format,
        &option_set_type,      &relationship_type, &security_types,
        &key_index_status,     &privilege_type,    &menu_behavior,
        &menu_group,           &privilege_depth,   &deleted_filters,
        &endpoint_access_type, &endpoint_type,     &organization_state,
    };
    return all;
}

}  // namespace rookery::odata::metadata
