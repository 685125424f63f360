#include "odata/parse.hpp"

#include "crypto/sha256.hpp"
#include "messages/column_value.hpp"
#include "odata/request/access_query.hpp"
#include "odata/request/action_body.hpp"
#include "odata/request/audit_query.hpp"
#include "odata/request/entity_key.hpp"
#include "odata/request/filter_parser.hpp"
#include "odata/request/literal.hpp"
#include "odata/request/paging_token.hpp"
#include "odata/request/query_options.hpp"
#include "odata/request/request_headers.hpp"
#include "odata/request/resource_path.hpp"
#include "odata/request/row_body.hpp"
#include "odata/request/selection.hpp"
#include "odata/request/utf8.hpp"

#include <algorithm>
#include <initializer_list>
#include <new>

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

tl::unexpected<Error> not_supported(std::string_view name) {
    return fail(Errc::unsupported, "'" + std::string{showable(name)} + "' is not supported.");
}

Error unknown_segment(const Segment& segment) {
    if (std::ranges::find(not_built, segment.name) != std::end(not_built)) {
        return not_supported(segment.name).value();
    }
    if (std::ranges::find(bound_names, segment.name) != std::end(bound_names)) {
        return {Errc::unresolved_parameters, "Request message has unresolved parameters", {}};
    }
    return no_such_segment(segment.name);
}

/// What a collection navigation property of `table` leads to.
struct Collection {
    const schema::Relationship* relationship = nullptr;
    const schema::Association* association = nullptr;
    const Table* members = nullptr;  // null: there is no such navigation property
};

Collection find_collection(const Table& table, std::string_view name) {
    Collection out;
    if (const auto* association = schema::association(name)) {
        const bool first = association->first == table.name;
        if (!first && association->second != table.name) return out;
        out.association = association;
        out.members = schema::table(first ? association->second : association->first);
        return out;
    }
    for (const auto& candidate : schema::relationships()) {
        if (candidate.referenced != table.name || candidate.collection_nav != name) continue;
        const auto* members = schema::table(candidate.referencing);
        if (!candidate.built || members == nullptr || members->outside) continue;
        out.relationship = &candidate;
        out.members = members;
        break;
    }
    return out;
}

void append_target(ByteWriter& out, const messages::Target& target) {
    out.u16(target.table->id);
    if (const auto* id = std::get_if<Uuid>(&target.by)) {
        out.u8(0).bytes(id->view());
        return;
    }
    const auto& key = std::get<messages::KeyValues>(target.by);
    out.u8(1).lp(key.key->name);
    for (std::size_t i = 0; i < key.values.size(); ++i) {
        if (const auto* ref = std::get_if<storage::RowRef>(&key.values[i])) {
            out.bytes(ref->id.view());
            continue;
        }
        messages::Compare part;
        part.column = target.table->column(key.key->columns[i]);
        part.operand = key.values[i];
        append_canonical(out, messages::Filter{std::move(part)});
    }
}

/// Equal for two requests exactly when they ask for the same rows and columns in the same order;
/// page size and count are free to differ between pages.
std::string query_digest(const messages::RetrieveMultiple& query) {
    ByteWriter out;
    out.text("rookery query v1").u16(query.table->id).u8(query.within ? 1 : 0);
    if (query.within) {
        append_target(out, query.within->parent);
        const auto* association = query.within->association;
        out.lp(association != nullptr ? association->name : query.within->relationship->name);
    }
    out.u16(static_cast<std::uint16_t>(query.selection.columns.size()));
    for (const auto* column : query.selection.columns) out.u16(column->id);
    out.u8(query.selection.unmasked ? 1 : 0).u8(query.filter ? 1 : 0);
    if (query.filter) append_canonical(out, *query.filter);
    out.u16(static_cast<std::uint16_t>(query.order.size()));
    for (const auto& by : query.order) out.u16(by.column->id).u8(by.descending ? 1 : 0);
    out.u32(query.top.value_or(0));
    const auto digest = crypto::sha256(out.view());
    return std::string{text_of(digest)};
}

class RequestParser {
  public:
    RequestParser(
        const http::Request& request,
        const ServiceRoot& root,
        const Admits& admits,
        RenderContext& context
    )
        : request_(request), root_(root), admits_(admits), context_(context) {}

    [[nodiscard]] bool unread() const { return unread_; }

