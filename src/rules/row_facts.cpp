#include "rules/row_facts.hpp"

#include <algorithm>
#include <stdexcept>

namespace rookery::messages {

const storage::Value* deciding(const storage::Row& row, std::string_view name) {
    const auto* column = row.table->column(name);
    if (column->type != schema::Type::digest &&
        !std::ranges::binary_search(row.table->logged, column->id)) {
        throw std::logic_error("a column that decides access is not marked as logged");
    }
    return row.find(column->id);
}

}  // namespace rookery::messages
