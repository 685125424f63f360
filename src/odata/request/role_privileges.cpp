#include "odata/request/role_privileges.hpp"

#include "odata/request/body_parameters.hpp"
#include "odata/request/depth_words.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace rookery::odata {
namespace {

using Kind = JsonValue::Kind;

std::optional<schema::Depth> depth_of(const JsonValue* value) {
    if (value == nullptr || !value->is(Kind::text)) return std::nullopt;
    return value->text.expose([&](std::string_view text) -> std::optional<schema::Depth> {
        for (const auto& [name, depth] : depth_words) {
            if (text == name) return depth;
        }
        return std::nullopt;
    });
}

}  // namespace

Result<const schema::Privilege*> read_privilege(const JsonValue& object) {
    const auto unknown = [] {
        return fail(Errc::invalid_argument, "A privilege of the request does not exist here.");
    };
    const schema::Privilege* named = nullptr;
    const auto* name = object.member("PrivilegeName");
    if (name != nullptr && !name->is(Kind::null)) {
        if (!name->is(Kind::text)) return bad_parameter("PrivilegeName");
        named = name->text.expose([](std::string_view text) { return schema::privilege(text); });
        if (named == nullptr) return unknown();
    }
    const auto id = id_of(object.member("PrivilegeId"));
    if (!id) {
        if (named == nullptr) return bad_parameter("PrivilegeId");
        return named;
    }
    const auto* found = schema::privilege(*id);
    if (found == nullptr || (named != nullptr && named != found)) return unknown();
    return found;
}

Result<std::vector<messages::RolePrivilege>> read_privileges(const JsonValue& body) {
    ROOKERY_CHECK(check_members(body, {"Privileges"}));
    const auto* list = body.member("Privileges");
    if (list == nullptr || !list->is(Kind::array)) return bad_parameter("Privileges");
    std::vector<messages::RolePrivilege> out;
    for (const auto& item : list->items) {
        ROOKERY_CHECK(
            check_members(item, {"Depth", "PrivilegeId", "PrivilegeName", "BusinessUnitId"})
        );
        const auto depth = depth_of(item.member("Depth"));
        if (!depth) return bad_parameter("Depth");
        ROOKERY_TRY(const auto* privilege, read_privilege(item));
        const auto same = [&](const messages::RolePrivilege& p) {
            return p.privilege == privilege;
        };
        if (std::ranges::any_of(out, same)) {
            return fail(Errc::invalid_argument, "A privilege is given twice.");
        }
        out.push_back({privilege, *depth});
    }
    return out;
}

}  // namespace rookery::odata
