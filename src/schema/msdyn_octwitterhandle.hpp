// A Twitter handle: what a secret belongs to. Its uniqueness and AppendTo on it bind a secret to
// it.
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

namespace handle {

inline constexpr std::string_view to_application[] = {"msdyn_octwitterapplication"};
inline constexpr std::string_view to_workstream[] = {"msdyn_liveworkstream"};
inline constexpr std::string_view to_language[] = {"msdyn_oclanguage"};
inline constexpr std::string_view to_survey[] = {"msfp_survey"};

inline constexpr Option survey_modes[] = {
    {.value = 192350000, .label = "Insert survey in conversation"},
    {.value = 192350001, .label = "Send survey link to conversation"},
};

inline constexpr std::array own = {
    primary_id({1, "msdyn_octwitterhandleid", "msdyn_octwitterhandleId", "Twitter handle"}),
    text(
        {2, "msdyn_name", "msdyn_name", "Name", "The name of the custom entity."}, 100, writable,
        Required::application
    ),
    text(
        {3, "msdyn_octwitterscreenname", "msdyn_octwitterscreenname", "Twitter screen name"}, 100,
        writable, Required::application
    ),
    text(
        {4,
         "msdyn_octwitteruniquehandleid",
         "msdyn_octwitteruniquehandleid",
         "Twitter unique handle id"},
        100, writable
    ),
    lookup<"msdyn_octwitterapplicationid">(
        5, "msdyn_octwitterapplicationid", "Twitter account", to_application, writable,
        Required::application
    ),
    lookup<"msdyn_liveworkstreamid">(
        6, "msdyn_liveworkstreamid", "Workstream", to_workstream, writable, Required::application
    ),
    lookup<"msdyn_ocwidgetlanguage">(
        7, "msdyn_ocwidgetlanguage", "Language", to_language, writable, Required::application
    ),
    lookup<"msdyn_postconversationsurvey">(
        8, "msdyn_PostConversationSurvey", "Post conversation survey", to_survey, writable,
        Required::none, "msdyn_PostConversationSurvey"
    ),
    boolean(
        {9,
         "msdyn_enablefileattachmentsforagents",
         "msdyn_enablefileattachmentsforagents",
         "Enable file attachments for agents"},
        writable
    ),
    boolean(
        {10,
         "msdyn_enablefileattachmentsforcustomers",
         "msdyn_enablefileattachmentsforcustomers",
         "Enable file attachments for customers"},
        writable
    ),
    boolean(
        {11,
         "msdyn_postconversationsurveyenable",
         "msdyn_postconversationsurveyenable",
         "Post conversation survey enabled"},
        writable
    ),
    text(
        {12,
         "msdyn_postconversationsurveymessagetext",
         "msdyn_postconversationsurveymessagetext",
         "Post conversation survey message"},
        200, writable
    ),
    choice(
        {13,
         "msdyn_postconversationsurveymode",
         "msdyn_postconversationsurveymode",
         "Post conversation survey mode"},
        survey_modes, writable
    ),
};

inline constexpr auto columns =
    compose(own, audit_columns, owner_columns, import_columns, version_column);

constexpr Relationship to_outside(
    std::string_view name, std::string_view column, std::string_view referenced,
    std::string_view referenced_column, std::string_view nav
) {
    auto out = many_to_one(name, "msdyn_octwitterhandle", column, referenced, referenced_column);
    out.nav = nav;
    out.built = false;
    return out;
}

// Ours: whoever may append to the one handle row that carries an id decides who is bound to it.
inline constexpr ColumnId unique_handle[] = {4};
inline constexpr AlternateKey keys[] = {{"msdyn_octwitteruniquehandleid_key", unique_handle}};

inline constexpr std::array parents = {
    many_to_one(
        "msdyn_msdyn_octwitterapplication_msdyn_octwitterhandle_octwitterapplicationid",
        "msdyn_octwitterhandle", "msdyn_octwitterapplicationid", "msdyn_octwitterapplication",
        "msdyn_octwitterapplicationid", Cascade::cascade
    ),
    to_outside(
        "msdyn_msdyn_liveworkstream_msdyn_octwitterhandle_liveworkstreamid",
        "msdyn_liveworkstreamid", "msdyn_liveworkstream", "msdyn_liveworkstreamid",
        "msdyn_liveworkstreamid"
    ),
    to_outside(
        "msdyn_msdyn_oclanguage_msdyn_octwitterhandle_twitterhandlelanguage",
        "msdyn_ocwidgetlanguage", "msdyn_oclanguage", "msdyn_oclanguageid", "msdyn_ocwidgetlanguage"
    ),
    to_outside(
        "msdyn_msfp_survey_msdyn_octwitterhandle_PostConversationSurvey",
        "msdyn_postconversationsurvey", "msfp_survey", "msfp_surveyid",
        "msdyn_PostConversationSurvey"
    ),
};

inline constexpr auto relationships =
    all_relationships(parents, audit_relationships<"msdyn_octwitterhandle">, owner_relationships<"msdyn_octwitterhandle">, system_children<"msdyn_octwitterhandle">);

}  // namespace handle

namespace known {

inline constexpr Table msdyn_octwitterhandle{
    .id = 2,
    .name = "msdyn_octwitterhandle",
    .schema_name = "msdyn_octwitterhandle",
    .set_name = "msdyn_octwitterhandles",
    .display_name = "Twitter handle",
    .display_collection_name = "Twitter handles",
    .primary_id = "msdyn_octwitterhandleid",
    .primary_name = "msdyn_name",
    .ownership = Ownership::user,
    .object_type_code = 10902,
    .synced = true,
    .tracks_changes = true,
    .bin = Bin::own,
    .unit_column = "owningbusinessunit",
    .columns = handle::columns.rows,
    .by_name = handle::columns.by_name,
    .keys = handle::keys,
    .logged = owner_logged,
    .relationships = handle::relationships,
};

}  // namespace known
}  // namespace rookery::schema
