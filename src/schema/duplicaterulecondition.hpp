// What two rows have in common that are duplicates by a rule: a column of each, and how they are compared. Columns and limits
// are those of the vendor's table reference (Duplicate Rule Condition). Nobody owns one: it belongs to its rule.
#pragma once

#include "schema/duplicaterule.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace rookery::schema {

namespace duplicate_condition {

inline constexpr std::string_view to_rule[] = {"duplicaterule"};

inline constexpr Option operators[] = {
    {.value = 0, .label = "Exact Match"},
    {.value = 1, .label = "Same First Characters"},
    {.value = 2, .label = "Same Last Characters"},
    {.value = 3, .label = "Same Date"},
    {.value = 4, .label = "Same Date and Time"},
    {.value = 5, .label = "Exact Match (Pick List Label)"},
    {.value = 6, .label = "Exact Match (Pick List Value)"},
};

inline constexpr std::array own = {
    primary_id(
        {1, "duplicateruleconditionid", "DuplicateRuleConditionId", "Duplicate Rule Condition"}
    ),
    text(
        {2, "baseattributename", "BaseAttributeName", "Base Field"}, 128, writable, Required::system
    ),
    text({3, "matchingattributename", "MatchingAttributeName", "Matching Field"}, 128, writable),
    choice({4, "operatorcode", "OperatorCode", "Operator Code"}, operators, writable),
    integer(
        {5, "operatorparam", "OperatorParam", "Operator Parameter"}, writable, 1,
        std::numeric_limits<std::int32_t>::max()
    ),
    boolean({6, "ignoreblankvalues", "IgnoreBlankValues", "Ignore Blank Values"}, writable),
    lookup<"regardingobjectid">(7, "RegardingObjectId", "Regarding", to_rule, create_only),
    text({8, "uniquerulename", "UniqueRuleName", "Unique Name"}, 100, writable),
};

inline constexpr auto columns =
    compose(own, duplicate_rule::component_columns, audit_columns, version_column);

inline constexpr std::array parents = {
    many_to_one(
        "DuplicateRule_DuplicateRuleConditions", "duplicaterulecondition", "regardingobjectid",
        "duplicaterule", "duplicateruleid", Cascade::cascade
    ),
};

inline constexpr auto relationships = all_relationships(
    parents, audit_relationships<"duplicaterulecondition", "duplicateruleconditionbase">
);

}  // namespace duplicate_condition

namespace known {

inline constexpr Table duplicaterulecondition{
    .id = 33,
    .name = "duplicaterulecondition",
    .schema_name = "DuplicateRuleCondition",
    .set_name = "duplicateruleconditions",
    .display_name = "Duplicate Rule Condition",
    .display_collection_name = "Duplicate Rule Conditions",
    .primary_id = "duplicateruleconditionid",
    .primary_name = {},
    .ownership = Ownership::none,
    .object_type_code = 4416,
    .columns = duplicate_condition::columns.rows,
    .by_name = duplicate_condition::columns.by_name,
    .relationships = duplicate_condition::relationships,
};

}  // namespace known
}  // namespace rookery::schema
