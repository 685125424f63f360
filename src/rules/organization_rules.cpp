#include "rules/row_facts.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages::organization_rules {
namespace {

access::Fact fact(const storage::Row& row) {
    return access::Organization{fact_value<std::string>(row, "name")};
}

}  // namespace

extern const TableRules rules;
constinit const TableRules rules{
    .table = &schema::known::organization,
    .action = audit::Action::policy_change,
    .fact = fact,
};

}  // namespace rookery::messages::organization_rules
