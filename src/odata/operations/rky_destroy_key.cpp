// rky_DestroyKey: asks for the destruction of a record KEK or a row key, or goes on with it once a day has passed.
#include "odata/operations/answer_fields.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/key_version.hpp"
#include "odata/response/started_job.hpp"

namespace rookery::odata::operations::rky_destroy_key {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_CHECK(check_members(body, {"Purpose", "Version"}));
    ROOKERY_TRY(const auto version, key_version(body));
    ROOKERY_TRY(const auto purpose, key_purpose(body));
    return messages::Message{messages::DestroyKey{version, purpose}};
}

constexpr metadata::Field takes[] = {
    {"Purpose", "Edm.String"},
    {"Version", "Edm.Int64"},
};

constexpr Operation operation{
    .name = "rky_DestroyKey",
    .kind = OperationKind::action,
    .takes = takes,
    .gives = started_job_answer,
    .ignores_options = true,
    .read = read,
    .write = writes<write_started_job>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_destroy_key
