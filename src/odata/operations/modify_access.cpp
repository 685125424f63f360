// ModifyAccess: a share gives these rights and no others.
#include "odata/operations/operation.hpp"
#include "odata/operations/share_fields.hpp"
#include "odata/request/sharing.hpp"

#include <utility>

namespace rookery::odata::operations::modify_access {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_TRY(auto given, read_access_given(body, call.request.origin()));
    messages::ModifyAccess out;
    out.target = std::move(given.target);
    out.principal = std::move(given.principal);
    out.rights = given.rights;
    out.expires = given.expires;
    return messages::Message{std::move(out)};
}

constexpr Operation operation{
    .name = "ModifyAccess",
    .kind = OperationKind::action,
    .takes = access_given,
    .read = read,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::modify_access
