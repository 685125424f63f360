#include "pipeline/made_rows.hpp"

#include "pipeline/privilege_rows.hpp"
#include "pipeline/saved_query_rows.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <stdexcept>

namespace rookery::messages {
namespace {

MadeRows ascending(MadeRows rows) {
    std::ranges::sort(rows, {}, [](const auto& row) { return row->id; });
    return rows;
}

}  // namespace

const MadeRows& made_rows(const schema::Table& table) {
    static const auto privileges = ascending(privilege_rows());
    static const auto saved_queries = ascending(saved_query_rows());
    if (&table == &schema::known::privilege) return privileges;
    if (&table == &schema::known::savedquery) return saved_queries;
    throw std::logic_error("made rows: of a table whose rows are stored");
}

std::shared_ptr<const storage::Row> made_row(const schema::Table& table, const Uuid& id) {
    const auto& all = made_rows(table);
    const auto found =
        std::ranges::lower_bound(all, id, {}, [](const auto& row) { return row->id; });
    return found != all.end() && (*found)->id == id ? *found : nullptr;
}

}  // namespace rookery::messages
