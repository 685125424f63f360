// RollbackRetain: a retained record is there again. `Target` names it by its URL or its id, and has the columns that are to have
// other values then.
#include "odata/operations/retaining.hpp"
#include "odata/request/kept_record.hpp"

#include <utility>

namespace rookery::odata::operations::rollback_retain {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_CHECK(check_members(body, {"Target", "OperationId"}));
    messages::RollbackRetain out;
    ROOKERY_TRY(auto record, read_kept_record(body, call.request.origin()));
    out.target = std::move(record.target);
    out.input = std::move(record.input);
    ROOKERY_TRY(out.operation, read_operation_id(body));
    return messages::Message{std::move(out)};
}

constexpr Operation operation{
    .name = "RollbackRetain",
    .kind = OperationKind::action,
    .takes = record_to_retain,
    .gives = retained_record,
    .read = read,
    .write = writes<write_retained>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rollback_retain
