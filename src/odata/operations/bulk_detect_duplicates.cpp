// BulkDetectDuplicates: starts a job that looks for the duplicates of the rows of a query.
#include "odata/fetchxml/bulk_query.hpp"
#include "odata/fetchxml/query_expression.hpp"
#include "odata/operations/answer_fields.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/job_parameters.hpp"
#include "odata/response/started_job.hpp"

#include <utility>
#include <vector>

namespace rookery::odata::operations::bulk_detect_duplicates {
namespace {

/// Of the template of a mail that is not sent it is only known that it is one.
Result<> check_template(const JsonValue& body) {
    const auto* value = body.member("TemplateId");
    if (value == nullptr || value->is(JsonValue::Kind::null)) return {};
    const bool is_id = value->is(JsonValue::Kind::text) &&
                       value->text.expose([](auto text) { return Uuid::parse(text).has_value(); });
    if (!is_id) return bad_parameter("TemplateId");
    return {};
}

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_CHECK(check_members(
        body,
        {"Query",
         "JobName",
         "SendEmailNotification",
         "TemplateId",
         "ToRecipients",
         "CCRecipients",
         "RecurrencePattern",
         "RecurrenceStartTime"}
    ));
    ROOKERY_CHECK(check_job_manner(body, "BulkDetectDuplicates"));
    ROOKERY_CHECK(check_template(body));
    messages::BulkDetectDuplicates out;
    ROOKERY_TRY(out.start, read_job_start(body, "RecurrenceStartTime"));
    ROOKERY_TRY(out.job_name, read_job_name(body));
    const auto* query = body.member("Query");
    if (query == nullptr) return bad_parameter("Query");
    ROOKERY_TRY(auto fetch, fetchxml::fetch_of(*query));
    ROOKERY_TRY(out.query, fetchxml::read_bulk_query(fetch));
    std::vector<fetchxml::Element> fetches;
    fetches.push_back(std::move(fetch));
    out.text = fetchxml::write_bulk_queries(std::move(fetches));
    return messages::Message{std::move(out)};
}

constexpr metadata::Field takes[] = {
    {"Query", "QueryExpression"},
    {"JobName", "Edm.String"},
    {"SendEmailNotification", "Edm.Boolean"},
    {"TemplateId", "Edm.Guid"},
    {"ToRecipients", "Collection(crmbaseentity)"},
    {"CCRecipients", "Collection(crmbaseentity)"},
    {"RecurrencePattern", "Edm.String"},
    {"RecurrenceStartTime", "Edm.DateTimeOffset"},
};

constexpr Operation operation{
    .name = "BulkDetectDuplicates",
    .kind = OperationKind::action,
    .takes = takes,
    .gives = started_job_answer,
    .read = read,
    .write = writes<write_started_job>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::bulk_detect_duplicates
