// PurgeRetainedContent: a page of retained records ends.
#include "odata/operations/operation.hpp"
#include "odata/request/retention_parameters.hpp"

#include <utility>

namespace rookery::odata::operations::purge_retained_content {
namespace {

Result<std::optional<Instant>> read_retained_before(const JsonValue& body) {
    const auto* given = body.member("rky_RetainedBefore");
    if (given == nullptr || given->is(JsonValue::Kind::null)) return std::optional<Instant>{};
    if (!given->is(JsonValue::Kind::text)) return bad_parameter("rky_RetainedBefore");
    const auto time = given->text.expose([](std::string_view text) { return parse_iso8601(text); });
    if (!time) return bad_parameter("rky_RetainedBefore");
    return time;
}

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_CHECK(check_members(
        body, {"EntityName", "PageSize", "OperationId", "MaxVersionToPurge", "rky_RetainedBefore"}
    ));
    messages::PurgeRetainedContent out;
    ROOKERY_TRY(out.table, read_entity_name(body));
    ROOKERY_TRY(out.page_size, read_page_size(body, messages::purge_retained_max));
    ROOKERY_TRY(out.operation, read_operation_id(body));
    ROOKERY_TRY(out.retained_before, read_retained_before(body));
    const auto* version = body.member("MaxVersionToPurge");
    const bool fits =
        version != nullptr && version->is(JsonValue::Kind::integer) && version->integer >= 0;
    if (!fits) return bad_parameter("MaxVersionToPurge");
    out.max_version = static_cast<std::uint64_t>(version->integer);
    return messages::Message{std::move(out)};
}

void write(JsonWriter& json, const messages::PurgeRetainedReply& reply) {
    json.key("EntityCountCollection");
    json.begin_object();
    json.key("Count");
    json.number(std::uint64_t{reply.ended.size()});
    json.key("IsReadOnly");
    json.boolean(false);
    json.key("Keys");
    json.begin_array();
    for (const auto& [table, count] : reply.ended) json.text(table->name);
    json.end_array();
    json.key("Values");
    json.begin_array();
    for (const auto& [table, count] : reply.ended) json.number(count);
    json.end_array();
    json.end_object();
    json.key("HasMoreRecords");
    json.boolean(reply.more);
}

constexpr metadata::Field takes[] = {
    {"EntityName", "Edm.String"},
    {"PageSize", "Edm.Int32"},
    {"OperationId", "Edm.Guid"},
    {"MaxVersionToPurge", "Edm.Int64"},
    {"rky_RetainedBefore", "Edm.DateTimeOffset"},
};

constexpr metadata::Field gives[] = {
    {"EntityCountCollection", "EntityRecordCountCollection"},
    {"HasMoreRecords", "Edm.Boolean"},
};

constexpr Operation operation{
    .name = "PurgeRetainedContent",
    .kind = OperationKind::action,
    .takes = takes,
    .gives = gives,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::purge_retained_content
