#include "odata/request/action_body.hpp"

#include "odata/request/canonical.hpp"
#include "odata/request/entity_key.hpp"
#include "odata/request/row_body.hpp"
#include "odata/request/utf8.hpp"

#include <algorithm>
#include <initializer_list>
#include <set>

namespace rookery::odata {
namespace {

using Kind = JsonValue::Kind;

constexpr std::size_t credential_name_max = 100;

tl::unexpected<Error> bad_parameter(std::string_view name) {
    return fail(
        Errc::bad_payload,
        "The parameter '" + std::string{name} + "' is missing or has a wrong type."
    );
}

/// An object that holds nothing but these members and annotations.
Result<> check_members(const JsonValue& body, std::initializer_list<std::string_view> allowed) {
    if (!body.is(Kind::object)) return fail(Errc::bad_payload, "The body must be one JSON object.");
    for (const auto& member : body.members) {
        if (member.name.starts_with('@')) continue;
        if (std::ranges::find(allowed, std::string_view{member.name}) != allowed.end()) continue;
        return fail(
            Errc::bad_payload,
            "The parameter '" + std::string{showable(member.name)} +
                "' is not a parameter of the action."
        );
    }
    return {};
}

std::optional<Uuid> id_of(const JsonValue* value) {
    if (value == nullptr || !value->is(Kind::text)) return std::nullopt;
    const auto id = value->text.expose([](std::string_view text) { return Uuid::parse(text); });
    return id && !id->is_nil() ? id : std::nullopt;
}

Result<const std::vector<JsonValue>*> targets(const JsonValue& body) {
    ROOKERY_CHECK(check_members(body, {"Targets"}));
    const auto* list = body.member("Targets");
    if (list == nullptr || !list->is(Kind::array) || list->items.empty())
        return bad_parameter("Targets");
    return &list->items;
}

/// dataverse: every item must carry its type.
Result<> check_item(const JsonValue& item, const schema::Table& table) {
    if (!item.is(Kind::object) || item.member("@odata.type") == nullptr) {
        return payload_error(table, "Every item of 'Targets' needs its '@odata.type'.");
    }
    return {};
}

Result<messages::Target> item_target(
    const JsonValue& item, const schema::Table& table, const ServiceRoot& root
) {
    const auto by_id = id_of(item.member(table.primary_id));
    const auto* reference = item.member("@odata.id");
    if (reference == nullptr) {
        if (by_id) return messages::Target{&table, *by_id};
        return payload_error(table, "An item of 'Targets' names no row.");
    }
    if (!reference->is(Kind::text)) return payload_error(table, "An '@odata.id' is not a URL.");
    auto target =
        reference->text.expose([&](std::string_view url) { return read_reference(url, root); });
    if (!target) return target;
    const auto* id = std::get_if<Uuid>(&target->by);
    if (target->table != &table || (id != nullptr && by_id && *id != *by_id)) {
        return payload_error(table, "An '@odata.id' names another row or table than its item.");
    }
    return target;
}

std::optional<schema::Depth> depth_of(const JsonValue* value) {
    if (value == nullptr || !value->is(Kind::text)) return std::nullopt;
    constexpr std::pair<std::string_view, schema::Depth> names[] = {
        {"Basic", schema::Depth::basic},
        {"Local", schema::Depth::local},
        {"Deep", schema::Depth::deep},
        {"Global", schema::Depth::global},
    };
    return value->text.expose([&](std::string_view text) -> std::optional<schema::Depth> {
        for (const auto& [name, depth] : names) {
            if (text == name) return depth;
        }
        return std::nullopt;
    });
}

/// By id or name; if both are given they must agree. A nil id counts as absent: clients send it.
Result<const schema::Privilege*> privilege_of(const JsonValue& item) {
    const auto unknown = [] {
        return fail(Errc::invalid_argument, "A privilege of the request does not exist here.");
    };
    const schema::Privilege* named = nullptr;
    if (const auto* name = item.member("PrivilegeName"); name != nullptr && !name->is(Kind::null)) {
        if (!name->is(Kind::text)) return bad_parameter("PrivilegeName");
        named = name->text.expose([](std::string_view text) { return schema::privilege(text); });
        if (named == nullptr) return unknown();
    }
    const auto id = id_of(item.member("PrivilegeId"));
    if (!id) {
        if (named == nullptr) return bad_parameter("PrivilegeId");
        return named;
    }
    const auto* found = schema::privilege(*id);
    if (found == nullptr || (named != nullptr && named != found)) return unknown();
    return found;
}

/// {"CredentialId": GUID}
Result<Uuid> only_credential(const JsonValue& body) {
    ROOKERY_CHECK(check_members(body, {"CredentialId"}));
    const auto credential = id_of(body.member("CredentialId"));
    if (!credential) return bad_parameter("CredentialId");
    return *credential;
}

}  // namespace

Result<messages::CreateMultiple> read_create_multiple(
    const JsonValue& body, const schema::Table& table, const ServiceRoot& root
) {
    ROOKERY_TRY(const auto* items, targets(body));
    messages::CreateMultiple out;
    out.table = &table;
    for (const auto& item : *items) {
        ROOKERY_CHECK(check_item(item, table));
        ROOKERY_TRY(auto row, read_row(item, table, RowUse::create, root));
        out.rows.push_back(std::move(row));
    }
    return out;
}

Result<messages::UpsertMultiple> read_upsert_multiple(
    const JsonValue& body, const schema::Table& table, const ServiceRoot& root
) {
    ROOKERY_TRY(const auto* items, targets(body));
    messages::UpsertMultiple out;
    out.table = &table;
    std::set<Bytes> seen;
    for (const auto& item : *items) {
        ROOKERY_CHECK(check_item(item, table));
        ROOKERY_TRY(auto target, item_target(item, table, root));
        ByteWriter row_named;
        append_canonical(row_named, target);
        if (!seen.insert(std::move(row_named).take()).second) {
            return fail(Errc::invalid_argument, "Two items of 'Targets' name the same row.");
        }
        ROOKERY_TRY(auto row, read_row(item, table, RowUse::upsert, root));
        if (std::holds_alternative<Uuid>(target.by)) {
            std::erase_if(row.cells, [](const messages::InputCell& cell) {
                return cell.column->may(schema::can::row_id);
            });
        }
        out.rows.push_back({std::move(target), std::move(row)});
    }
    return out;
}

Result<messages::AddPrivilegesRole> read_role_privileges(
    const JsonValue& body, messages::Target role, bool replace
) {
    ROOKERY_CHECK(check_members(body, {"Privileges"}));
    const auto* list = body.member("Privileges");
    if (list == nullptr || !list->is(Kind::array)) return bad_parameter("Privileges");
    messages::AddPrivilegesRole out;
    out.role = std::move(role);
    out.replace = replace;
    for (const auto& item : list->items) {
        ROOKERY_CHECK(
            check_members(item, {"Depth", "PrivilegeId", "PrivilegeName", "BusinessUnitId"})
        );
        const auto depth = depth_of(item.member("Depth"));
        if (!depth) return bad_parameter("Depth");
        ROOKERY_TRY(const auto* privilege, privilege_of(item));
        const auto same = [&](const messages::RolePrivilege& p) {
            return p.privilege == privilege;
        };
        if (std::ranges::any_of(out.privileges, same)) {
            return fail(Errc::invalid_argument, "A privilege is given twice.");
        }
        out.privileges.push_back({privilege, *depth});
    }
    return out;
}

Result<messages::RemovePrivilegeRole> read_removed_privilege(
    const JsonValue& body, messages::Target role
) {
    ROOKERY_CHECK(check_members(body, {"PrivilegeId"}));
    ROOKERY_TRY(const auto* privilege, privilege_of(body));
    return messages::RemovePrivilegeRole{std::move(role), privilege};
}

Result<messages::CreateCredential> read_create_credential(const JsonValue& body) {
    ROOKERY_CHECK(check_members(body, {"UserId", "Name", "LifetimeSeconds"}));
    const auto user = id_of(body.member("UserId"));
    if (!user) return bad_parameter("UserId");
    const auto* name = body.member("Name");
    if (name == nullptr || !name->is(Kind::text)) return bad_parameter("Name");
    messages::CreateCredential out;
    out.user = *user;
    out.name = name->text.expose([](std::string_view text) { return std::string{text}; });
    if (out.name.empty() || code_points(out.name) > credential_name_max) {
        return fail(
            Errc::invalid_argument,
            "The parameter 'Name' must have 1 to " + std::to_string(credential_name_max) +
                " characters."
        );
    }
    const auto* lifetime = body.member("LifetimeSeconds");
    if (lifetime == nullptr || !lifetime->is(Kind::integer))
        return bad_parameter("LifetimeSeconds");
    out.lifetime = std::chrono::seconds{lifetime->integer};
    return out;
}

Result<messages::RevokeCredential> read_revoke_credential(const JsonValue& body) {
    ROOKERY_TRY(const auto credential, only_credential(body));
    return messages::RevokeCredential{credential};
}

Result<messages::ConfirmCredential> read_confirm_credential(const JsonValue& body) {
    ROOKERY_TRY(const auto credential, only_credential(body));
    return messages::ConfirmCredential{credential};
}

Result<> check_no_parameters(const JsonValue& body) { return check_members(body, {}); }

}  // namespace rookery::odata
