// rky_RetrieveWhoCan: who could read a token of a record in clear now, and in which ways.
#include "odata/json/json_members.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/access_parameters.hpp"
#include "odata/response/access_writer.hpp"
#include "schema/known_tables.hpp"

#include <utility>

namespace rookery::odata::operations::rky_retrieve_who_can {
namespace {

constexpr Parameter parameters[] = {
    {"Record", "@r", "Edm.Guid"},
    {"UniqueHandleId", "@u"},
    {"Owner", "@o", "Edm.Guid"},
    {"Table", "@t"},
    {"Column", "@c"},
    {"After", "@a", "Edm.Guid"},
    {"Top", "@n", "Edm.Int32"},
};

Result<messages::Message> read(Call& call) {
    const auto function = call.function();
    ROOKERY_TRY(
        const auto given, read_access_parameters(function, call.arguments, call.request.options())
    );
    ROOKERY_TRY(const auto* table, table_of(function, given));
    // Of what versions keep, the record decides.
    const bool asked_of = table->has_sealed() && table != &schema::known::rky_tokenversion;
    if (!asked_of) return wrong_parameter(function, "Table");
    messages::RetrieveWhoCan out;
    if (given.owner) {
        if (given.record || !given.unique_handle_id.empty()) {
            return wrong_parameter(function, "Owner");
        }
        out.target.table = table;
        out.owner = given.owner;
    } else {
        ROOKERY_TRY(out.target, record_of(function, given, *table));
    }
    ROOKERY_TRY(out.column, column_of(function, given, *table));
    out.after = given.after.value_or(Uuid{});
    if (given.top) out.top = *given.top;
    return messages::Message{std::move(out)};
}

void write(JsonWriter& json, const messages::WhoCanReply& reply) {
    AccessWriter body(json, reply.names);
    body.text("Table", reply.table->name);
    id_or_null(json, "RecordId", reply.record);
    text_or_null(json, "RecordName", reply.record_name);
    const auto owner = reply.owner.value_or(access::Principal{});
    text_or_null(json, "OwnerKind", reply.owner ? word(owner.kind) : std::string_view{});
    body.named("Owner", table_of(owner.kind), owner.id);
    body.flag("Inactive", reply.inactive);
    json.key("Columns");
    json.begin_array();
    for (const auto* column : reply.columns) json.text(column->name);
    json.end_array();
    json.key("Readers");
    json.begin_array();
    for (std::size_t i = 0; i < reply.readers.readers.size(); ++i) {
        body.reader(reply.readers.readers[i], reply.credentials[i]);
    }
    json.end_array();
    id_or_null(json, "NextAfter", reply.readers.next_after);
}

constexpr Operation operation{
    .name = "rky_RetrieveWhoCan",
    .kind = OperationKind::function,
    .parameters = parameters,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_retrieve_who_can
