#include "vault/store_report.hpp"

#include "schema/schema.hpp"

namespace rookery::messages {

std::string place_of(const storage::RowRef& row) {
    const auto* table = schema::table(row.table);
    return (table == nullptr ? "table " + std::to_string(row.table) : std::string(table->name)) +
           " " + to_string(row.id);
}

}  // namespace rookery::messages
