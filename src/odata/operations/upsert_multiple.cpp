// UpsertMultiple: rows of one table, each created or updated. An item names its row by primary id or
// by "@odata.id"; two items for one row are refused.
#include "odata/operations/operation.hpp"
#include "odata/request/canonical.hpp"
#include "odata/request/multiple_targets.hpp"
#include "odata/request/row_body.hpp"

#include <set>
#include <string>
#include <utility>

namespace rookery::odata::operations::upsert_multiple {
namespace {

std::string canonical(const messages::Target& target) {
    StringWriter out;
    append_canonical(out, target);
    return std::move(out).take();
}

Result<messages::UpsertMultiple::Item> read_item(
    const JsonValue& item, messages::Target target, const RequestOrigin& origin
) {
    ROOKERY_TRY(auto row, read_row(item, *target.table, RowUse::upsert, origin));
    // Named by its key, a row that is new may bring its id.
    if (std::holds_alternative<Uuid>(target.by)) {
        std::erase_if(row.cells, [](const messages::InputCell& cell) {
            return cell.column->may(schema::can::row_id);
        });
    }
    return messages::UpsertMultiple::Item{std::move(target), std::move(row)};
}

Result<messages::Message> read(Call& call) {
    const auto& table = *call.table;
    const auto& origin = call.request.origin();
    ROOKERY_CHECK(call.request.check_writable(table, call.operation.name));
    const auto rows = [&](const JsonValue& body, messages::UpsertMultiple& out) -> Result<> {
        ROOKERY_TRY(const auto* items, read_targets(body));
        std::set<std::string> seen;
        for (const auto& item : *items) {
            ROOKERY_CHECK(check_target(item, table));
            ROOKERY_TRY(auto target, target_of_item(item, table, origin));
            if (!seen.insert(canonical(target)).second) {
                return fail(Errc::invalid_argument, "Two items of 'Targets' name the same row.");
            }
            ROOKERY_TRY(auto row, read_item(item, std::move(target), origin));
            out.rows.push_back(std::move(row));
        }
        return {};
    };
    return call.request.with_body(
        messages::UpsertMultiple{&table, {}, call.request.headers().duplicates}, rows
    );
}

constexpr metadata::Field takes[] = {
    {"Targets", "Collection(crmbaseentity)"},
};

constexpr Operation operation{
    .name = "UpsertMultiple",
    .kind = OperationKind::action,
    .binding = Binding::collection,
    .takes = takes,
    .read = read,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::upsert_multiple
