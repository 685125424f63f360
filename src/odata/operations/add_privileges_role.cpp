// AddPrivilegesRole: what a role holds besides, and at which depth.
#include "odata/operations/operation.hpp"
#include "odata/request/role_privileges.hpp"

#include <utility>

namespace rookery::odata::operations::add_privileges_role {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    messages::AddPrivilegesRole out;
    ROOKERY_TRY(out.privileges, read_privileges(body));
    out.role = std::move(call.row);
    out.replace = false;
    return messages::Message{std::move(out)};
}

constexpr metadata::Field takes[] = {
    {"Privileges", "Collection(RolePrivilege)"},
};

constexpr Operation operation{
    .name = "AddPrivilegesRole",
    .kind = OperationKind::action,
    .binding = Binding::row,
    .table = "role",
    .takes = takes,
    .read = read,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::add_privileges_role
