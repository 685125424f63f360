#include "rules/row_facts.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

access::Fact fact(const storage::Row& row) {
    return access::Organization{fact_value<std::string>(row, "name")};
}

}  // namespace

extern const TableRules organization_rules;
constinit const TableRules organization_rules{
    .table = &schema::known::organization,
    .action = audit::Action::policy_change,
    .fact = fact,
};

}  // namespace rookery::messages
