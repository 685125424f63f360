// RevokeAccess: what is shared with a user or team is so no more.
#include "odata/operations/operation.hpp"
#include "odata/request/sharing.hpp"

#include <utility>

namespace rookery::odata::operations::revoke_access {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_CHECK(check_members(body, {"Target", "Revokee"}));
    messages::RevokeAccess out;
    ROOKERY_TRY(out.target, read_shared_row(body, call.request.origin()));
    ROOKERY_TRY(out.principal, read_principal(body, "Revokee", call.request.origin()));
    return messages::Message{std::move(out)};
}

constexpr metadata::Field takes[] = {
    {"Target", "crmbaseentity"},
    {"Revokee", "principal"},
};

constexpr Operation operation{
    .name = "RevokeAccess",
    .kind = OperationKind::action,
    .takes = takes,
    .read = read,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::revoke_access