    Result<Message> run() {
        std::string_view target = request_.target;
        if (target.size() > target_bytes_max) {
            return fail(Errc::malformed, "The request URL is too long.");
        }
        const auto visible = [](char c) { return c > 0x20 && c < 0x7F; };
        if (!std::ranges::all_of(target, visible) || target.find('#') != std::string_view::npos) {
            return fail(Errc::malformed, "The request URL holds characters that must be escaped.");
        }
        const auto question = target.find('?');
        context_.path = target.substr(0, question);
        if (question != std::string_view::npos) context_.query = target.substr(question + 1);

        ROOKERY_TRY(path_, read_path(context_.path));
        context_.version = path_.version;
        // Known from here on, so that a rejected request is on the record with its table.
        if (!path_.segments.empty()) context_.table = schema::table_by_set(path_.segments[0].name);
        ROOKERY_TRY(headers_, read_headers(request_));
        context_.annotations = headers_.annotations;
        context_.metadata = headers_.metadata;
        context_.int64_as_text = headers_.int64_as_text;
        ROOKERY_TRY(options_, read_query_options(context_.query));
        return route();
    }

  private:
    // --- what is addressed ---

    Result<Message> route() {
        if (path_.segments.empty()) {
            ROOKERY_CHECK(allow({"GET"}));
            ROOKERY_CHECK(options_only({}));
            return Message{messages::ServiceDocument{}};
        }
        const auto& first = path_.segments.front();
        if (context_.table == nullptr) return operation(first);
        if (!first.arguments) return collection(*context_.table);
        ROOKERY_TRY(auto target, read_target(*context_.table, *first.arguments));
        if (std::holds_alternative<messages::KeyValues>(target.by)) context_.key_form = first.raw;
        return row(std::move(target));
    }

    Result<Message> operation(const Segment& first) {
        const bool last = path_.segments.size() == 1;
        const bool plain = !first.arguments || first.arguments->empty();
        if (first.name == "WhoAmI" && last && plain) {
            ROOKERY_CHECK(allow({"GET"}));
            ROOKERY_CHECK(options_only({}));
            return Message{messages::WhoAmI{}};
        }
        if (first.name == "rky_RetrieveVaultStatus" && last && plain) {
            ROOKERY_CHECK(allow({"GET"}));
            ROOKERY_CHECK(options_only({}));
            return Message{messages::RetrieveVaultStatus{}};
        }
        if (first.name == "rky_RetrieveSyncStatus" && last && plain) {
            ROOKERY_CHECK(allow({"GET"}));
            ROOKERY_CHECK(options_only({}));
            return Message{messages::RetrieveSyncStatus{}};
        }
        if (first.name == "rky_SyncNow" && last && !first.arguments) {
            ROOKERY_CHECK(action_without_parameters());
            return Message{messages::SyncNow{}};
        }
        if (first.name == "rky_AcknowledgeRecovery" && last && !first.arguments) {
            ROOKERY_CHECK(action_without_parameters());
            return Message{messages::AcknowledgeRecovery{}};
        }
        if (first.name == "rky_RetrySync" && last && !first.arguments) {
            ROOKERY_CHECK(action_without_parameters());
            return Message{messages::RetrySync{}};
        }
        if (first.name == "rky_RetrieveAuditEvents" && last) return asked(first, read_audit_query);
        if (first.name == "rky_RetrieveWhoCan" && last) return asked(first, read_who_can);
        if (first.name == "rky_RetrieveAccessOf" && last) return asked(first, read_access_of);
        if (first.name == "rky_ExplainAccess" && last) return asked(first, read_explain_access);
        if (first.name == "rky_CreateCredential" && last && !first.arguments) {
            ROOKERY_CHECK(allow({"POST"}));
            ROOKERY_TRY(const auto body, json_body());
            ROOKERY_TRY(auto action, read_create_credential(body));
            return Message{std::move(action)};
        }
        if (first.name == "rky_RevokeCredential" && last && !first.arguments) {
            ROOKERY_CHECK(allow({"POST"}));
            ROOKERY_TRY(const auto body, json_body());
            ROOKERY_TRY(auto action, read_revoke_credential(body));
            return Message{action};
        }
        if (first.name == "rky_ConfirmCredential" && last && !first.arguments) {
            ROOKERY_CHECK(allow({"POST"}));
            ROOKERY_TRY(const auto body, json_body());
            ROOKERY_TRY(auto action, read_confirm_credential(body));
            return Message{action};
        }
        return fail(unknown_segment(first));
    }

