// RetrieveAadUserPrivileges: which privileges the user of a directory object has, and how deep.
#include "odata/operations/answer_fields.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/directory_user.hpp"
#include "odata/response/privileges_writer.hpp"

#include <utility>

namespace rookery::odata::operations::retrieve_aad_user_privileges {
namespace {

Result<messages::Message> read(Call& call) {
    messages::RetrieveUserPrivileges out;
    out.called = call.operation.name;
    ROOKERY_TRY(
        out.target, read_directory_user(call.function(), call.arguments, call.request.options())
    );
    return messages::Message{std::move(out)};
}

constexpr Operation operation{
    .name = "RetrieveAadUserPrivileges",
    .kind = OperationKind::function,
    .parameters = directory_object,
    .gives = privileges_answer,
    .read = read,
    .write = writes<write_privileges>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::retrieve_aad_user_privileges
