#include "rules/record_part.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages::rky_tokenpolicy_rules {

extern const TableRules rules;
constinit const TableRules rules{
    .table = &schema::known::rky_tokenpolicy,
    .needs_as_part = needs_of_its_record,
};

}  // namespace rookery::messages::rky_tokenpolicy_rules
