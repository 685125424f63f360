// ReassignObjectsSystemUser: all records of a user get another owner.
#include "odata/operations/operation.hpp"
#include "odata/request/entity_parameter.hpp"
#include "schema/known_tables.hpp"

#include <utility>

namespace rookery::odata::operations::reassign_objects_system_user {
namespace {

constexpr const schema::Table* principals[] = {&schema::known::systemuser, &schema::known::team};

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_CHECK(check_members(body, {"ReassignPrincipal"}));
    messages::ReassignObjectsSystemUser out;
    ROOKERY_TRY(
        out.to, read_entity_parameter(body, "ReassignPrincipal", principals, call.request.origin())
    );
    out.user = std::move(call.row);
    return messages::Message{std::move(out)};
}

constexpr metadata::Field takes[] = {{"ReassignPrincipal", "crmbaseentity"}};

constexpr Operation operation{
    .name = "ReassignObjectsSystemUser",
    .kind = OperationKind::action,
    .binding = Binding::row,
    .table = "systemuser",
    .takes = takes,
    .read = read,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::reassign_objects_system_user
