#include "rules/record_part.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages::rky_tokenversion_rules {

extern const TableRules rules;
constinit const TableRules rules{
    .table = &schema::known::rky_tokenversion,
    .needs_as_part = needs_of_its_record,
};

}  // namespace rookery::messages::rky_tokenversion_rules
