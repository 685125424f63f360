#include "rules/table_rules.hpp"

#include <stdexcept>

namespace rookery::messages {

const TableRules& rules_of(const schema::Table& table) {
    static const TableRules none{};
    for (const auto* rules : every_rules()) {
        if (rules->table == &table) return *rules;
    }
    return none;
}

access::Fact fact_of(const storage::Row& row) {
    const auto fact = rules_of(*row.table).fact;
    if (fact == nullptr) throw std::logic_error("a table marked access_fact has no fact");
    return fact(row);
}

}  // namespace rookery::messages
