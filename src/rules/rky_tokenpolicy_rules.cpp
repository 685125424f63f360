#include "rules/record_part.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {

extern const TableRules rky_tokenpolicy_rules;
constinit const TableRules rky_tokenpolicy_rules{
    .table = &schema::known::rky_tokenpolicy,
    .needs_as_part = needs_of_its_record,
};

}  // namespace rookery::messages