    /// GET with the parameters that `read` reads.
    template <class Read>
    Result<Message> asked(const Segment& function, Read read) {
        ROOKERY_CHECK(allow({"GET"}));
        ROOKERY_CHECK(options_only({}));
        ROOKERY_TRY(auto query, read(function.arguments, options_));
        return Message{std::move(query)};
    }

    /// POST without a body, or with {}.
    Result<> action_without_parameters() {
        ROOKERY_CHECK(allow({"POST"}));
        ROOKERY_CHECK(options_only({}));
        if (request_.body.empty()) return {};
        ROOKERY_TRY(const auto body, json_body());
        return check_no_parameters(body);
    }

    Result<Message> collection(const Table& table) {
        if (path_.segments.size() == 1) {
            ROOKERY_CHECK(allow({"GET", "POST"}));
            if (request_.method == "POST") return create(table);
            return list(table, std::nullopt, Counting::with_rows);
        }
        const auto& second = path_.segments[1];
        if (path_.segments.size() > 2 || second.arguments) return fail(unknown_segment(second));
        if (second.name == "$count") return list(table, std::nullopt, Counting::only);
        if (second.name == "$ref") return not_supported("$ref");
        const bool create_all = second.name == std::string{bound_prefix} + "CreateMultiple";
        const bool upsert_all = second.name == std::string{bound_prefix} + "UpsertMultiple";
        if (!create_all && !upsert_all) return fail(unknown_segment(second));
        ROOKERY_CHECK(allow({"POST"}));
        ROOKERY_CHECK(options_only({}));
        ROOKERY_CHECK(check_writable(table, create_all ? "CreateMultiple" : "UpsertMultiple"));
        if (create_all) {
            return with_rows(
                messages::CreateMultiple{&table, {}},
                [&](const JsonValue& body, messages::CreateMultiple& out) -> Result<> {
                    ROOKERY_TRY(out, read_create_multiple(body, table, root_));
                    return {};
                }
            );
        }
        context_.names_entity = false;
        return with_rows(
            messages::UpsertMultiple{&table, {}},
            [&](const JsonValue& body, messages::UpsertMultiple& out) -> Result<> {
                ROOKERY_TRY(out, read_upsert_multiple(body, table, root_));
                return {};
            }
        );
    }

    Result<Message> row(messages::Target target) {
        const auto& table = *target.table;
        if (path_.segments.size() == 1) {
            ROOKERY_CHECK(allow({"GET", "PATCH", "DELETE"}));
            if (request_.method == "GET") return retrieve(std::move(target), nullptr);
            if (request_.method == "PATCH") return upsert(std::move(target));
            return remove(std::move(target));
        }
        const auto& second = path_.segments[1];
        if (second.name.starts_with(bound_prefix)) return bound_to_row(std::move(target), second);
        if (second.name == "$ref" && path_.segments.size() == 2) return not_supported("$ref");
        const auto* column = table.property(second.name);
        if (column != nullptr && column->type != schema::Type::digest && !second.arguments) {
            return property(std::move(target), *column);
        }
        if (const auto nav = find_navigation(table, second.name); nav.column != nullptr) {
            if (second.arguments) return fail(no_such_segment(second.name));
            return single_navigation(std::move(target), nav);
        }
        const auto found = find_collection(table, second.name);
        if (found.members == nullptr) {
            if (is_collection_navigation(table, second.name)) return not_supported(second.name);
            return fail(unknown_segment(second));
        }
        return members(std::move(target), found, second);
    }

    Result<Message> bound_to_row(messages::Target target, const Segment& operation) {
        const auto name = std::string_view{operation.name}.substr(bound_prefix.size());
        const bool add = name == "AddPrivilegesRole";
        const bool replace = name == "ReplacePrivilegesRole";
        const bool takes_away = name == "RemovePrivilegeRole";
        if (target.table->name != "role" || path_.segments.size() > 2 || operation.arguments ||
            (!add && !replace && !takes_away)) {
            return fail(unknown_segment(operation));
        }
        ROOKERY_CHECK(allow({"POST"}));
        ROOKERY_CHECK(options_only({}));
        ROOKERY_TRY(const auto body, json_body());
        context_.names_entity = false;
        if (takes_away) {
            ROOKERY_TRY(auto action, read_removed_privilege(body, std::move(target)));
            return Message{std::move(action)};
        }
        ROOKERY_TRY(auto action, read_role_privileges(body, std::move(target), replace));
        return Message{std::move(action)};
    }

