// What is shared with whom. The messages that share write the rows; they go with the row and with the principal.
#include "rules/record_part.hpp"
#include "rules/row_facts.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages::principalobjectaccess_rules {
namespace {

access::Fact fact(const storage::Row& row) {
    access::Share out;
    out.principal = fact_value<Uuid>(row, "principalid");
    const bool team = fact_value<std::string>(row, "principaltypecode") == schema::known::team.name;
    out.kind = team ? access::PrincipalKind::team : access::PrincipalKind::user;
    const auto* table = schema::table(fact_value<std::string>(row, "objecttypecode"));
    out.table = table == nullptr ? schema::TableId{} : table->id;
    out.row = fact_value<Uuid>(row, "objectid");
    out.rights = static_cast<std::uint32_t>(fact_number(row, "accessrightsmask"));
    const auto* end = deciding(row, "rky_expireson");
    if (end != nullptr) out.expires = std::get<Instant>(*end);
    return out;
}

}  // namespace

extern const TableRules rules;
constinit const TableRules rules{
    .table = &schema::known::principalobjectaccess,
    .action = audit::Action::grant,
    .fact = fact,
    .needs_as_part = needs_of_a_note,
};

}  // namespace rookery::messages::principalobjectaccess_rules
