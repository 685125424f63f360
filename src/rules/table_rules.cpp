#include "rules/table_rules.hpp"

#include <stdexcept>

namespace rookery::messages {

extern const TableRules businessunit_rules, fieldpermission_rules, fieldsecurityprofile_rules,
    msdyn_octwitterhandlesecret_rules, organization_rules, rky_credential_rules, role_rules,
    roleprivileges_rules, systemuser_rules, systemuserprofiles_rules, systemuserroles_rules,
    team_rules, teammembership_rules, teamprofiles_rules, teamroles_rules;

namespace {

constinit const TableRules* const all[] = {
    &businessunit_rules,
    &fieldpermission_rules,
    &fieldsecurityprofile_rules,
    &msdyn_octwitterhandlesecret_rules,
    &organization_rules,
    &rky_credential_rules,
    &role_rules,
    &roleprivileges_rules,
    &systemuser_rules,
    &systemuserprofiles_rules,
    &systemuserroles_rules,
    &team_rules,
    &teammembership_rules,
    &teamprofiles_rules,
    &teamroles_rules,
};

}  // namespace

const TableRules& rules_of(const schema::Table& table) {
    static const TableRules none{};
    for (const auto* rules : all) {
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
