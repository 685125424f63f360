// rky_BulkRollbackRetain: starts a job that brings the retained records of a query back.
#include "odata/operations/answer_fields.hpp"
#include "odata/operations/retaining.hpp"
#include "odata/response/started_job.hpp"

namespace rookery::odata::operations::rky_bulk_rollback_retain {
namespace {

Result<messages::Message> read(Call& call) {
    return read_run<messages::BulkRollbackRetain>(call, messages::RowSource::retained);
}

constexpr Operation operation{
    .name = "rky_BulkRollbackRetain",
    .kind = OperationKind::action,
    .takes = records_of_a_run,
    .gives = started_retention_answer,
    .read = read,
    .write = writes<write_started_retention>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_bulk_rollback_retain
