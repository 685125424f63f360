#include "rules/row_facts.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages::businessunit_rules {
namespace {

access::Fact fact(const storage::Row& row) {
    return access::BusinessUnit{
        fact_target(row, "parentbusinessunitid"),
        fact_value<bool>(row, "isdisabled"),
        fact_value<std::string>(row, "name")};
}

}  // namespace

// That the units stay one tree is judged of a request's writes as a whole (effect.cpp).
extern const TableRules rules;
constinit const TableRules rules{
    .table = &schema::known::businessunit,
    .action = audit::Action::principal_change,
    .fact = fact,
    .unit_column = "parentbusinessunitid",
};

}  // namespace rookery::messages::businessunit_rules
