#include "rules/built_in_rows.hpp"
#include "rules/row_facts.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages::role_rules {
namespace {

access::Fact fact(const storage::Row& row) {
    return access::Role{
        fact_target(row, "businessunitid"),
        fact_value<std::string>(row, "name"),
        fact_value<std::int64_t>(row, "isinherited") != 0,
        fact_target(row, "roletemplateid")};
}

/// The built-in roles are the vault's own. SYSTEM alone puts rights into them: into those of the sync and the jobs
/// without asking who holds them, into the others what a later version has besides. Their names stay.
Result<void> check_change(
    const access::Caller& caller, const storage::Row& row, const Input* input
) {
    const bool fixed = row.id == system_role || row.id == system_administrator_role;
    if (!fixed && !access::is_service_role(row.id)) return {};
    if (!is_system(caller) || (fixed && input != nullptr)) return fail(built_in_protected());
    return {};
}

Result<void> check_write(const WriteCheck& write) {
    constexpr std::string_view taken[] = {
        system_administrator_name, system_role_name, sync_name, jobs_name};
    if (is_system(write.builder.caller)) return {};
    return check_name_is_free(write.draft.row, write.before, taken);
}

Result<void> check_named_removal(const access::Caller& caller, const storage::Row& row) {
    const bool fixed = row.id == system_role || row.id == system_administrator_role;
    if (fixed) return fail(built_in_protected());
    if (!access::is_service_role(row.id)) return check_change(caller, row, nullptr);
    // An id is used once: it could not be made again.
    return fail(
        Errc::built_in_protected,
        "The role of the " + std::string(row.id == sync_role ? "sync" : "jobs") +
            " cannot be deleted."
    );
}

}  // namespace

extern const TableRules rules;
constinit const TableRules rules{
    .table = &schema::known::role,
    .action = audit::Action::policy_change,
    .fact = fact,
    .check_change = check_change,
    .check_write = check_write,
    .check_named_removal = check_named_removal,
};

}  // namespace rookery::messages::role_rules
