// What the metadata tells of a column, by the column's type.
#include "odata/metadata/complex_types.hpp"
#include "odata/metadata/types.hpp"
#include "odata/metadata/values.hpp"

#include <limits>
#include <string>

namespace rookery::odata::metadata {
namespace {

using schema::Required;
using schema::Type;
namespace can = schema::can;

// A longer text is a Memo.
constexpr std::uint32_t string_length_max = 4000;

struct RequiredName {
    Required required;
    std::string_view name;
};

constexpr RequiredName required_names[] = {
    {Required::none, "None"},
    {Required::application, "ApplicationRequired"},
    {Required::system, "SystemRequired"},
};

struct KindRow {
    Type type;
    AttributeKind kind;
};

// What the vendor has types of its own for.
constexpr KindRow kind_rows[] = {
    {Type::choice, {&picklist_attribute, "Picklist"}},
    {Type::state, {&state_attribute, "State"}},
    {Type::status, {&status_attribute, "Status"}},
    {Type::lookup, {&lookup_attribute, "Lookup"}},
    {Type::owner, {&lookup_attribute, "Owner"}},
    {Type::entityname, {&entity_name_attribute, "EntityName"}},
    {Type::digest, {}},  // the vault's own: no caller can read or write it
};

struct EdmKind {
    std::string_view edm;
    AttributeKind kind;
};

// Of every other type, what its values are on the wire says it.
constexpr EdmKind edm_kinds[] = {
    {"Edm.Guid", {&unique_identifier_attribute, "Uniqueidentifier"}},
    {"Edm.String", {&string_attribute, "String"}},
    {"Edm.Int32", {&integer_attribute, "Integer"}},
    {"Edm.Int64", {&bigint_attribute, "BigInt"}},
    {"Edm.Double", {&double_attribute, "Double"}},
    {"Edm.Boolean", {&boolean_attribute, "Boolean"}},
    {"BooleanManagedProperty", {&managed_property_attribute, "ManagedProperty"}},
    {"Edm.Date", {&date_time_attribute, "DateTime"}},
    {"Edm.DateTimeOffset", {&date_time_attribute, "DateTime"}},
};

constexpr const EdmKind* kind_of_edm(std::string_view edm) {
    for (const auto& row : edm_kinds) {
        if (row.edm == edm) return &row;
    }
    return nullptr;
}

constexpr bool every_edm_has_a_kind() {
    for (const auto& row : schema::type_rows) {
        bool found = false;
        for (const auto& candidate : edm_kinds) found = found || candidate.edm == row.edm;
        if (!found) return false;
    }
    return true;
}

static_assert(every_edm_has_a_kind());

bool is_sealed(const Source& of) { return of.column->type == Type::sealed; }

/// The lookup that a virtual name or a type's name belongs to: ownerid of owneridname.
std::string_view owner_of(const Source& of) {
    if (of.column->type != Type::virtual_text && of.column->type != Type::entityname) return {};
    for (const auto& other : of.table->columns) {
        if (other.is_lookup() && of.column->name != other.name &&
            of.column->name.starts_with(other.name)) {
            return other.name;
        }
    }
    return {};
}

Value required_value(const Source& of) {
    const auto name = required_names[static_cast<std::size_t>(of.column->required)].name;
    return Value::of(
        managed_required_level,
        {Value::of(required_level, name),
         Value::of(false),
         Value::of(std::string_view{"canmodifyrequirementlevelsettings"})}
    );
}

/// What statecode and statuscode are about says the table.
std::string description_of(const Source& of) {
    if (!of.column->description.empty()) return std::string{of.column->description};
    const std::string table{of.table->display_name};
    if (of.column->type == Type::state) return "Status of the " + table;
    if (of.column->type == Type::status) return "Reason for the status of the " + table;
    return {};
}

Value kind_name_value(const Source& of) {
    const auto name = std::string{kind_of(*of.column).code} + "Type";
    return Value::of(attribute_type_name, {Value::of(std::string_view{name})});
}

Value targets_value(const Source& of) {
    std::vector<Value> out;
    for (const auto target : of.column->targets) out.push_back(Value::of(target));
    return Value::list(std::move(out));
}

Value default_option(const Source& of) {
    // The vendor's table says none of states and statuses.
    if (of.column->type != Type::choice || !of.column->has_initial) return {};
    return Value::of(of.column->initial);
}

Value length_value(const Source& of) { return Value::of(std::int64_t{of.column->length_max}); }

Value minimum(const Source& of) { return Value::of(of.column->min); }

Value maximum(const Source& of) { return Value::of(of.column->max); }

Value findable_value(const Source& of) {
    return managed(of.column->may(can::filter), "canmodifysearchsettings");
}

constexpr std::string_view text_format = "Text";
constexpr std::string_view memo_format = "TextArea";

// clang-format off
constexpr Property attribute_properties[] = {
    {"LogicalName", "Edm.String", [](const Source& of) { return Value::of(of.column->name); }},
    {"SchemaName", "Edm.String", [](const Source& of) { return Value::of(of.column->schema_name); }},
    {"EntityLogicalName", "Edm.String", [](const Source& of) { return Value::of(of.table->name); }},
    {"AttributeType", "AttributeTypeCode", [](const Source& of) { return Value::of(attribute_type_code, kind_of(*of.column).code); }},
    {"AttributeTypeName", "AttributeTypeDisplayName", kind_name_value},
    {"AttributeOf", "Edm.String", [](const Source& of) { return Value::text_or_null(owner_of(of)); }},
    {"ColumnNumber", "Edm.Int32", [](const Source& of) { return Value::of(std::int64_t{of.column->id}); }},
    {"DisplayName", "Label", [](const Source& of) { return label(of, "DisplayName", of.column->display_name); }},
    {"Description", "Label", [](const Source& of) { return label(of, "Description", description_of(of)); }},
    {"RequiredLevel", "AttributeRequiredLevelManagedProperty", required_value},
    {"IsValidForCreate", "Edm.Boolean", [](const Source& of) { return Value::of(of.column->may(can::create)); }},
    {"IsValidForRead", "Edm.Boolean", [](const Source& of) { return Value::of(of.column->may(can::read)); }},
    {"IsValidForUpdate", "Edm.Boolean", [](const Source& of) { return Value::of(of.column->may(can::update)); }},
    {"IsValidForForm", "Edm.Boolean", [](const Source& of) { return Value::of(of.column->on_forms); }},
    {"IsValidForGrid", "Edm.Boolean", [](const Source& of) { return Value::of(of.column->on_forms && !is_sealed(of)); }},
    {"IsRequiredForForm", "Edm.Boolean", never},
    {"IsValidODataAttribute", "Edm.Boolean", [](const Source& of) { return Value::of(of.column->may(can::odata)); }},
    {"IsPrimaryId", "Edm.Boolean", [](const Source& of) { return Value::of(of.column->name == of.table->primary_id); }},
    {"IsPrimaryName", "Edm.Boolean", [](const Source& of) { return Value::of(of.column->name == of.table->primary_name); }},
    {"IsLogical", "Edm.Boolean", [](const Source& of) { return Value::of(!owner_of(of).empty()); }},
    {"IsCustomAttribute", "Edm.Boolean", [](const Source& of) { return Value::of(is_custom(of.column->name)); }},
    {"IsManaged", "Edm.Boolean", always},
    {"IsSecured", "Edm.Boolean", [](const Source& of) { return Value::of(is_sealed(of)); }},
    {"CanBeSecuredForRead", "Edm.Boolean", [](const Source& of) { return Value::of(is_sealed(of)); }},
    {"CanBeSecuredForCreate", "Edm.Boolean", [](const Source& of) { return Value::of(is_sealed(of)); }},
    {"CanBeSecuredForUpdate", "Edm.Boolean", [](const Source& of) { return Value::of(is_sealed(of)); }},
    {"IsFilterable", "Edm.Boolean", [](const Source& of) { return Value::of(of.column->may(can::filter)); }},
    {"IsSearchable", "Edm.Boolean", [](const Source& of) { return Value::of(of.column->may(can::filter)); }},
    {"IsRetrievable", "Edm.Boolean", [](const Source& of) { return Value::of(of.column->may(can::odata)); }},
    {"IsValidForAdvancedFind", "BooleanManagedProperty", findable_value},
    {"IsSortableEnabled", "BooleanManagedProperty", [](const Source& of) { return managed(of.column->may(can::filter), "canmodifyissortablesettings"); }},
    {"IsGlobalFilterEnabled", "BooleanManagedProperty", [](const Source&) { return managed(false, "canmodifyglobalfiltersettings"); }},
    {"IsAuditEnabled", "BooleanManagedProperty", [](const Source&) { return managed(true, "canmodifyauditsettings"); }},
    {"IsCustomizable", "BooleanManagedProperty", [](const Source&) { return managed(false, "iscustomizable"); }},
    {"IsRenameable", "BooleanManagedProperty", [](const Source&) { return managed(false, "isrenameable"); }},
    {"CanModifyAdditionalSettings", "BooleanManagedProperty", [](const Source&) { return managed(false, "canmodifyadditionalsettings"); }},
    {"IsDataSourceSecret", "Edm.Boolean", never},
    {"SourceType", "Edm.Int32", zero},
    {"AutoNumberFormat", "Edm.String", nothing},
    {"ExternalName", "Edm.String", nothing},
    {"InheritsFrom", "Edm.String", nothing},
    {"LinkedAttributeId", "Edm.Guid", nothing},
    {"DeprecatedVersion", "Edm.String", nothing},
    {"IntroducedVersion", "Edm.String", this_version},
};
constexpr Property enum_properties[] = {
    {"DefaultFormValue", "Edm.Int32", default_option},
};
constexpr Property boolean_properties[] = {
    {"DefaultValue", "Edm.Boolean", [](const Source& of) { return Value::of(of.column->initial != 0); }},
    {"SourceTypeMask", "Edm.Int32", zero},
};
constexpr Property bigint_properties[] = {
    {"MaxValue", "Edm.Int64", maximum},
    {"MinValue", "Edm.Int64", minimum},
};
constexpr Property date_time_properties[] = {
    {"Format", "DateTimeFormat", [](const Source& of) { return Value::of(date_time_format, of.column->date_format.empty() ? "DateOnly" : of.column->date_format); }},
    {"DateTimeBehavior", "DateTimeBehavior", [](const Source&) { return Value::of(date_time_behavior, {Value::of(std::string_view{"UserLocal"})}); }},
    {"CanChangeDateTimeBehavior", "BooleanManagedProperty", [](const Source&) { return managed(false, "canchangedatetimebehavior"); }},
    {"ImeMode", "ImeMode", [](const Source&) { return Value::of(ime_mode, "Inactive"); }},
    {"SourceTypeMask", "Edm.Int32", zero},
};
constexpr Property double_properties[] = {
    {"MaxValue", "Edm.Double", maximum},
    {"MinValue", "Edm.Double", minimum},
    {"Precision", "Edm.Int32", [](const Source& of) { return Value::of(std::int64_t{of.column->precision}); }},
    {"ImeMode", "ImeMode", [](const Source&) { return Value::of(ime_mode, "Disabled"); }},
};
constexpr Property entity_name_properties[] = {
    {"IsEntityReferenceStored", "Edm.Boolean", never},
};
constexpr Property integer_properties[] = {
    {"Format", "IntegerFormat", [](const Source&) { return Value::of(integer_format, "None"); }},
    {"MaxValue", "Edm.Int32", maximum},
    {"MinValue", "Edm.Int32", minimum},
    {"SourceTypeMask", "Edm.Int32", zero},
};
constexpr Property lookup_properties[] = {
    {"Targets", "Collection(Edm.String)", targets_value},
    {"Format", "LookupFormat", [](const Source&) { return Value::of(lookup_format, "None"); }},
};
constexpr Property memo_properties[] = {
    {"Format", "StringFormat", [](const Source&) { return Value::of(string_format, memo_format); }},
    {"FormatName", "MemoFormatName", [](const Source&) { return Value::of(memo_format_name, {Value::of(memo_format)}); }},
    {"ImeMode", "ImeMode", [](const Source&) { return Value::of(ime_mode, "Auto"); }},
    {"IsLocalizable", "Edm.Boolean", never},
    {"MaxLength", "Edm.Int32", length_value},
};
constexpr Property string_properties[] = {
    {"Format", "StringFormat", [](const Source&) { return Value::of(string_format, text_format); }},
    {"FormatName", "StringFormatName", [](const Source&) { return Value::of(string_format_name, {Value::of(text_format)}); }},
    {"ImeMode", "ImeMode", [](const Source&) { return Value::of(ime_mode, "Auto"); }},
    {"IsLocalizable", "Edm.Boolean", never},
    {"MaxLength", "Edm.Int32", length_value},
    {"DatabaseLength", "Edm.Int32", [](const Source& of) { return Value::of(std::int64_t{of.column->length_max} * 2); }},
    {"YomiOf", "Edm.String", nothing},
    {"SourceTypeMask", "Edm.Int32", zero},
};
// clang-format on

const Navigation enum_navigations[] = {
    {"OptionSet", &option_set_metadata, false},
    {"GlobalOptionSet", &option_set_metadata, false},
};
const Navigation boolean_navigations[] = {
    {"OptionSet", &boolean_option_set, false},
    {"GlobalOptionSet", &boolean_option_set, false},
};

}  // namespace

constinit const EntityType attribute_metadata{
    .name = "AttributeMetadata",
    .base = &metadata_base,
    .name_key = "LogicalName",
    .properties = attribute_properties,
};
constinit const EntityType enum_attribute{
    .name = "EnumAttributeMetadata",
    .base = &attribute_metadata,
    .abstract = true,
    .properties = enum_properties,
    .navigations = enum_navigations,
};
constinit const EntityType picklist_attribute{
    .name = "PicklistAttributeMetadata", .base = &enum_attribute};
constinit const EntityType state_attribute{
    .name = "StateAttributeMetadata", .base = &enum_attribute};
constinit const EntityType status_attribute{
    .name = "StatusAttributeMetadata", .base = &enum_attribute};
constinit const EntityType entity_name_attribute{
    .name = "EntityNameAttributeMetadata",
    .base = &enum_attribute,
    .properties = entity_name_properties,
};
constinit const EntityType boolean_attribute{
    .name = "BooleanAttributeMetadata",
    .base = &attribute_metadata,
    .properties = boolean_properties,
    .navigations = boolean_navigations,
};
constinit const EntityType bigint_attribute{
    .name = "BigIntAttributeMetadata",
    .base = &attribute_metadata,
    .properties = bigint_properties,
};
constinit const EntityType date_time_attribute{
    .name = "DateTimeAttributeMetadata",
    .base = &attribute_metadata,
    .properties = date_time_properties,
};
constinit const EntityType double_attribute{
    .name = "DoubleAttributeMetadata",
    .base = &attribute_metadata,
    .properties = double_properties,
};
constinit const EntityType integer_attribute{
    .name = "IntegerAttributeMetadata",
    .base = &attribute_metadata,
    .properties = integer_properties,
};
constinit const EntityType lookup_attribute{
    .name = "LookupAttributeMetadata",
    .base = &attribute_metadata,
    .properties = lookup_properties,
};
constinit const EntityType managed_property_attribute{
    .name = "ManagedPropertyAttributeMetadata", .base = &attribute_metadata};
constinit const EntityType memo_attribute{
    .name = "MemoAttributeMetadata",
    .base = &attribute_metadata,
    .properties = memo_properties,
};
constinit const EntityType string_attribute{
    .name = "StringAttributeMetadata",
    .base = &attribute_metadata,
    .properties = string_properties,
};
constinit const EntityType unique_identifier_attribute{
    .name = "UniqueIdentifierAttributeMetadata", .base = &attribute_metadata};

AttributeKind kind_of(const schema::Column& column) {
    if (column.type == Type::text && column.length_max > string_length_max) {
        return {&memo_attribute, "Memo"};
    }
    for (const auto& row : kind_rows) {
        if (row.type == column.type) return row.kind;
    }
    return kind_of_edm(schema::row_of(column.type).edm)->kind;
}

}  // namespace rookery::odata::metadata
