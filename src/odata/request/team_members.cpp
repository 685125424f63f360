#include "odata/request/team_members.hpp"

#include "odata/request/body_parameters.hpp"
#include "odata/request/row_body.hpp"
#include "schema/known_tables.hpp"

#include <utility>

namespace rookery::odata {
namespace {

Result<messages::Target> read_member(const JsonValue& item, const RequestOrigin& origin) {
    const auto& users = schema::known::systemuser;
    ROOKERY_CHECK(check_members(item, {"systemuserid", "ownerid"}));
    ROOKERY_CHECK(check_odata_type(item, users));
    const auto* id = item.member("systemuserid");
    if (id == nullptr) id = item.member("ownerid");
    const bool by_url = item.member("@odata.id") != nullptr;
    // One of them, so that no two can name different users.
    if (by_url == (id != nullptr)) return bad_parameter("Members");
    if (by_url) {
        ROOKERY_TRY(auto target, read_reference_body(item, origin));
        if (target.table != &users) return bad_parameter("Members");
        return target;
    }
    const bool twice = item.member("systemuserid") != nullptr && item.member("ownerid") != nullptr;
    const auto user = id_of(id);
    if (twice || !user) return bad_parameter("Members");
    return messages::Target{&users, *user};
}

}  // namespace

Result<std::vector<messages::Target>> read_members(
    const JsonValue& body, const RequestOrigin& origin
) {
    ROOKERY_CHECK(check_members(body, {"Members"}));
    const auto* list = body.member("Members");
    if (list == nullptr || !list->is(JsonValue::Kind::array) || list->items.empty()) {
        return bad_parameter("Members");
    }
    std::vector<messages::Target> out;
    for (const auto& item : list->items) {
        ROOKERY_TRY(auto member, read_member(item, origin));
        out.push_back(std::move(member));
    }
    return out;
}

}  // namespace rookery::odata
