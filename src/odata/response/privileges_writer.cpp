#include "odata/response/privileges_writer.hpp"

#include "odata/request/depth_words.hpp"

namespace rookery::odata {

void write_privileges(JsonWriter& json, const messages::PrivilegesReply& reply) {
    json.key("RolePrivileges");
    json.begin_array();
    for (const auto& one : reply.privileges) {
        json.begin_object();
        json.key("Depth");
        json.text(depth_word(one.depth));
        json.key("PrivilegeId");
        json.uuid(schema::privilege_id(*one.privilege));
        json.key("BusinessUnitId");
        json.uuid(one.unit);
        json.key("PrivilegeName");
        json.text(one.privilege->name);
        json.end_object();
    }
    json.end_array();
}

}  // namespace rookery::odata
