// rky_RetrieveExposedRecords: the records whose tokens existed under a record KEK.
#include "odata/json/json_members.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/literal.hpp"

#include <utility>

namespace rookery::odata::operations::rky_retrieve_exposed_records {
namespace {

constexpr Parameter parameters[] = {{"Version", "@v", "Edm.Int64"}, {"From", "@f", "Edm.Int64"}};

/// False: the value is not one of that parameter.
bool set(messages::RetrieveExposedRecords& out, std::string_view name, const Token& token) {
    if (token.kind != TokenKind::word || token.glued) return false;
    const auto number = read_integer(token.raw);
    if (!number || *number < 0) return false;
    if (name == "From") {
        out.from = static_cast<std::uint64_t>(*number);
        return true;
    }
    if (*number < 1 || *number > UINT32_MAX) return false;
    out.version = static_cast<std::uint32_t>(*number);
    return true;
}

Result<messages::Message> read(Call& call) {
    messages::RetrieveExposedRecords out;
    ROOKERY_CHECK(read_parameters(
        call.function(),
        call.arguments,
        call.request.options(),
        [&](std::string_view name, const Token& value) { return set(out, name, value); }
    ));
    return messages::Message{out};
}

void write(JsonWriter& json, const messages::ExposedRecordsReply& reply) {
    json.key("Records");
    json.begin_array();
    for (const auto& record : reply.records) {
        json.begin_object();
        json.key("Table");
        json.text(record.table->name);
        json.key("RecordId");
        json.uuid(record.id);
        text_or_null(json, "Name", record.name);
        json.key("Current");
        json.boolean(record.current);
        json.end_object();
    }
    json.end_array();
    json.key("Unreadable");
    json.number(reply.unreadable);
    json.key("Next");
    if (reply.next) {
        json.number(*reply.next);
    } else {
        json.null();
    }
}

constexpr Operation operation{
    .name = "rky_RetrieveExposedRecords",
    .kind = OperationKind::function,
    .parameters = parameters,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_retrieve_exposed_records
