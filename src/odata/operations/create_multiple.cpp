// CreateMultiple: rows of one table, all of them or none.
#include "odata/operations/operation.hpp"
#include "odata/request/multiple_targets.hpp"
#include "odata/request/row_body.hpp"

#include <utility>

namespace rookery::odata::operations::create_multiple {
namespace {

Result<messages::Message> read(Call& call) {
    const auto& table = *call.table;
    ROOKERY_CHECK(call.request.check_writable(table, call.operation.name));
    const auto rows = [&](const JsonValue& body, messages::CreateMultiple& out) -> Result<> {
        ROOKERY_TRY(const auto* items, read_targets(body));
        for (const auto& item : *items) {
            ROOKERY_CHECK(check_target(item, table));
            ROOKERY_TRY(auto row, read_row(item, table, RowUse::create, call.request.origin()));
            out.rows.push_back(std::move(row));
        }
        return {};
    };
    return call.request.with_body(
        messages::CreateMultiple{&table, {}, call.request.headers().duplicates}, rows
    );
}

void write(JsonWriter& json, const messages::IdsReply& reply) {
    json.key("Ids");
    json.begin_array();
    for (const auto& id : reply.ids) json.uuid(id);
    json.end_array();
}

constexpr metadata::Field takes[] = {
    {"Targets", "Collection(crmbaseentity)"},
};

constexpr metadata::Field gives[] = {
    {"Ids", "Collection(Edm.Guid)"},
};

constexpr Operation operation{
    .name = "CreateMultiple",
    .kind = OperationKind::action,
    .binding = Binding::collection,
    .takes = takes,
    .gives = gives,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::create_multiple
