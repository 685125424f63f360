#include "odata/route.hpp"

#include "odata/request/access_query.hpp"
#include "odata/request/action_body.hpp"
#include "odata/request/audit_query.hpp"
#include "odata/request/entity_key.hpp"
#include "odata/request/list.hpp"
#include "odata/request/navigation.hpp"
#include "odata/request/reference.hpp"
#include "odata/request/retrieve.hpp"
#include "odata/request/write.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace rookery::odata {
namespace {

using messages::Message;
using schema::Column;
using schema::Table;

constexpr std::string_view bound_prefix = "Microsoft.Dynamics.CRM.";

// Documented operations that are not built: told apart from misspelt names.
constexpr std::string_view not_built[] = {
    "$metadata",
    "$batch",
    "$all",
    "$entity",
    "$crossjoin",
    "EntityDefinitions",
    "RelationshipDefinitions",
    "GlobalOptionSetDefinitions",
    "GrantAccess",
    "ModifyAccess",
    "RevokeAccess",
    "RetrieveSharedPrincipalsAndAccess",
    "IsValidStateTransition",
    "Restore",
    "BulkDelete",
    "RetrieveVersion",
    "RetrieveCurrentOrganization",
    "RetrieveTotalRecordCount",
    "RetrieveRolePrivilegesRole",
    "RetrieveAadUserPrivileges",
    "RetrieveAadUserRoles",
    "Microsoft.Dynamics.CRM.UpdateMultiple",
    "Microsoft.Dynamics.CRM.DeleteMultiple",
    "Microsoft.Dynamics.CRM.RetrievePrincipalAccess",
    "Microsoft.Dynamics.CRM.RetrieveUserPrivileges",
    "Microsoft.Dynamics.CRM.RetrieveTeamPrivileges",
    "Microsoft.Dynamics.CRM.AddMembersTeam",
    "Microsoft.Dynamics.CRM.RemoveMembersTeam",
    "Microsoft.Dynamics.CRM.SetBusinessSystemUser",
    "Microsoft.Dynamics.CRM.ReassignObjectsSystemUser",
};

constexpr std::string_view bound_names[] = {
    "CreateMultiple",
    "UpsertMultiple",
    "UpdateMultiple",
    "AddPrivilegesRole",
    "ReplacePrivilegesRole",
    "RemovePrivilegeRole",
};

Error unknown_segment(const Segment& segment) {
    if (std::ranges::find(not_built, segment.name) != std::end(not_built)) {
        return not_supported(segment.name);
    }
    if (std::ranges::find(bound_names, segment.name) != std::end(bound_names)) {
        return {Errc::unresolved_parameters, "Request message has unresolved parameters", {}};
    }
    return no_such_segment(segment.name);
}

/// GET with the parameters that `read` reads.
template <class Read>
Result<Message> asked(RequestReader& request, const Segment& function, Read read) {
    ROOKERY_CHECK(request.allow({"GET"}));
    ROOKERY_CHECK(request.options_only({}));
    ROOKERY_TRY(auto query, read(function.arguments, request.options()));
    return Message{std::move(query)};
}

/// POST without a body, or with {}.
Result<> action_without_parameters(RequestReader& request) {
    ROOKERY_CHECK(request.allow({"POST"}));
    ROOKERY_CHECK(request.options_only({}));
    if (!request.has_body()) return {};
    ROOKERY_TRY(const auto body, request.json_body());
    return check_no_parameters(body);
}

Result<Message> operation(RequestReader& request, const Segment& first) {
    const bool last = request.segments().size() == 1;
    const bool plain = !first.arguments || first.arguments->empty();
    if (first.name == "WhoAmI" && last && plain) {
        ROOKERY_CHECK(request.allow({"GET"}));
        ROOKERY_CHECK(request.options_only({}));
        return Message{messages::WhoAmI{}};
    }
    if (first.name == "rky_RetrieveVaultStatus" && last && plain) {
        ROOKERY_CHECK(request.allow({"GET"}));
        ROOKERY_CHECK(request.options_only({}));
        return Message{messages::RetrieveVaultStatus{}};
    }
    if (first.name == "rky_RetrieveSyncStatus" && last && plain) {
        ROOKERY_CHECK(request.allow({"GET"}));
        ROOKERY_CHECK(request.options_only({}));
        return Message{messages::RetrieveSyncStatus{}};
    }
    if (first.name == "rky_SyncNow" && last && !first.arguments) {
        ROOKERY_CHECK(action_without_parameters(request));
        return Message{messages::SyncNow{}};
    }
    if (first.name == "rky_AcknowledgeRecovery" && last && !first.arguments) {
        ROOKERY_CHECK(action_without_parameters(request));
        return Message{messages::AcknowledgeRecovery{}};
    }
    if (first.name == "rky_RetrySync" && last && !first.arguments) {
        ROOKERY_CHECK(action_without_parameters(request));
        return Message{messages::RetrySync{}};
    }
    if (first.name == "rky_RetrieveAuditEvents" && last) {
        return asked(request, first, read_audit_query);
    }
    if (first.name == "rky_RetrieveWhoCan" && last) return asked(request, first, read_who_can);
    if (first.name == "rky_RetrieveAccessOf" && last) {
        return asked(request, first, read_access_of);
    }
    if (first.name == "rky_ExplainAccess" && last) {
        return asked(request, first, read_explain_access);
    }
    if (first.name == "rky_CreateCredential" && last && !first.arguments) {
        ROOKERY_CHECK(request.allow({"POST"}));
        ROOKERY_TRY(const auto body, request.json_body());
        ROOKERY_TRY(auto action, read_create_credential(body));
        return Message{std::move(action)};
    }
    if (first.name == "rky_RevokeCredential" && last && !first.arguments) {
        ROOKERY_CHECK(request.allow({"POST"}));
        ROOKERY_TRY(const auto body, request.json_body());
        ROOKERY_TRY(auto action, read_revoke_credential(body));
        return Message{action};
    }
    if (first.name == "rky_ConfirmCredential" && last && !first.arguments) {
        ROOKERY_CHECK(request.allow({"POST"}));
        ROOKERY_TRY(const auto body, request.json_body());
        ROOKERY_TRY(auto action, read_confirm_credential(body));
        return Message{action};
    }
    return fail(unknown_segment(first));
}

Result<Message> collection(RequestReader& request, const Table& table) {
    const auto segments = request.segments();
    if (segments.size() == 1) {
        ROOKERY_CHECK(request.allow({"GET", "POST"}));
        if (request.method() == "POST") return read_create(request, table);
        return read_list(request, table, std::nullopt, Counting::with_rows);
    }
    const auto& second = segments[1];
    if (segments.size() > 2 || second.arguments) return fail(unknown_segment(second));
    if (second.name == "$count") {
        return read_list(request, table, std::nullopt, Counting::only);
    }
    if (second.name == "$ref") return fail(not_supported("$ref"));
    const bool create_all = second.name == std::string{bound_prefix} + "CreateMultiple";
    const bool upsert_all = second.name == std::string{bound_prefix} + "UpsertMultiple";
    if (!create_all && !upsert_all) return fail(unknown_segment(second));
    ROOKERY_CHECK(request.allow({"POST"}));
    ROOKERY_CHECK(request.options_only({}));
    ROOKERY_CHECK(request.check_writable(table, create_all ? "CreateMultiple" : "UpsertMultiple"));
    if (create_all) {
        return request.with_body(
            messages::CreateMultiple{&table, {}},
            [&](const JsonValue& body, messages::CreateMultiple& out) -> Result<> {
                ROOKERY_TRY(out, read_create_multiple(body, table, request.root()));
                return {};
            }
        );
    }
    request.context().names_entity = false;
    return request.with_body(
        messages::UpsertMultiple{&table, {}},
        [&](const JsonValue& body, messages::UpsertMultiple& out) -> Result<> {
            ROOKERY_TRY(out, read_upsert_multiple(body, table, request.root()));
            return {};
        }
    );
}

Result<Message> bound_to_row(
    RequestReader& request, messages::Target target, const Segment& operation
) {
    const auto name = std::string_view{operation.name}.substr(bound_prefix.size());
    const bool add = name == "AddPrivilegesRole";
    const bool replace = name == "ReplacePrivilegesRole";
    const bool takes_away = name == "RemovePrivilegeRole";
    if (target.table->name != "role" || request.segments().size() > 2 || operation.arguments ||
        (!add && !replace && !takes_away)) {
        return fail(unknown_segment(operation));
    }
    ROOKERY_CHECK(request.allow({"POST"}));
    ROOKERY_CHECK(request.options_only({}));
    ROOKERY_TRY(const auto body, request.json_body());
    request.context().names_entity = false;
    if (takes_away) {
        ROOKERY_TRY(auto action, read_removed_privilege(body, std::move(target)));
        return Message{std::move(action)};
    }
    ROOKERY_TRY(auto action, read_role_privileges(body, std::move(target), replace));
    return Message{std::move(action)};
}

/// `SET(KEY)/property`
Result<Message> property(RequestReader& request, messages::Target target, const Column& column) {
    if (request.segments().size() > 2) {
        const auto& third = request.segments()[2];
        if (third.name == "$value") return fail(not_supported("$value"));
        return fail(no_such_segment(third.name));
    }
    if (column.is_lookup()) {
        ROOKERY_CHECK(request.allow({"GET"}));
    } else {
        ROOKERY_CHECK(request.allow({"GET", "PUT", "DELETE"}));
    }
    ROOKERY_CHECK(request.options_only({}));
    if (request.method() == "GET") return read_one_property(request, std::move(target), column);
    return read_property_change(request, std::move(target), column);
}

/// `SET(KEY)/lookup` and `SET(KEY)/lookup/$ref`
Result<Message> lookup(RequestReader& request, messages::Target target, const Navigation& nav) {
    const auto segments = request.segments();
    if (segments.size() == 2) {
        ROOKERY_CHECK(request.allow({"GET"}));
        return read_follow(request, std::move(target), nav);
    }
    const auto& third = segments[2];
    if (segments.size() > 3 || third.name != "$ref" || third.arguments) {
        return fail(not_supported("A path beyond a navigation property"));
    }
    return read_lookup_reference(request, std::move(target), nav);
}

/// `SET(KEY)/collection`, `…/$count`, `…/$ref`, `SET(KEY)/collection(KEY)/$ref`
Result<Message> members(
    RequestReader& request, messages::Target parent, const Collection& found
) {
    const auto segments = request.segments();
    const auto& segment = segments[1];
    const auto count = segments.size();
    const auto last = count == 3 ? std::string_view{segments[2].name} : std::string_view{};
    if (count > 3 || (count == 3 && segments[2].arguments)) {
        return fail(not_supported("A path beyond a navigation property"));
    }
    if (last == "$ref") {
        return read_member_reference(request, std::move(parent), found, segment);
    }
    if (segment.arguments) {
        return fail(not_supported("A row through a collection navigation property"));
    }
    if (count == 3 && last != "$count") {
        return fail(not_supported("A path beyond a navigation property"));
    }
    if (count == 2) ROOKERY_CHECK(request.allow({"GET"}));
    request.context().key_form.clear();
    return read_list(
        request,
        *found.members,
        messages::Within{std::move(parent), found.relationship, found.association},
        count == 3 ? Counting::only : Counting::with_rows
    );
}

Result<Message> row(RequestReader& request, messages::Target target) {
    const auto& table = *target.table;
    const auto segments = request.segments();
    if (segments.size() == 1) {
        ROOKERY_CHECK(request.allow({"GET", "PATCH", "DELETE"}));
        if (request.method() == "GET") return read_retrieve(request, std::move(target));
        if (request.method() == "PATCH") return read_upsert(request, std::move(target));
        return read_delete(request, std::move(target));
    }
    const auto& second = segments[1];
    if (second.name.starts_with(bound_prefix)) {
        return bound_to_row(request, std::move(target), second);
    }
    if (second.name == "$ref" && segments.size() == 2) return fail(not_supported("$ref"));
    const auto* column = table.property(second.name);
    if (column != nullptr && column->type != schema::Type::digest && !second.arguments) {
        return property(request, std::move(target), *column);
    }
    if (const auto nav = find_navigation(table, second.name); nav.column != nullptr) {
        if (second.arguments) return fail(no_such_segment(second.name));
        return lookup(request, std::move(target), nav);
    }
    const auto found = find_collection(table, second.name);
    if (found.members != nullptr) return members(request, std::move(target), found);
    if (is_collection_navigation(table, second.name)) return fail(not_supported(second.name));
    return fail(unknown_segment(second));
}

}  // namespace

Result<Message> route(RequestReader& request) {
    auto& context = request.context();
    if (request.segments().empty()) {
        ROOKERY_CHECK(request.allow({"GET"}));
        ROOKERY_CHECK(request.options_only({}));
        return Message{messages::ServiceDocument{}};
    }
    const auto& first = request.segments().front();
    if (context.table == nullptr) return operation(request, first);
    if (!first.arguments) return collection(request, *context.table);
    ROOKERY_TRY(auto target, read_target(*context.table, *first.arguments));
    if (std::holds_alternative<messages::KeyValues>(target.by)) context.key_form = first.raw;
    return row(request, std::move(target));
}

}  // namespace rookery::odata