    /// `SET(ID)/property`
    Result<Message> property(messages::Target target, const Column& column) {
        if (path_.segments.size() > 2) {
            const auto& third = path_.segments[2];
            if (third.name == "$value") return not_supported("$value");
            return fail(no_such_segment(third.name));
        }
        if (column.is_lookup()) {
            ROOKERY_CHECK(allow({"GET"}));
        } else {
            ROOKERY_CHECK(allow({"GET", "PUT", "DELETE"}));
        }
        ROOKERY_CHECK(options_only({}));
        if (request_.method == "GET") {
            messages::Retrieve out;
            out.target = std::move(target);
            out.selection = shown({&column});
            out.preconditions = headers_.preconditions;
            out.preconditions.not_versions.clear();
            out.property = &column;
            return Message{std::move(out)};
        }
        ROOKERY_CHECK(check_writable(*target.table, "Update"));
        auto out = change_existing(std::move(target));
        if (request_.method == "PUT") {
            const auto read = [&](const JsonValue& body, messages::Upsert& into) -> Result<> {
                ROOKERY_TRY(into.input, read_property_value(body, *into.target.table, column));
                return {};
            };
            return with_rows(std::move(out), read);
        }
        return cleared(std::move(out), column);
    }

    /// `SET(ID)/lookup` and `SET(ID)/lookup/$ref`
    Result<Message> single_navigation(messages::Target target, const Navigation& nav) {
        const auto& column = *nav.column;
        if (path_.segments.size() == 2) {
            ROOKERY_CHECK(allow({"GET"}));
            return retrieve(std::move(target), &nav);
        }
        const auto& third = path_.segments[2];
        if (path_.segments.size() > 3 || third.name != "$ref" || third.arguments) {
            return not_supported("A path beyond a navigation property");
        }
        ROOKERY_CHECK(allow({"PUT", "DELETE"}));
        ROOKERY_CHECK(options_only({}));
        ROOKERY_CHECK(check_writable(*target.table, "Update"));
        auto out = change_existing(std::move(target));
        if (request_.method == "DELETE") return cleared(std::move(out), column);
        ROOKERY_CHECK(check_single_write(column));
        ROOKERY_TRY(const auto body, json_body());
        ROOKERY_TRY(auto to, read_reference_body(body, root_));
        if (!nav.allows(*to.table)) return wrong_reference();
        out.input.cells.push_back({&column, std::move(to)});
        return Message{std::move(out)};
    }

    static Result<Message> cleared(messages::Upsert out, const Column& column) {
        ROOKERY_CHECK(check_single_write(column));
        ROOKERY_TRY(auto null, messages::column_value(*out.target.table, column, {}));
        out.input.cells.push_back({&column, std::move(null)});
        return Message{std::move(out)};
    }

    /// `SET(ID)/COLLNAV`, `…/$count`, `…/$ref`, `SET(ID)/COLLNAV(ID)/$ref`
    Result<Message> members(
        messages::Target parent, const Collection& found, const Segment& segment
    ) {
        const auto count = path_.segments.size();
        const auto last =
            count == 3 ? std::string_view{path_.segments[2].name} : std::string_view{};
        if (count > 3 || (count == 3 && path_.segments[2].arguments)) {
            return not_supported("A path beyond a navigation property");
        }
        if (last == "$ref") return references(std::move(parent), found, segment);
        if (segment.arguments)
            return not_supported("A row through a collection navigation property");
        if (count == 3 && last != "$count") {
            return not_supported("A path beyond a navigation property");
        }
        if (count == 2) ROOKERY_CHECK(allow({"GET"}));
        messages::Within within;
        within.parent = std::move(parent);
        within.relationship = found.relationship;
        within.association = found.association;
        context_.key_form.clear();
        return list(
            *found.members, std::move(within), count == 3 ? Counting::only : Counting::with_rows
        );
    }

