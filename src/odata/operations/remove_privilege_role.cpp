// RemovePrivilegeRole: what a role holds no more.
#include "odata/operations/operation.hpp"
#include "odata/request/role_privileges.hpp"

#include <utility>

namespace rookery::odata::operations::remove_privilege_role {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_CHECK(check_members(body, {"PrivilegeId"}));
    ROOKERY_TRY(const auto* privilege, read_privilege(body));
    return messages::Message{messages::RemovePrivilegeRole{std::move(call.row), privilege}};
}

constexpr metadata::Field takes[] = {
    {"PrivilegeId", "Edm.Guid"},
};

constexpr Operation operation{
    .name = "RemovePrivilegeRole",
    .kind = OperationKind::action,
    .binding = Binding::row,
    .table = "role",
    .takes = takes,
    .read = read,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::remove_privilege_role
