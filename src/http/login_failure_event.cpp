#include "http/login_failure_event.hpp"

#include "audit/detail.hpp"
#include "messages/parts.hpp"

namespace rookery::http {

ledger::Pending login_failure_event(
    const messages::Vault& vault, const identity::LoginFailures::Aggregate& aggregate
) {
    const auto& parts = vault.parts();
    audit::Event event;
    event.time = vault.clock().now();
    event.node = parts.directory.identity().origin;
    event.action = audit::Action::login_failures_aggregated;
    event.outcome = audit::Outcome::denied;
    event.reason = audit::Reason::bad_credential;
    event.correlation = Uuid::random(vault.random());
    event.count = aggregate.count;
    event.extras.emplace_back("minute", to_ms(aggregate.minute));
    if (!aggregate.source.empty()) {
        event.source = parts.pseudonyms.source_pseudonym(aggregate.source);
        event.priv.source_address = aggregate.source;
        // Of an IPv6 source only the network is known: the host part stays zero.
        if (aggregate.source.size() == 8) event.priv.source_address.resize(16);
    }
    const auto view = vault.view();
    ledger::Plan plan;
    plan.access_epoch = view.snapshot().access_epoch;
    plan.keyring_epoch = view.snapshot().keyring_epoch;
    plan.events.push_back(audit::prepare(event, parts.details, vault.random()));
    return ledger::Pending{std::move(plan)};
}

}  // namespace rookery::http
