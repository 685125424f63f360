// BulkDelete: starts a job that deletes the rows of some queries.
#include "odata/fetchxml/bulk_query.hpp"
#include "odata/fetchxml/query_expression.hpp"
#include "odata/operations/answer_fields.hpp"
#include "odata/operations/operation.hpp"
#include "odata/response/started_job.hpp"

#include <string>
#include <utility>
#include <vector>

namespace rookery::odata::operations::bulk_delete {
namespace {

constexpr std::size_t name_max = 256;  // bytes

Result<std::string> read_text(const JsonValue& body, std::string_view name) {
    const auto* value = body.member(name);
    if (value == nullptr || !value->is(JsonValue::Kind::text)) return bad_parameter(name);
    return value->text.expose([](std::string_view text) { return std::string{text}; });
}

/// Dataverse asks for it, and it may say no more than that there are none.
Result<> check_recipients(const JsonValue& body, std::string_view name) {
    const auto* value = body.member(name);
    if (value == nullptr || value->is(JsonValue::Kind::null)) return {};
    if (!value->is(JsonValue::Kind::array)) return bad_parameter(name);
    if (value->items.empty()) return {};
    return fail(Errc::unsupported, "A BulkDelete sends no mail: '" + std::string{name} + "'.");
}

/// What is asked for beside the rows: once, at once and without mail is all that there is.
Result<> check_manner(const JsonValue& body) {
    for (const auto* name : {"ToRecipients", "CCRecipients"}) {
        ROOKERY_CHECK(check_recipients(body, name));
    }
    const auto* mail = body.member("SendEmailNotification");
    if (mail == nullptr || !mail->is(JsonValue::Kind::boolean)) {
        return bad_parameter("SendEmailNotification");
    }
    if (mail->boolean) return fail(Errc::unsupported, "A BulkDelete sends no mail.");
    ROOKERY_TRY(const auto pattern, read_text(body, "RecurrencePattern"));
    if (!pattern.empty()) return fail(Errc::unsupported, "A BulkDelete does not recur.");
    return {};
}

Result<Instant> read_start(const JsonValue& body) {
    ROOKERY_TRY(const auto text, read_text(body, "StartDateTime"));
    const auto start = parse_iso8601(text);
    if (!start) return bad_parameter("StartDateTime");
    return *start;
}

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
    ROOKERY_CHECK(check_manner(body));
    messages::BulkDelete out;
    ROOKERY_TRY(out.start, read_start(body));
    ROOKERY_TRY(out.job_name, read_text(body, "JobName"));
    if (out.job_name.empty()) return bad_parameter("JobName");
    if (out.job_name.size() > name_max) {
        return fail(
            Errc::bad_payload,
            "The parameter 'JobName' is longer than " + std::to_string(name_max) + " bytes."
        );
    }
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
