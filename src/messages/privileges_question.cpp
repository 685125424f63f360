#include "messages/privileges_question.hpp"

#include "messages/rights_question.hpp"
#include "pipeline/needs.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {

access::Principal principal_of(const storage::Row& row) {
    const bool team = row.table == &schema::known::team;
    return {team ? access::PrincipalKind::team : access::PrincipalKind::user, row.id};
}

access::Needs needs_to_ask_about(const storage::Row& principal, const access::Facts& facts) {
    auto needs = access::needs_to_know_rights(principal_of(principal), facts);
    if (needs) return std::move(needs->except(principal.id));
    auto out = needs_of_table(*principal.table, schema::Right::read);
    add_need(out, schema::Right::read, principal);
    return out;
}

access::Needs needs_to_ask_about(const Target& principal) {
    auto out = needs_of_table(*principal.table, schema::Right::read);
    if (const auto* id = std::get_if<Uuid>(&principal.by)) out.except(*id);
    return out;
}

void record_question(
    PlanBuilder& builder, const access::Decision& decision, const storage::Row& about
) {
    auto event = asked_event(builder, decision);
    builder.about(event, about);
    builder.record(event);
}

}  // namespace rookery::messages
