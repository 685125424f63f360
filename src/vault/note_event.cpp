#include "vault/note_event.hpp"

#include "audit/prepared_event.hpp"
#include "pipeline/scarce_space.hpp"

namespace rookery::messages {

Result<void> note_event(Vault& vault, const audit::Event& event) {
    if (vault.space().level() == storage::SpaceLevel::none) return fail(out_of_space());
    ledger::Plan plan;
    plan.events.push_back(audit::prepare(event, vault.view().keys().details, vault.random()));
    ROOKERY_CHECK(ledger::receipt_of(vault.ledger().commit(ledger::Pending(std::move(plan)))));
    return {};
}

}  // namespace rookery::messages