    Result<Message> references(
        messages::Target parent, const Collection& found, const Segment& segment
    ) {
        if (request_.method == "GET") return not_supported("Reading $ref");
        if (segment.arguments) {
            ROOKERY_CHECK(allow({"DELETE"}));
        } else {
            ROOKERY_CHECK(allow({"POST", "DELETE"}));
        }
        // What a role holds is changed with its depth, through the actions of the role.
        if (found.association != nullptr &&
            found.association->name == "roleprivileges_association") {
            context_.allow = "GET";
            return fail(
                Errc::method_not_allowed,
                "Privileges of a role are changed with AddPrivilegesRole, ReplacePrivilegesRole "
                "and "
                "RemovePrivilegeRole."
            );
        }
        if (found.relationship != nullptr) {
            ROOKERY_CHECK(check_writable(*found.members, "Update"));
            const auto* column = found.members->column(found.relationship->referencing_column);
            if (column != nullptr) {
                ROOKERY_CHECK(check_single_write(*column));
                const bool clears = request_.method == "DELETE";
                if (clears) ROOKERY_CHECK(messages::column_value(*found.members, *column, {}));
            }
        }
        context_.names_entity = false;
        if (request_.method == "POST") {
            ROOKERY_CHECK(options_only({}));
            ROOKERY_TRY(const auto body, json_body());
            ROOKERY_TRY(auto child, read_reference_body(body, root_));
            if (child.table != found.members) return wrong_reference();
            messages::Associate out;
            out.association = found.association;
            out.relationship = found.relationship;
            out.parent = std::move(parent);
            out.child = std::move(child);
            return Message{std::move(out)};
        }
        ROOKERY_TRY(auto child, removed_member(*found.members, segment));
        messages::Disassociate out;
        out.association = found.association;
        out.relationship = found.relationship;
        out.parent = std::move(parent);
        out.child = std::move(child);
        return Message{std::move(out)};
    }

    Result<messages::Target> removed_member(const Table& members, const Segment& segment) {
        if (segment.arguments) {
            ROOKERY_CHECK(options_only({}));
            return read_target(members, *segment.arguments);
        }
        ROOKERY_CHECK(options_only({"$id"}));
        if (!options_.id) {
            return fail(
                Errc::malformed, "The row to remove must be named: NAV(ID)/$ref or $ref?$id=URL."
            );
        }
        ROOKERY_TRY(auto child, read_reference(*options_.id, root_));
        if (child.table != &members) return wrong_reference();
        return child;
    }

    // --- what is done to it ---

    enum class Counting { with_rows, only };

    Result<Message> list(
        const Table& table, std::optional<messages::Within> within, Counting counting
    ) {
        context_.table = &table;
        messages::RetrieveMultiple out;
        out.table = &table;
        out.within = std::move(within);
        if (counting == Counting::only) {
            ROOKERY_CHECK(allow({"GET"}));
            ROOKERY_CHECK(options_only({"$filter"}));
            out.count_only = true;
        } else {
            ROOKERY_CHECK(
                options_only({"$select", "$filter", "$orderby", "$top", "$count", "$skiptoken"})
            );
            ROOKERY_TRY(const auto columns, selected(table));
            out.selection = shown(columns);
            ROOKERY_CHECK(read_paging(out));
        }
        if (options_.filter) {
            ROOKERY_TRY(out.filter, parse_filter(table, *options_.filter, options_));
        }
        if (options_.orderby) {
            ROOKERY_TRY(out.order, parse_orderby(table, *options_.orderby));
        }
        out.query_digest = query_digest(out);
        return Message{std::move(out)};
    }

    Result<> read_paging(messages::RetrieveMultiple& out) {
        if (options_.count) {
            if (*options_.count != "true" && *options_.count != "false") {
                return fail(Errc::malformed, "The $count option must be true or false.");
            }
            out.count = *options_.count == "true";
        }
        if (options_.top) {
            const auto top = read_integer(*options_.top);
            if (!top || *top < 1 || *top > std::numeric_limits<std::int32_t>::max()) {
                return fail(Errc::malformed, "The $top option must be a whole number from 1 on.");
            }
            // dataverse: $top is ignored together with odata.maxpagesize.
            if (!headers_.max_page_size) {
                out.top = static_cast<std::uint32_t>(std::min<std::int64_t>(*top, page_size_max));
            }
        }
        out.page_size = headers_.max_page_size.value_or(page_size_max);
        if (headers_.max_page_size) {
            applied("odata.maxpagesize=" + std::to_string(*headers_.max_page_size));
        }
        if (options_.skiptoken) {
            ROOKERY_TRY(auto token, unwrap_paging_token(*options_.skiptoken));
            context_.page_number = token.page;
            out.paging_token = std::move(token.bytes);
        }
        return {};
    }

