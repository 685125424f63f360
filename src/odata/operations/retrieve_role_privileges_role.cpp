// RetrieveRolePrivilegesRole: which privileges a role gives, and how deep.
#include "odata/operations/answer_fields.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/raw_parameters.hpp"
#include "odata/response/privileges_writer.hpp"
#include "schema/known_tables.hpp"

namespace rookery::odata::operations::retrieve_role_privileges_role {
namespace {

constexpr Parameter parameters[] = {{"RoleId", "@p1", "Edm.Guid"}};

Result<messages::Message> read(Call& call) {
    const auto function = call.function();
    ROOKERY_TRY(
        const auto given, read_raw_parameters(function, call.arguments, call.request.options())
    );
    const auto found = given.find("RoleId");
    const auto text = found == given.end() ? std::nullopt : text_of(found->second);
    const auto id = text ? Uuid::parse(*text) : std::nullopt;
    if (!id) return wrong_parameter(function, "RoleId");
    messages::RetrieveRolePrivilegesRole out;
    out.target = {&schema::known::role, *id};
    return messages::Message{std::move(out)};
}

constexpr Operation operation{
    .name = "RetrieveRolePrivilegesRole",
    .kind = OperationKind::function,
    .parameters = parameters,
    .gives = privileges_answer,
    .read = read,
    .write = writes<write_privileges>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::retrieve_role_privileges_role
