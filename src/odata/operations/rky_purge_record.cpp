// rky_PurgeRecord: asks that a record, there or deleted already, is gone for good.
#include "odata/operations/answer_fields.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/version_parameters.hpp"
#include "odata/response/started_job.hpp"

#include <utility>

namespace rookery::odata::operations::rky_purge_record {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_CHECK(check_token_history(*call.table, call.operation.name));
    ROOKERY_CHECK(check_no_parameters(call.request));
    messages::PurgeRecord out;
    out.target = std::move(call.row);
    return messages::Message{std::move(out)};
}

constexpr Operation operation{
    .name = "rky_PurgeRecord",
    .kind = OperationKind::action,
    .binding = Binding::row,
    .gives = started_job_answer,
    .ignores_options = true,
    .read = read,
    .write = writes<write_started_job>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_purge_record
