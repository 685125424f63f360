// rky_RevokeCredential: a credential ends. One that has ended already is no error.
#include "odata/operations/operation.hpp"

namespace rookery::odata::operations::rky_revoke_credential {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto credential, read_only_id(call.request, "CredentialId"));
    return messages::Message{messages::RevokeCredential{credential}};
}

constexpr metadata::Field takes[] = {
    {"CredentialId", "Edm.Guid"},
};

constexpr Operation operation{
    .name = "rky_RevokeCredential",
    .kind = OperationKind::action,
    .takes = takes,
    .ignores_options = true,
    .read = read,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_revoke_credential
