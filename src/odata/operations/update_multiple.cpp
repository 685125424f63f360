// UpdateMultiple: rows of one table, each of which is there. An item names its row by primary id or by "@odata.id"; a row
// may be named twice.
#include "odata/operations/operation.hpp"
#include "odata/request/multiple_targets.hpp"
#include "odata/request/row_body.hpp"

#include <utility>

namespace rookery::odata::operations::update_multiple {
namespace {

Result<messages::UpdateMultiple::Item> read_item(
    const JsonValue& item, const schema::Table& table, const RequestOrigin& origin
) {
    ROOKERY_TRY(auto target, target_of_item(item, table, origin));
    ROOKERY_TRY(auto row, read_row(item, table, RowUse::upsert, origin));
    std::erase_if(row.cells, [](const messages::InputCell& cell) {
        return cell.column->may(schema::can::row_id);
    });
    return messages::UpdateMultiple::Item{std::move(target), std::move(row)};
}

Result<messages::Message> read(Call& call) {
    const auto& table = *call.table;
    ROOKERY_CHECK(call.request.check_writable(table, call.operation.name));
    const auto rows = [&](const JsonValue& body, messages::UpdateMultiple& out) -> Result<> {
        ROOKERY_TRY(const auto* items, read_targets(body));
        for (const auto& item : *items) {
            ROOKERY_CHECK(check_target(item, table));
            ROOKERY_TRY(auto row, read_item(item, table, call.request.origin()));
            out.rows.push_back(std::move(row));
        }
        return {};
    };
    return call.request.with_body(
        messages::UpdateMultiple{&table, {}, call.request.headers().duplicates}, rows
    );
}

constexpr metadata::Field takes[] = {
    {"Targets", "Collection(crmbaseentity)"},
};

constexpr Operation operation{
    .name = "UpdateMultiple",
    .kind = OperationKind::action,
    .binding = Binding::collection,
    .takes = takes,
    .read = read,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::update_multiple
