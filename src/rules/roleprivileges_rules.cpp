#include "pipeline/needs.hpp"
#include "rules/row_facts.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages::roleprivileges_rules {
namespace {

access::Fact fact(const storage::Row& row) {
    return access::RolePrivilege{
        fact_target(row, "roleid"),
        schema::privilege(fact_target(row, "privilegeid")),
        static_cast<schema::Depth>(fact_number(row, "privilegedepthmask"))};
}

/// A privilege has a depth, and what is built in stays: the actions of the role know both, and a pair knows neither.
Result<void> no_pair_of_requests(const PairCheck&) {
    return fail(
        Errc::method_not_allowed,
        "Privileges of a role are changed with AddPrivilegesRole, ReplacePrivilegesRole and "
        "RemovePrivilegeRole."
    );
}

}  // namespace

// A privilege leaves its role by RemovePrivilegeRole, which changes the role.
extern const TableRules rules;
constinit const TableRules rules{
    .table = &schema::known::roleprivileges,
    .action = audit::Action::policy_change,
    .fact = fact,
    .check_pair = no_pair_of_requests,
    .needs_to_end = needs_to_change,
};

}  // namespace rookery::messages::roleprivileges_rules
