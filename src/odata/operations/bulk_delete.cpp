// BulkDelete: starts a job that deletes the rows of some queries.
#include "odata/fetchxml/bulk_query.hpp"
#include "odata/fetchxml/query_expression.hpp"
#include "odata/operations/answer_fields.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/job_parameters.hpp"
#include "odata/response/started_job.hpp"

#include <string>
#include <utility>
#include <vector>

namespace rookery::odata::operations::bulk_delete {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_CHECK(check_members(
        body,
        {"QuerySet",
         "JobName",
         "SendEmailNotification",
         "ToRecipients",
         "CCRecipients",
         "RecurrencePattern",
         "StartDateTime",
         "SourceImportId",
         "RunNow"}
    ));
    ROOKERY_CHECK(check_job_manner(body, "BulkDelete"));
    messages::BulkDelete out;
    ROOKERY_TRY(out.start, read_job_start(body, "StartDateTime"));
    ROOKERY_TRY(out.job_name, read_job_name(body));
    const auto* queries = body.member("QuerySet");
    if (queries == nullptr || !queries->is(JsonValue::Kind::array)) {
        return bad_parameter("QuerySet");
    }
    std::vector<fetchxml::Element> fetches;
    for (const auto& query : queries->items) {
        ROOKERY_TRY(auto fetch, fetchxml::fetch_of(query));
        ROOKERY_TRY(auto rows, fetchxml::read_bulk_query(fetch));
        out.queries.push_back(std::move(rows));
        fetches.push_back(std::move(fetch));
    }
    out.text = fetchxml::write_bulk_queries(std::move(fetches));
    return messages::Message{std::move(out)};
}

constexpr metadata::Field takes[] = {
    {"QuerySet", "Collection(QueryExpression)"},
    {"JobName", "Edm.String"},
    {"SendEmailNotification", "Edm.Boolean"},
    {"ToRecipients", "Collection(crmbaseentity)"},
    {"CCRecipients", "Collection(crmbaseentity)"},
    {"RecurrencePattern", "Edm.String"},
    {"StartDateTime", "Edm.DateTimeOffset"},
    {"SourceImportId", "Edm.Guid"},
    {"RunNow", "Edm.Boolean"},
};

constexpr Operation operation{
    .name = "BulkDelete",
    .kind = OperationKind::action,
    .takes = takes,
    .gives = started_job_answer,
    .read = read,
    .write = writes<write_started_job>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::bulk_delete
