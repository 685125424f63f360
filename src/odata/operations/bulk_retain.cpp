// BulkRetain: starts a job that retains the records of a query.
#include "odata/fetchxml/retention_query.hpp"
#include "odata/operations/answer_fields.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/retention_parameters.hpp"
#include "odata/request/run_parameters.hpp"
#include "odata/response/started_job.hpp"

#include <utility>

namespace rookery::odata::operations::bulk_retain {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_CHECK(
        check_members(body, {"EntityName", "FetchXml", "PageSize", "OperationId", "PagingCookie"})
    );
    messages::BulkRetain out;
    ROOKERY_TRY(out.text, read_fetch_text(body));
    ROOKERY_TRY(out.query, fetchxml::read_retention_query(out.text, messages::RowSource::live));
    ROOKERY_CHECK(check_entity_name(body, *out.query.table));
    ROOKERY_CHECK(check_run_pages(body));
    ROOKERY_TRY(out.operation, read_operation_id(body));
    return messages::Message{std::move(out)};
}

constexpr metadata::Field takes[] = {
    {"EntityName", "Edm.String"},
    {"FetchXml", "Edm.String"},
    {"PageSize", "Edm.Int32"},
    {"OperationId", "Edm.Guid"},
    {"PagingCookie", "Edm.String"},
};

constexpr Operation operation{
    .name = "BulkRetain",
    .kind = OperationKind::action,
    .takes = takes,
    .gives = started_retention_answer,
    .read = read,
    .write = writes<write_started_retention>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::bulk_retain
