// BulkRetain: starts a job that retains the records of a query.
#include "odata/operations/answer_fields.hpp"
#include "odata/operations/retaining.hpp"
#include "odata/response/started_job.hpp"

namespace rookery::odata::operations::bulk_retain {
namespace {

Result<messages::Message> read(Call& call) {
    return read_run<messages::BulkRetain>(call, messages::RowSource::live);
}

constexpr Operation operation{
    .name = "BulkRetain",
    .kind = OperationKind::action,
    .takes = records_of_a_run,
    .gives = started_retention_answer,
    .read = read,
    .write = writes<write_started_retention>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::bulk_retain