    Result<Message> retrieve(messages::Target target, const Navigation* nav) {
        ROOKERY_CHECK(options_only({"$select"}));
        const Table* table = target.table;
        const auto* follow = nav == nullptr ? nullptr : nav->column;
        if (follow != nullptr) {
            table = follow->targets.size() == 1 ? schema::table(follow->targets.front()) : nav->only;
            context_.table = table;
            context_.key_form.clear();
            if (table == nullptr && options_.select) {
                return not_supported("$select through a lookup of several tables");
            }
            if (table != nullptr && table->outside) return not_supported(follow->nav);
        }
        messages::Retrieve out;
        if (table != nullptr) {
            ROOKERY_TRY(const auto columns, selected(*table));
            out.selection = shown(columns);
        } else {
            out.selection = shown({});
        }
        out.target = std::move(target);
        out.follow = follow;
        out.follow_to = nav == nullptr ? nullptr : nav->only;
        out.preconditions = headers_.preconditions;
        // No 304 for another row, nor when annotations are asked for.
        if (follow != nullptr || !headers_.annotations_text.empty()) {
            out.preconditions.not_versions.clear();
        }
        return Message{std::move(out)};
    }

    Result<Message> create(const Table& table) {
        ROOKERY_CHECK(options_only({"$select"}));
        ROOKERY_CHECK(check_writable(table, "Create"));
        messages::Create out;
        out.table = &table;
        ROOKERY_TRY(out.selection, representation(table));
        out.representation = headers_.representation;
        const auto read = [&](const JsonValue& body, messages::Create& into) -> Result<> {
            ROOKERY_TRY(into.input, read_row(body, table, RowUse::create, root_));
            return {};
        };
        return with_rows(std::move(out), read);
    }

    Result<Message> upsert(messages::Target target) {
        const auto& table = *target.table;
        options_.expand.reset();  // dataverse: ignored on PATCH
        ROOKERY_CHECK(options_only({"$select"}));
        ROOKERY_CHECK(check_writable(table, "Upsert"));
        messages::Upsert out;
        ROOKERY_TRY(out.selection, representation(table));
        out.representation = headers_.representation;
        out.preconditions = headers_.preconditions;
        out.target = std::move(target);
        const auto read = [&](const JsonValue& body, messages::Upsert& into) -> Result<> {
            ROOKERY_TRY(into.input, read_row(body, table, RowUse::upsert, root_));
            const auto* id = std::get_if<Uuid>(&into.target.by);
            return id == nullptr ? Result<>{} : drop_row_id(table, into.input, *id);
        };
        return with_rows(std::move(out), read);
    }

    /// The id in a body that is sent back whole repeats the URL's.
    static Result<> drop_row_id(const Table& table, messages::Input& input, const Uuid& id) {
        for (const auto& cell : input.cells) {
            if (!cell.column->may(schema::can::row_id)) continue;
            const auto* given = std::get_if<Uuid>(&cell.value);
            if (given == nullptr || *given != id) {
                return payload_error(
                    table,
                    "The property '" + std::string{cell.column->name} +
                        "' differs from the key in the request URL."
                );
            }
        }
        std::erase_if(input.cells, [](const messages::InputCell& cell) {
            return cell.column->may(schema::can::row_id);
        });
        return {};
    }

    Result<Message> remove(messages::Target target) {
        ROOKERY_CHECK(options_only({}));
        if (!target.table->removable) ROOKERY_CHECK(check_writable(*target.table, "Delete"));
        messages::Delete out;
        out.target = std::move(target);
        out.preconditions = headers_.preconditions;
        return Message{std::move(out)};
    }

    messages::Upsert change_existing(messages::Target target) {
        context_.names_entity = false;
        messages::Upsert out;
        out.target = std::move(target);
        out.preconditions = headers_.preconditions;
        out.preconditions.must_exist = true;
        return out;
    }

    // --- parts ---

