#include "messages/privileges_question.hpp"

#include "messages/rights_question.hpp"
#include "pipeline/needs.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {

access::Principal principal_of(const storage::Row& row) {
    const bool team = row.table == &schema::known::team;
    return {team ? access::PrincipalKind::team : access::PrincipalKind::user, row.id};
}

access::Needs needs_to_ask_about(
    const access::Caller& caller, const storage::Row& principal, const access::Facts& facts
) {
    if (principal.id == caller.user) return needs_of_anyone();
    auto needs = access::needs_to_know_rights(principal_of(principal), facts);
    if (needs) return std::move(*needs);
    auto out = needs_of_table(*principal.table, schema::Right::read);
    add_need(out, schema::Right::read, principal);
    return out;
}

access::Needs needs_to_ask_about(const access::Caller& caller, const Target& principal) {
    const auto* id = std::get_if<Uuid>(&principal.by);
    if (id != nullptr && *id == caller.user) return needs_of_anyone();
    return needs_of_table(*principal.table, schema::Right::read);
}

void record_question(
    PlanBuilder& builder, const access::Decision& decision, const storage::Row& about
) {
    auto event = asked_event(builder, decision);
    builder.about(event, about);
    builder.record(event);
}

}  // namespace rookery::messages
