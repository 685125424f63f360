// rky_RetrieveDueTokens: the records whose tokens are to be rotated, among those that the caller may read.
#include "odata/json/json_members.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/literal.hpp"
#include "odata/request/version_parameters.hpp"
#include "odata/response/version_writer.hpp"
#include "schema/known_tables.hpp"

#include <utility>

namespace rookery::odata::operations::rky_retrieve_due_tokens {
namespace {

constexpr std::int64_t within_days_max = 3650;

constexpr Parameter parameters[] = {
    {"WithinDays", "@d", "Edm.Int32"},
    {"Table", "@t"},
    {"After", "@a", "Edm.Guid"},
    {"Top", "@n", "Edm.Int32"}};

bool set(messages::RetrieveDueTokens& out, std::string_view name, const Token& value) {
    const bool word = value.kind == TokenKind::word && !value.glued;
    if (name == "Table") {
        out.table = schema::table(value.kind == TokenKind::text ? value.text() : value.raw);
        return out.table != nullptr;
    }
    if (name == "After") {
        const auto id = Uuid::parse(value.raw);
        if (id) out.after = *id;
        return id.has_value();
    }
    const auto number = read_integer(value.raw);
    if (!word || !number || *number < 0) return false;
    if (name == "WithinDays") {
        out.within = std::chrono::days{*number};
        return *number <= within_days_max;
    }
    out.top = static_cast<std::uint32_t>(*number);
    return *number >= 1 && *number <= messages::due_top_max;
}

Result<messages::Message> read(Call& call) {
    const auto function = call.function();
    messages::RetrieveDueTokens out;
    out.table = &schema::known::msdyn_octwitterhandlesecret;
    ROOKERY_CHECK(read_parameters(
        function,
        call.arguments,
        call.request.options(),
        [&](std::string_view name, const Token& value) { return set(out, name, value); }
    ));
    if (!check_token_history(*out.table, function.name)) return wrong_parameter(function, "Table");
    return messages::Message{std::move(out)};
}

void write(JsonWriter& json, const messages::DueTokensReply& reply) {
    json.key("Table");
    json.text(reply.table->name);
    json.key("Tokens");
    json.begin_array();
    for (const auto& token : reply.tokens) {
        json.begin_object();
        json.key("RecordId");
        json.uuid(token.record);
        text_or_null(json, "RecordName", token.name);
        json.key("Number");
        json.number(token.current.number);
        time_or_null(json, "SetOn", token.current.on);
        write_rotation(json, token.rotation);
        json.key("Overdue");
        json.boolean(token.overdue);
        json.end_object();
    }
    json.end_array();
    id_or_null(json, "NextAfter", reply.next_after);
}

constexpr Operation operation{
    .name = "rky_RetrieveDueTokens",
    .kind = OperationKind::function,
    .parameters = parameters,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_retrieve_due_tokens
