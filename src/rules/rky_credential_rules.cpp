#include "rules/row_facts.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages::rky_credential_rules {
namespace {

access::Fact fact(const storage::Row& row) {
    access::Credential out;
    out.user = fact_target(row, "systemuserid");
    out.hash = fact_value<Digest>(row, "rky_hash");
    out.expires = fact_value<Instant>(row, "rky_expireson");
    if (const auto* revoked = deciding(row, "rky_revokedon"))
        out.revoked = std::get<Instant>(*revoked);
    out.counter = fact_number(row, "rky_counter");
    out.certificate = fact_value<std::string>(row, "rky_certificate");
    out.maker = fact_target(row, "createdby");
    out.plaintext = fact_value<bool>(row, "rky_plaintext");
    out.administration = fact_value<bool>(row, "rky_administration");
    return out;
}

}  // namespace

extern const TableRules rules;
constinit const TableRules rules{
    .table = &schema::known::rky_credential,
    .action = audit::Action::policy_change,
    .fact = fact,
};

}  // namespace rookery::messages::rky_credential_rules
