// UnpublishDuplicateRule: a rule finds nothing any more, and can be changed.
#include "odata/operations/operation.hpp"

namespace rookery::odata::operations::unpublish_duplicate_rule {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto rule, read_only_id(call.request, "DuplicateRuleId"));
    return messages::Message{messages::UnpublishDuplicateRule{rule}};
}

constexpr metadata::Field takes[] = {{"DuplicateRuleId", "Edm.Guid"}};

constexpr Operation operation{
    .name = "UnpublishDuplicateRule",
    .kind = OperationKind::action,
    .takes = takes,
    .read = read,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::unpublish_duplicate_rule
