// What the metadata tells of relationships, alternate keys, option sets and messages.
#include "odata/metadata/complex_types.hpp"
#include "odata/metadata/types.hpp"
#include "odata/metadata/values.hpp"

#include <algorithm>
#include <string>

namespace rookery::odata::metadata {
namespace {

using schema::Cascade;
using schema::Option;
using schema::Type;

struct CascadeName {
    Cascade cascade;
    std::string_view name;
};

constexpr CascadeName cascade_names[] = {
    {Cascade::none, "NoCascade"},
    {Cascade::cascade, "Cascade"},
    {Cascade::active, "Active"},
    {Cascade::user_owned, "UserOwned"},
    {Cascade::remove_link, "RemoveLink"},
    {Cascade::restrict, "Restrict"},
};

Value cascade_value(Cascade cascade) {
    return Value::of(cascade_type, cascade_names[static_cast<std::size_t>(cascade)].name);
}

Value cascades_of(const Source& of) {
    const auto& row = *of.relationship;
    return Value::of(
        cascade_configuration,
        {cascade_value(row.on_assign),
         cascade_value(row.on_delete),
         cascade_value(row.on_archive),
         cascade_value(row.on_merge),
         cascade_value(row.on_reparent),
         cascade_value(row.on_share),
         cascade_value(row.on_unshare),
         cascade_value(row.on_rollup)}
    );
}

/// There are no menus here, so nothing is displayed in one.
Value no_menu(const Source& of, std::string_view respect) {
    return Value::of(
        menu_configuration,
        {Value::of(menu_behavior, "DoNotDisplay"),
         Value::of(menu_group, "Details"),
         Value{},
         Value::of(false),
         Value{},
         Value::of(Uuid{}),
         Value::of(true),
         Value{},
         Value{},
         label(of, respect, {})}
    );
}

/// The relationship, or the association, has the name.
std::string_view name_of_link(const Source& of) {
    return of.relationship != nullptr ? of.relationship->name : of.association->name;
}

/// dataverse: that of a system table may be customized, though nobody can do that here.
Value customizable_link(const Source& of) {
    return managed(of.relationship != nullptr && of.relationship->customizable, "iscustomizable");
}

std::string_view primary_id_of(std::string_view table) { return schema::table(table)->primary_id; }

Value option_value(const Source& of, const Option& option) {
    const auto number = std::to_string(option.value);
    const std::string seed = "option " + number;
    std::vector<Value> values = {
        Value::of(std::int64_t{option.value}),
        label(of, seed, option.label),
        label(of, seed, {}),
        Value{},
        Value::of(true),
        Value::of(std::string_view{}),
        Value::list({}),
        Value{},
        Value::of(false),
        Value{},
        Value{},
    };
    const auto type = of.column->type;
    if (type == Type::state) {
        values.push_back(Value::of(std::int64_t{option.default_status}));
        values.push_back(Value::of(option.label));
        return Value::derived(state_option, std::move(values));
    }
    if (type == Type::status) {
        values.push_back(Value::of(std::int64_t{option.state}));
        values.emplace_back();
        return Value::derived(status_option, std::move(values));
    }
    return Value::of(option_type, std::move(values));
}

Value options_value(const Source& of) {
    std::vector<Value> out;
    for (const auto& option : of.column->options) out.push_back(option_value(of, option));
    return Value::list(std::move(out));
}

std::string option_set_name(const Source& of) {
    return std::string{of.table->name} + "_" + std::string{of.column->name};
}

/// dataverse: what states and statuses a table has is a choice that others may use too.
bool is_global(const Source& of) {
    return of.column->type == Type::state || of.column->type == Type::status;
}

std::string_view set_type_of(const Source& of) {
    switch (of.column->type) {
        case Type::state:
            return "State";
        case Type::status:
            return "Status";
        case Type::boolean:
            return "Boolean";
        default:
            return "Picklist";
    }
}

Value key_columns(const Source& of) {
    std::vector<Value> out;
    for (const auto id : of.key->columns) out.push_back(Value::of(of.table->column(id)->name));
    return Value::list(std::move(out));
}

// clang-format off
constexpr Property key_properties[] = {
    {"LogicalName", "Edm.String", [](const Source& of) { return Value::of(of.key->name); }},
    {"SchemaName", "Edm.String", [](const Source& of) { return Value::of(of.key->name); }},
    {"EntityLogicalName", "Edm.String", [](const Source& of) { return Value::of(of.table->name); }},
    {"DisplayName", "Label", [](const Source& of) { return label(of, "DisplayName", of.key->name); }},
    {"KeyAttributes", "Collection(Edm.String)", key_columns},
    {"EntityKeyIndexStatus", "EntityKeyIndexStatus", [](const Source&) { return Value::of(key_index_status, "Active"); }},
    {"IsManaged", "Edm.Boolean", always},
    {"IsSynchronous", "Edm.Boolean", always},
    {"IsExportKey", "Edm.Boolean", never},
    {"IsSecondaryKey", "Edm.Boolean", never},
    {"IsCustomizable", "BooleanManagedProperty", [](const Source&) { return managed(false, "iscustomizable"); }},
    {"IntroducedVersion", "Edm.String", this_version},
};
constexpr Property link_properties[] = {
    {"SchemaName", "Edm.String", [](const Source& of) { return Value::of(name_of_link(of)); }},
    {"RelationshipType", "RelationshipType", [](const Source& of) { return Value::of(relationship_type, of.relationship != nullptr ? "OneToManyRelationship" : "ManyToManyRelationship"); }},
    {"SecurityTypes", "SecurityTypes", [](const Source& of) { return Value::of(security_types, of.relationship != nullptr ? "Append" : "None"); }},
    {"IsCustomRelationship", "Edm.Boolean", [](const Source& of) { return Value::of(is_custom(of.relationship != nullptr ? of.relationship->referencing : of.association->intersect)); }},
    {"IsCustomizable", "BooleanManagedProperty", customizable_link},
    {"IsManaged", "Edm.Boolean", always},
    {"IsValidForAdvancedFind", "Edm.Boolean", always},
    {"IntroducedVersion", "Edm.String", this_version},
};
constexpr Property one_to_many_properties[] = {
    {"ReferencedEntity", "Edm.String", [](const Source& of) { return Value::of(of.relationship->referenced); }},
    {"ReferencedAttribute", "Edm.String", [](const Source& of) { return Value::of(of.relationship->referenced_column); }},
    {"ReferencedEntityNavigationPropertyName", "Edm.String", [](const Source& of) { return Value::text_or_null(of.relationship->collection_nav); }},
    {"ReferencingEntity", "Edm.String", [](const Source& of) { return Value::of(of.relationship->referencing); }},
    {"ReferencingAttribute", "Edm.String", [](const Source& of) { return Value::of(of.relationship->referencing_column); }},
    {"ReferencingEntityNavigationPropertyName", "Edm.String", [](const Source& of) { return Value::text_or_null(of.relationship->nav); }},
    {"IsHierarchical", "Edm.Boolean", never},
    {"IsRelationshipAttributeDenormalized", "Edm.Boolean", never},
    {"EntityKey", "Edm.String", nothing},
    {"RelationshipBehavior", "Edm.Int32", zero},
    {"CascadeConfiguration", "CascadeConfiguration", cascades_of},
    {"AssociatedMenuConfiguration", "AssociatedMenuConfiguration", [](const Source& of) { return no_menu(of, "menu"); }},
};
constexpr Property many_to_many_properties[] = {
    {"IntersectEntityName", "Edm.String", [](const Source& of) { return Value::of(of.association->intersect); }},
    {"Entity1LogicalName", "Edm.String", [](const Source& of) { return Value::of(of.association->first); }},
    {"Entity1IntersectAttribute", "Edm.String", [](const Source& of) { return Value::of(of.association->first_column); }},
    {"Entity1PrimaryIdAttribute", "Edm.String", [](const Source& of) { return Value::of(primary_id_of(of.association->first)); }},
    {"Entity1NavigationPropertyName", "Edm.String", [](const Source& of) { return Value::of(of.association->name); }},
    {"Entity1AssociatedMenuConfiguration", "AssociatedMenuConfiguration", [](const Source& of) { return no_menu(of, "menu 1"); }},
    {"Entity2LogicalName", "Edm.String", [](const Source& of) { return Value::of(of.association->second); }},
    {"Entity2IntersectAttribute", "Edm.String", [](const Source& of) { return Value::of(of.association->second_column); }},
    {"Entity2PrimaryIdAttribute", "Edm.String", [](const Source& of) { return Value::of(primary_id_of(of.association->second)); }},
    {"Entity2NavigationPropertyName", "Edm.String", [](const Source& of) { return Value::of(of.association->name); }},
    {"Entity2AssociatedMenuConfiguration", "AssociatedMenuConfiguration", [](const Source& of) { return no_menu(of, "menu 2"); }},
};
constexpr Property option_set_properties[] = {
    {"Name", "Edm.String", [](const Source& of) { return Value::of(std::string_view{option_set_name(of)}); }},
    {"DisplayName", "Label", [](const Source& of) { return label(of, "DisplayName", of.column->display_name); }},
    {"Description", "Label", [](const Source& of) { return label(of, "Description", of.column->description); }},
    {"OptionSetType", "OptionSetType", [](const Source& of) { return Value::of(option_set_type, set_type_of(of)); }},
    {"IsGlobal", "Edm.Boolean", [](const Source& of) { return Value::of(is_global(of)); }},
    {"IsManaged", "Edm.Boolean", always},
    {"IsCustomOptionSet", "Edm.Boolean", [](const Source& of) { return Value::of(is_custom(of.table->name)); }},
    {"IsCustomizable", "BooleanManagedProperty", [](const Source&) { return managed(false, "iscustomizable"); }},
    {"ExternalTypeName", "Edm.String", nothing},
    {"IntroducedVersion", "Edm.String", this_version},
};
constexpr Property option_list[] = {
    {"Options", "Collection(OptionMetadata)", options_value},
    {"ParentOptionSetName", "Edm.String", nothing},
};
constexpr Property boolean_options[] = {
    {"TrueOption", "OptionMetadata", [](const Source& of) { return option_value(of, {1, "Yes"}); }},
    {"FalseOption", "OptionMetadata", [](const Source& of) { return option_value(of, {0, "No"}); }},
};
constexpr Property message_properties[] = {
    {"sdkmessageid", "Edm.Guid", [](const Source& of) { return Value::of(of.id); }},
    {"name", "Edm.String", [](const Source& of) { return Value::of(of.message); }},
    {"isprivate", "Edm.Boolean", never},
};
constexpr Property filter_properties[] = {
    {"sdkmessagefilterid", "Edm.Guid", [](const Source& of) { return Value::of(of.id); }},
    {"primaryobjecttypecode", "Edm.String", [](const Source& of) { return Value::of(of.table->name); }},
    {"secondaryobjecttypecode", "Edm.String", [](const Source&) { return Value::of(std::string_view{"none"}); }},
    {"_sdkmessageid_value", "Edm.Guid", [](const Source& of) { return Value::of(of.message_id); }},
    {"isvisible", "Edm.Boolean", always},
};
// clang-format on

const Navigation filter_navigations[] = {{"sdkmessageid", &sdk_message, false}};

}  // namespace

constinit const EntityType key_metadata{
    .name = "EntityKeyMetadata",
    .base = &metadata_base,
    .name_key = "LogicalName",
    .properties = key_properties,
};
constinit const EntityType relationship_base{
    .name = "RelationshipMetadataBase",
    .base = &metadata_base,
    .abstract = true,
    .name_key = "SchemaName",
    .properties = link_properties,
};
constinit const EntityType one_to_many{
    .name = "OneToManyRelationshipMetadata",
    .base = &relationship_base,
    .properties = one_to_many_properties,
};
constinit const EntityType many_to_many{
    .name = "ManyToManyRelationshipMetadata",
    .base = &relationship_base,
    .properties = many_to_many_properties,
};
constinit const EntityType option_set_base{
    .name = "OptionSetMetadataBase",
    .base = &metadata_base,
    .abstract = true,
    .name_key = "Name",
    .properties = option_set_properties,
};
constinit const EntityType option_set_metadata{
    .name = "OptionSetMetadata", .base = &option_set_base, .properties = option_list};
constinit const EntityType boolean_option_set{
    .name = "BooleanOptionSetMetadata", .base = &option_set_base, .properties = boolean_options};
constinit const EntityType sdk_message{
    .name = "sdkmessage",
    .base = &model_base,
    .key = "sdkmessageid",
    .properties = message_properties,
};
constinit const EntityType sdk_message_filter{
    .name = "sdkmessagefilter",
    .base = &model_base,
    .key = "sdkmessagefilterid",
    .properties = filter_properties,
    .navigations = filter_navigations,
};

std::span<const EntityType* const> entity_types() {
    static constexpr const EntityType* all[] = {
        &model_base,
        &metadata_base,
        &entity_metadata,
        &attribute_metadata,
        &enum_attribute,
        &boolean_attribute,

        &bigint_attribute,
        &date_time_attribute,
        &double_attribute,
        &entity_name_attribute,
        &integer_attribute,
        &lookup_attribute,
        &managed_property_attribute,
        &memo_attribute,
        &picklist_attribute,
        &state_attribute,
        &status_attribute,
        &string_attribute,
        &unique_identifier_attribute,
        &key_metadata,
        &relationship_base,
        &one_to_many,
        &many_to_many,
        &option_set_base,
        &option_set_metadata,
        &boolean_option_set,
        &sdk_message,
        &sdk_message_filter,
    };
    return all;
}

const EntityType* find_type(std::string_view name) {
    const auto all = entity_types();
    const auto found =
        std::ranges::find_if(all, [&](const auto* one) { return one->name == name; });
    return found == all.end() ? nullptr : *found;
}

}  // namespace rookery::odata::metadata
