// RetrieveTotalRecordCount: how many rows of each table the caller may read.
#include "odata/operations/operation.hpp"
#include "odata/request/raw_parameters.hpp"

#include <algorithm>
#include <utility>

namespace rookery::odata::operations::retrieve_total_record_count {
namespace {

constexpr Parameter parameters[] = {{"EntityNames", "@p1", "Collection(Edm.String)"}};

Result<messages::Message> read(Call& call) {
    const auto function = call.function();
    ROOKERY_TRY(
        const auto given, read_raw_parameters(function, call.arguments, call.request.options())
    );
    const auto found = given.find("EntityNames");
    if (found == given.end()) return wrong_parameter(function, "EntityNames");
    const auto names = texts_of(found->second, messages::tables_counted_max);
    if (!names || names->empty()) return wrong_parameter(function, "EntityNames");
    messages::RetrieveTotalRecordCount out;
    for (const auto& name : *names) {
        const auto* table = schema::table(name);
        if (table == nullptr || table->outside) return wrong_parameter(function, "EntityNames");
        if (std::ranges::find(out.tables, table) == out.tables.end()) out.tables.push_back(table);
    }
    return messages::Message{std::move(out)};
}

void write(JsonWriter& json, const messages::TotalRecordCountReply& reply) {
    json.key("EntityRecordCountCollection");
    json.begin_object();
    json.key("Count");
    json.number(std::uint64_t{reply.counts.size()});
    json.key("IsReadOnly");
    json.boolean(false);
    json.key("Keys");
    json.begin_array();
    for (const auto& one : reply.counts) json.text(one.table->name);
    json.end_array();
    json.key("Values");
    json.begin_array();
    for (const auto& one : reply.counts) json.number(one.rows);
    json.end_array();
    json.end_object();
}

constexpr metadata::Field gives[] = {
    {"EntityRecordCountCollection", "EntityRecordCountCollection"},
};

constexpr Operation operation{
    .name = "RetrieveTotalRecordCount",
    .kind = OperationKind::function,
    .parameters = parameters,
    .gives = gives,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::retrieve_total_record_count
