// RetrieveUserPrivileges: which privileges a user has, and how deep.
#include "odata/operations/answer_fields.hpp"
#include "odata/operations/operation.hpp"
#include "odata/response/privileges_writer.hpp"

#include <utility>

namespace rookery::odata::operations::retrieve_user_privileges {
namespace {

Result<messages::Message> read(Call& call) {
    messages::RetrieveUserPrivileges out;
    out.target = std::move(call.row);
    return messages::Message{std::move(out)};
}

constexpr Operation operation{
    .name = "RetrieveUserPrivileges",
    .kind = OperationKind::function,
    .binding = Binding::row,
    .table = "systemuser",
    .gives = privileges_answer,
    .read = read,
    .write = writes<write_privileges>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::retrieve_user_privileges
