// PublishDuplicateRule: a rule says from now on which rows are duplicates.
#include "odata/operations/answer_fields.hpp"
#include "odata/operations/operation.hpp"
#include "odata/response/started_job.hpp"

namespace rookery::odata::operations::publish_duplicate_rule {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto rule, read_only_id(call.request, "DuplicateRuleId"));
    return messages::Message{messages::PublishDuplicateRule{rule}};
}

constexpr metadata::Field takes[] = {{"DuplicateRuleId", "Edm.Guid"}};

constexpr Operation operation{
    .name = "PublishDuplicateRule",
    .kind = OperationKind::action,
    .takes = takes,
    .gives = started_job_answer,
    .read = read,
    .write = writes<write_started_job>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::publish_duplicate_rule
