// rky_RestoreTokenVersion: what a record's tokens were before becomes what they are.
#include "odata/operations/operation.hpp"
#include "odata/request/version_parameters.hpp"

#include <utility>

namespace rookery::odata::operations::rky_restore_token_version {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_CHECK(check_token_history(*call.table, call.operation.name));
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_TRY(const auto number, read_version_number(body));
    messages::RestoreTokenVersion out;
    out.target = std::move(call.row);
    out.number = number;
    return messages::Message{std::move(out)};
}

constexpr Operation operation{
    .name = "rky_RestoreTokenVersion",
    .kind = OperationKind::action,
    .binding = Binding::row,
    .ignores_options = true,
    .read = read,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_restore_token_version
