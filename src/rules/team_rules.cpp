#include "rules/principal_id.hpp"
#include "rules/removal_error.hpp"
#include "rules/row_facts.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages::team_rules {
namespace {

access::Fact fact(const storage::Row& row) {
    return access::Team{
        fact_target(row, "businessunitid"),
        static_cast<access::TeamType>(fact_number(row, "teamtype")),
        fact_value<std::string>(row, "name"),
        fact_target(row, "administratorid"),
        fact_value<bool>(row, "isdefault")};
}

Result<void> check_write(const WriteCheck& write) {
    if (write.before != nullptr) return {};
    return check_principal_id(write.builder.facts(), write.draft.row.id);
}

/// A team that owns records cannot go: they would belong to nobody.
Result<void> check_removal(const RemovalCheck& removal) {
    for (const auto* table : schema::tables()) {
        if (table->ownership != schema::Ownership::user) continue;
        ROOKERY_TRY(
            const auto owned,
            removal.builder.reading.children(
                *table, *table->column("ownerid"), removal.row.ref(), 1
            )
        );
        if (!owned.empty()) return fail(is_referenced(*removal.row.table, *table));
    }
    return {};
}

}  // namespace

extern const TableRules rules;
constinit const TableRules rules{
    .table = &schema::known::team,
    .action = audit::Action::principal_change,
    .fact = fact,
    .check_write = check_write,
    .check_removal = check_removal,
};

}  // namespace rookery::messages::team_rules
