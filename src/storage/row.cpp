#include "storage/row.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace rookery::storage {
namespace {

/// Where the column's cell is, or would be.
template <class Cells>
auto place(Cells& cells, schema::ColumnId column) {
    return std::lower_bound(
        cells.begin(),
        cells.end(),
        column,
        [](const Cell& cell, schema::ColumnId value) { return cell.column < value; }
    );
}

}  // namespace

const Value* Row::find(schema::ColumnId column) const {
    const auto at = place(cells, column);
    return at == cells.end() || at->column != column ? nullptr : &at->value;
}

const Value* Row::find(std::string_view column) const {
    const auto* known = table->column(column);
    return known == nullptr ? nullptr : find(known->id);
}

void Row::set(schema::ColumnId column, Value value) {
    const auto at = place(cells, column);
    const bool there = at != cells.end() && at->column == column;
    if (is_null(value)) {
        if (there) cells.erase(at);
    } else if (there) {
        at->value = std::move(value);
    } else {
        cells.insert(at, Cell{column, std::move(value)});
    }
}

void Row::set(std::string_view column, Value value) {
    const auto* known = table->column(column);
    if (known == nullptr) throw std::logic_error("row: the table has no such column");
    set(known->id, std::move(value));
}

}  // namespace rookery::storage