    Result<> allow(std::initializer_list<std::string_view> methods) {
        context_.allow.clear();
        bool allowed = false;
        for (const auto method : methods) {
            if (!context_.allow.empty()) context_.allow += ", ";
            context_.allow += method;
            allowed = allowed || method == request_.method;
        }
        if (allowed) return {};
        return fail(
            Errc::method_not_allowed,
            "The requested resource does not support http method '" +
                std::string{showable(request_.method)} + "'."
        );
    }

    Result<> check_writable(const Table& table, std::string_view message) {
        if (table.writable) return {};
        context_.allow = table.removable ? "GET, DELETE" : "GET";
        return fail(
            Errc::method_not_allowed,
            "The '" + std::string{message} + "' method does not support entities of type '" +
                std::string{table.name} + "'."
        );
    }

    /// An option that has no meaning where it stands would be taken for one that has.
    Result<> options_only(std::initializer_list<std::string_view> allowed) const {
        const std::pair<std::string_view, bool> given[] = {
            {"$select", options_.select.has_value()},
            {"$filter", options_.filter.has_value()},
            {"$orderby", options_.orderby.has_value()},
            {"$top", options_.top.has_value()},
            {"$count", options_.count.has_value()},
            {"$skiptoken", options_.skiptoken.has_value()},
            {"$id", options_.id.has_value()},
        };
        if (options_.expand) return not_supported("$expand");
        for (const auto& [name, present] : given) {
            if (!present || std::ranges::find(allowed, name) != allowed.end()) continue;
            return fail(
                Errc::malformed,
                "The query option '" + std::string{name} + "' cannot be used with this resource."
            );
        }
        return {};
    }

    Result<std::vector<const Column*>> selected(const Table& table) {
        if (!options_.select) return std::vector<const Column*>{};
        ROOKERY_TRY(auto select, parse_select(table, *options_.select));
        context_.select = std::move(select.names);
        return std::move(select.columns);
    }

    messages::Selection shown(std::vector<const Column*> columns) {
        messages::Selection out;
        out.columns = std::move(columns);
        out.unmasked = options_.unmasked;
        out.annotations = headers_.annotations.formatted_value;
        if (!headers_.annotations_text.empty()) {
            applied("odata.include-annotations=\"" + headers_.annotations_text + "\"");
        }
        return out;
    }

    Result<messages::Selection> representation(const Table& table) {
        ROOKERY_TRY(auto columns, selected(table));
        if (!headers_.representation) return messages::Selection{};
        applied("return=representation");
        return shown(std::move(columns));
    }

    void applied(std::string preference) {
        if (!context_.preference_applied.empty()) context_.preference_applied += ", ";
        context_.preference_applied += preference;
    }

    /// The message with what `read` finds in the body, or as it is when it would be refused anyway.
    template <class M, class Read>
    Result<Message> with_rows(M without_input, Read read) {
        Message message{std::move(without_input)};
        unread_ = !admits_(message);
        if (unread_) return message;
        ROOKERY_TRY(const auto body, json_body());
        ROOKERY_CHECK(read(body, std::get<M>(message)));
        return message;
    }

    Result<JsonValue> json_body() const {
        ROOKERY_CHECK(check_content_type(request_));
        return parse_json(request_.body_text());
    }

    static tl::unexpected<Error> wrong_reference() {
        return fail(
            Errc::bad_payload, "A reference names a row of another table than the property's."
        );
    }

    const http::Request& request_;
    const ServiceRoot& root_;
    const Admits& admits_;
    RenderContext& context_;
    bool unread_ = false;
    ResourcePath path_;
    RequestHeaders headers_;
    QueryOptions options_;
};

}  // namespace

Parsed parse(
    const http::Request& request,
    const ServiceRoot& root,
    const Admits& admits,
    const Uuid& request_id
) {
    Parsed out;
    auto& context = out.context;
    context.root = &root;
    context.request_id = request_id;
    context.client_request_id = client_request_id(request);
    try {
        RequestParser parser{request, root, admits, context};
        auto message = parser.run();
        out.unread = parser.unread();
        if (message) {
            out.message = std::move(*message);
        } else {
            out.message = messages::Rejected{std::move(message).error(), context.table};
        }
    } catch (const std::bad_alloc&) {
        // A body of many tokens can fill the locked arena: still a request that goes on the record.
        Error full{Errc::unavailable, "The service has no room for this request now.", {}};
        out.message = messages::Rejected{std::move(full), context.table};
    }
    return out;
}

}  // namespace rookery::odata
