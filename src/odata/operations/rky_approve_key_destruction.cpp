// rky_ApproveKeyDestruction: the second person's word for a request to destroy a key.
#include "odata/operations/operation.hpp"
#include "odata/request/key_version.hpp"

namespace rookery::odata::operations::rky_approve_key_destruction {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_CHECK(check_members(body, {"JobId", "Purpose", "Version"}));
    const auto job = id_of(body.member("JobId"));
    if (!job) return bad_parameter("JobId");
    ROOKERY_TRY(const auto version, key_version(body));
    ROOKERY_TRY(const auto purpose, key_purpose(body));
    return messages::Message{messages::ApproveKeyDestruction{*job, version, purpose}};
}

constexpr metadata::Field takes[] = {
    {"JobId", "Edm.Guid"},
    {"Purpose", "Edm.String"},
    {"Version", "Edm.Int64"},
};

constexpr Operation operation{
    .name = "rky_ApproveKeyDestruction",
    .kind = OperationKind::action,
    .takes = takes,
    .ignores_options = true,
    .read = read,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_approve_key_destruction
