// What the metadata tells of a table.
#include "odata/metadata/complex_types.hpp"
#include "odata/metadata/types.hpp"
#include "odata/metadata/values.hpp"
#include "pipeline/match_code.hpp"

#include <string>

namespace rookery::odata::metadata {
namespace {

using schema::Ownership;

struct OwnershipName {
    Ownership ownership;
    std::string_view name;
    bool by_user;  // a privilege may reach only what is one's own
    bool by_unit;
};

constexpr OwnershipName ownership_names[] = {
    {Ownership::user, "UserOwned", true, true},
    {Ownership::organization, "OrganizationOwned", false, false},
    {Ownership::business, "BusinessOwned", false, true},
    {Ownership::none, "None", false, false},
};

const OwnershipName& ownership_of(const schema::Table& table) {
    return ownership_names[static_cast<std::size_t>(table.ownership)];
}

/// SystemUser and systemusers make SystemUsers.
std::string collection_name(const schema::Table& table) {
    if (!table.set_name.starts_with(table.name)) return std::string{table.set_name};
    return std::string{table.schema_name} + std::string{table.set_name.substr(table.name.size())};
}

Value privileges_value(const Source& source) {
    const auto& reach = ownership_of(*source.table);
    std::vector<Value> out;
    for (const auto& right : schema::right_names) {
        const auto& privilege = schema::privilege(*source.table, right.right);
        out.push_back(Value::of(
            security_privilege,
            {Value::of(reach.by_user),
             Value::of(reach.by_unit),
             Value::of(reach.by_unit),
             Value::of(true),
             Value::of(false),
             Value::of(false),
             Value::of(privilege.name),
             Value::of(schema::privilege_id(privilege)),
             Value::of(privilege_type, right.privilege_word)}
        ));
    }
    return Value::list(std::move(out));
}

Value customization(const Source&) { return managed(false, "iscustomizable"); }

constexpr Property base_properties[] = {
    {"MetadataId", "Edm.Guid", [](const Source& of) { return Value::of(of.id); }},
    {"HasChanged", "Edm.Boolean", nothing},
};

// clang-format off
constexpr Property entity_properties[] = {
    {"LogicalName", "Edm.String", [](const Source& of) { return Value::of(of.table->name); }},
    {"SchemaName", "Edm.String", [](const Source& of) { return Value::of(of.table->schema_name); }},
    {"EntitySetName", "Edm.String", [](const Source& of) { return Value::of(of.table->set_name); }},
    {"LogicalCollectionName", "Edm.String", [](const Source& of) { return Value::of(of.table->set_name); }},
    {"CollectionSchemaName", "Edm.String", [](const Source& of) { return Value::of(std::string_view{collection_name(*of.table)}); }},
    {"PrimaryIdAttribute", "Edm.String", [](const Source& of) { return Value::of(of.table->primary_id); }},
    {"PrimaryNameAttribute", "Edm.String", [](const Source& of) { return Value::text_or_null(of.table->primary_name); }},
    {"PrimaryImageAttribute", "Edm.String", nothing},
    {"ObjectTypeCode", "Edm.Int32", [](const Source& of) { return Value::of(std::int64_t{of.table->object_type_code}); }},
    {"OwnershipType", "OwnershipTypes", [](const Source& of) { return Value::of(ownership_types, ownership_of(*of.table).name); }},
    {"TableType", "Edm.String", [](const Source&) { return Value::of(std::string_view{"Standard"}); }},
    {"DisplayName", "Label", [](const Source& of) { return label(of, "DisplayName", of.table->display_name); }},
    {"DisplayCollectionName", "Label", [](const Source& of) { return label(of, "DisplayCollectionName", of.table->display_collection_name); }},
    {"Description", "Label", [](const Source& of) { return label(of, "Description", {}); }},
    {"IsCustomEntity", "Edm.Boolean", [](const Source& of) { return Value::of(is_custom(of.table->name)); }},
    {"IsIntersect", "Edm.Boolean", [](const Source& of) { return Value::of(of.table->intersect); }},
    {"IsPrivate", "Edm.Boolean", never},
    {"IsActivity", "Edm.Boolean", never},
    {"IsActivityParty", "Edm.Boolean", never},
    {"IsChildEntity", "Edm.Boolean", never},
    {"IsLogicalEntity", "Edm.Boolean", never},
    {"IsBPFEntity", "Edm.Boolean", never},
    {"IsManaged", "Edm.Boolean", always},
    {"IsAvailableOffline", "Edm.Boolean", never},
    {"IsImportable", "Edm.Boolean", [](const Source& of) { return Value::of(of.table->writable); }},
    {"IsEnabledForCharts", "Edm.Boolean", never},
    {"IsReadOnlyInMobileClient", "BooleanManagedProperty", [](const Source&) { return managed(true, "canmodifymobileclientreadonly"); }},
    {"IsValidForAdvancedFind", "Edm.Boolean", always},
    {"IsOptimisticConcurrencyEnabled", "Edm.Boolean", always},
    {"ChangeTrackingEnabled", "Edm.Boolean", [](const Source& of) { return Value::of(of.table->tracks_changes); }},
    {"EnforceStateTransitions", "Edm.Boolean", never},
    {"IsStateModelAware", "Edm.Boolean", [](const Source& of) { return Value::of(of.table->column("statecode") != nullptr); }},
    {"CanTriggerWorkflow", "Edm.Boolean", never},
    {"AutoRouteToOwnerQueue", "Edm.Boolean", never},
    {"AutoCreateAccessTeams", "Edm.Boolean", never},
    {"HasActivities", "Edm.Boolean", never},
    {"HasNotes", "Edm.Boolean", never},
    {"HasFeedback", "Edm.Boolean", never},
    {"HasEmailAddresses", "Edm.Boolean", never},
    {"ActivityTypeMask", "Edm.Int32", zero},
    {"IsAuditEnabled", "BooleanManagedProperty", [](const Source&) { return managed(true, "canmodifyauditsettings"); }},
    {"IsRetrieveAuditEnabled", "Edm.Boolean", always},
    {"IsRetrieveMultipleAuditEnabled", "Edm.Boolean", always},
    {"IsDuplicateDetectionEnabled", "BooleanManagedProperty", [](const Source& of) { return managed(messages::detects_duplicates(*of.table), "canmodifyduplicatedetectionsettings"); }},
    {"IsCustomizable", "BooleanManagedProperty", customization},
    {"IsRenameable", "BooleanManagedProperty", [](const Source&) { return managed(false, "isrenameable"); }},
    {"IsConnectionsEnabled", "BooleanManagedProperty", [](const Source&) { return managed(false, "canmodifyconnectionsettings"); }},
    {"CanCreateAttributes", "BooleanManagedProperty", [](const Source&) { return managed(false, "cancreateattributes"); }},
    {"CanCreateForms", "BooleanManagedProperty", [](const Source&) { return managed(false, "cancreateforms"); }},
    {"CanCreateViews", "BooleanManagedProperty", [](const Source&) { return managed(false, "cancreateviews"); }},
    {"CanCreateCharts", "BooleanManagedProperty", [](const Source&) { return managed(false, "cancreatecharts"); }},
    {"CanModifyAdditionalSettings", "BooleanManagedProperty", [](const Source&) { return managed(false, "canmodifyadditionalsettings"); }},
    {"CanChangeTrackingBeEnabled", "BooleanManagedProperty", [](const Source&) { return managed(false, "canchangetrackingbeenabled"); }},
    {"DataProviderId", "Edm.Guid", nothing},
    {"DataSourceId", "Edm.Guid", nothing},
    {"ExternalName", "Edm.String", nothing},
    {"ExternalCollectionName", "Edm.String", nothing},
    {"RecurrenceBaseEntityLogicalName", "Edm.String", nothing},
    {"IntroducedVersion", "Edm.String", this_version},
    {"DaysSinceRecordLastModified", "Edm.Int32", zero},
    {"Privileges", "Collection(SecurityPrivilegeMetadata)", privileges_value},
};
// clang-format on

const Navigation entity_navigations[] = {
    {"Attributes", &attribute_metadata},
    {"Keys", &key_metadata},
    {"ManyToOneRelationships", &one_to_many},
    {"OneToManyRelationships", &one_to_many},
    {"ManyToManyRelationships", &many_to_many},
};

}  // namespace

constinit const EntityType model_base{.name = "crmmodelbaseentity", .abstract = true};
constinit const EntityType metadata_base{
    .name = "MetadataBase",
    .base = &model_base,
    .abstract = true,
    .key = "MetadataId",
    .properties = base_properties,
};
constinit const EntityType entity_metadata{
    .name = "EntityMetadata",
    .base = &metadata_base,
    .name_key = "LogicalName",
    .properties = entity_properties,
    .navigations = entity_navigations,
};

}  // namespace rookery::odata::metadata
