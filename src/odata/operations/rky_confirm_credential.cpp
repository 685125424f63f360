// rky_ConfirmCredential: a credential carries from now on what the caller could give its user.
#include "odata/operations/operation.hpp"

namespace rookery::odata::operations::rky_confirm_credential {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto credential, read_only_id(call.request, "CredentialId"));
    return messages::Message{messages::ConfirmCredential{credential}};
}

constexpr metadata::Field takes[] = {
    {"CredentialId", "Edm.Guid"},
};

constexpr Operation operation{
    .name = "rky_ConfirmCredential",
    .kind = OperationKind::action,
    .takes = takes,
    .ignores_options = true,
    .read = read,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_confirm_credential
