// "RolePrivileges": what the functions about the privileges of a user, a team or a role answer.
#pragma once

#include "messages/privileges_question.hpp"
#include "odata/json/json_writer.hpp"

namespace rookery::odata {

void write_privileges(JsonWriter& json, const messages::PrivilegesReply& reply);

}  // namespace rookery::odata
