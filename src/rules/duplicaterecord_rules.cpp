#include "rules/record_part.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages::duplicaterecord_rules {

extern const TableRules rules;
constinit const TableRules rules{
    .table = &schema::known::duplicaterecord,
    .needs_as_part = needs_of_a_note,
};

}  // namespace rookery::messages::duplicaterecord_rules
