// A Twitter application (developer account). The older clear consumer columns refuse writes and
// name their secured siblings, which are sealed.
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

namespace application {

constexpr Column redirected(Label label, std::string_view sibling) {
    // Not filterable: whatever a caller compares with would be a consumer key in clear.
    auto out = text(
        label,
        100,
        can::read | can::create | can::update | can::odata | can::redirected,
        Required::application
    );
    out.sibling = sibling;
    return out;
}

inline constexpr std::array own = {
    primary_id(
        {1, "msdyn_octwitterapplicationid", "msdyn_octwitterapplicationId", "Twitter account"}
    ),
    text(
        {2, "msdyn_name", "msdyn_name", "Name", "The name of the custom entity."}, 100, writable,
        Required::application
    ),
    sealed(
        {3, "msdyn_securetwitterconsumerkey", "msdyn_securetwitterconsumerkey", "Consumer key"},
        100, Required::application
    ),
    sealed(
        {4,
         "msdyn_securetwitterconsumersecret",
         "msdyn_securetwitterconsumersecret",
         "Consumer secret"},
        100, Required::application
    ),
    redirected(
        {5, "msdyn_twitterconsumerkey", "msdyn_twitterconsumerkey", "Consumer key (clear)"},
        "msdyn_securetwitterconsumerkey"
    ),
    redirected(
        {6,
         "msdyn_twitterconsumersecret",
         "msdyn_twitterconsumersecret",
         "Consumer secret (clear)"},
        "msdyn_securetwitterconsumersecret"
    ),
    text(
        {7,
         "msdyn_twitterapplicationsaved",
         "msdyn_twitterapplicationsaved",
         "Twitter application saved"},
        100, writable
    ),
    text(
        {8, "msdyn_twittercallbackurl", "msdyn_twittercallbackurl", "Callback URL"}, 300, writable
    ),
    text(
        {9, "msdyn_twitterenvironmentname", "msdyn_twitterenvironmentname", "Environment name"},
        100, writable, Required::application
    ),
};

inline constexpr auto columns =
    compose(own, audit_columns, owner_columns, import_columns, version_column);

inline constexpr auto relationships =
    all_relationships(audit_relationships<"msdyn_octwitterapplication">, owner_relationships<"msdyn_octwitterapplication">, system_children<"msdyn_octwitterapplication">);

}  // namespace application

namespace known {

inline constexpr Table msdyn_octwitterapplication{
    .id = 3,
    .name = "msdyn_octwitterapplication",
    .schema_name = "msdyn_octwitterapplication",
    .set_name = "msdyn_octwitterapplications",
    .display_name = "Twitter account",
    .display_collection_name = "Twitter accounts",
    .primary_id = "msdyn_octwitterapplicationid",
    .primary_name = "msdyn_name",
    .ownership = Ownership::user,
    .object_type_code = 10903,
    .synced = true,
    .tracks_changes = true,
    .bin = Bin::own,
    .unit_column = "owningbusinessunit",
    .columns = application::columns.rows,
    .by_name = application::columns.by_name,
    .logged = owner_logged,
    .relationships = application::relationships,
};

}  // namespace known
}  // namespace rookery::schema
