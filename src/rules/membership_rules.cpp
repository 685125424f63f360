// Who belongs to a team, and who holds which role or profile.

#include "rules/built_in_rows.hpp"
#include "rules/row_facts.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages::membership_rules {
namespace {

namespace known = schema::known;

bool is_own_user(const storage::Row& row) {
    return row.table == &known::systemuser && access::is_built_in_user(row.id);
}

/// The pairs of the vault's own users, and of the roles that are theirs alone, are the vault's: whoever
/// else held such a role would get whatever SYSTEM puts into it. Taking one away from somebody who got
/// it before stays open.
Result<void> check_pair(const PairCheck& pair) {
    if (is_system(pair.caller)) return {};
    const bool reserved =
        pair.second.table == &known::role && access::is_reserved_role(pair.second.id);
    const bool own = is_own_user(pair.first) || is_own_user(pair.second);
    if (own && !pair.made) {
        return fail(
            Errc::last_administrator, "What the vault's own users hold cannot be taken away."
        );
    }
    if (own || (pair.made && reserved)) return fail(built_in_protected());
    return {};
}

/// Nothing would follow from it. What an access team was given before can be taken away.
Result<void> check_pair_of_team(const PairCheck& pair) {
    ROOKERY_CHECK(check_pair(pair));
    const auto type = static_cast<access::TeamType>(fact_number(pair.first, "teamtype"));
    if (!pair.made || type != access::TeamType::access) return {};
    return fail(
        Errc::access_team,
        "An access team has no security roles and no column security profiles.",
        "give them to its members, or to an owner team"
    );
}

access::Fact member(const storage::Row& row) {
    return access::Membership{fact_target(row, "teamid"), fact_target(row, "systemuserid")};
}

access::Fact user_role(const storage::Row& row) {
    return access::UserRole{fact_target(row, "systemuserid"), fact_target(row, "roleid")};
}

access::Fact team_role(const storage::Row& row) {
    return access::TeamRole{fact_target(row, "teamid"), fact_target(row, "roleid")};
}

access::Fact user_profile(const storage::Row& row) {
    return access::UserProfile{
        fact_target(row, "systemuserid"), fact_target(row, "fieldsecurityprofileid")};
}

access::Fact team_profile(const storage::Row& row) {
    return access::TeamProfile{
        fact_target(row, "teamid"), fact_target(row, "fieldsecurityprofileid")};
}

}  // namespace

extern const TableRules teammembership_rules, systemuserroles_rules, teamroles_rules,
    systemuserprofiles_rules, teamprofiles_rules;
constinit const TableRules teammembership_rules{
    .table = &known::teammembership,
    .action = audit::Action::principal_change,
    .fact = member,
    .check_pair = check_pair,
};
constinit const TableRules systemuserroles_rules{
    .table = &known::systemuserroles,
    .action = audit::Action::grant,
    .fact = user_role,
    .check_pair = check_pair,
};
constinit const TableRules teamroles_rules{
    .table = &known::teamroles,
    .action = audit::Action::grant,
    .fact = team_role,
    .check_pair = check_pair_of_team,
};
constinit const TableRules systemuserprofiles_rules{
    .table = &known::systemuserprofiles,
    .action = audit::Action::grant,
    .fact = user_profile,
    .check_pair = check_pair,
};
constinit const TableRules teamprofiles_rules{
    .table = &known::teamprofiles,
    .action = audit::Action::grant,
    .fact = team_profile,
    .check_pair = check_pair_of_team,
};

}  // namespace rookery::messages::membership_rules
