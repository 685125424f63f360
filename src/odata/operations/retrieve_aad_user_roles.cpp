// RetrieveAadUserRoles: the roles that the user of a directory object has himself, as rows.
#include "odata/operations/operation.hpp"
#include "odata/request/directory_user.hpp"
#include "odata/request/list.hpp"
#include "schema/known_tables.hpp"

#include <utility>

namespace rookery::odata::operations::retrieve_aad_user_roles {
namespace {

Result<messages::Message> read(Call& call) {
    auto& request = call.request;
    ROOKERY_TRY(auto user, read_directory_user(call.function(), call.arguments, request.options()));
    messages::Within within{
        std::move(user), nullptr, schema::association("systemuserroles_association")};
    return read_list(request, schema::known::role, std::move(within), Counting::with_rows);
}

/// A list, which takes the options of one.
constexpr Operation operation{
    .name = "RetrieveAadUserRoles",
    .kind = OperationKind::function,
    .parameters = directory_object,
    .ignores_options = true,
    .read = read,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::retrieve_aad_user_roles
