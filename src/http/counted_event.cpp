#include "http/counted_event.hpp"

#include "audit/prepared_event.hpp"
#include "vault/vault.hpp"

namespace rookery::http {
namespace {

constexpr std::size_t id_size = 16;
constexpr std::size_t network_size = 8;
constexpr std::size_t address_size = 16;

void name_user(audit::Actor& actor, const access::Facts& facts, const Uuid& id) {
    const auto* const user = facts.user(id);
    const bool application = user != nullptr && !user->application.is_nil();
    actor.type = application ? audit::ActorType::agent : audit::ActorType::human;
    actor.id = to_string(id);
    actor.method = AuthMethod::local_token;
}

void name_address(audit::Event& event, const crypto::KeySet& keys, const Bytes& address) {
    event.source = keys.pseudonyms.source_pseudonym(address);
    event.priv.source_address = address;
    // Of an IPv6 source only the network is known: the host part stays zero.
    if (address.size() == network_size) event.priv.source_address.resize(address_size);
}

}  // namespace

ledger::Pending counted_event(
    const messages::Vault& vault, Counted what, const identity::EntryBudget::Aggregate& aggregate
) {
    const auto view = vault.view();
    const bool logins = what == Counted::login_failures;
    audit::Event event;
    event.time = vault.clock().now();
    event.node = vault.origin();
    event.action =
        logins ? audit::Action::login_failures_aggregated : audit::Action::refusals_aggregated;
    event.outcome = audit::Outcome::denied;
    event.reason = logins ? audit::Reason::bad_credential : audit::Reason::none;
    event.correlation = Uuid::random(vault.random());
    event.count = aggregate.count;
    event.actor.credential_fingerprint = aggregate.credential;
    event.extras.emplace_back("minute", to_ms(aggregate.minute));
    for (const auto& [code, count] : aggregate.codes) {
        event.extras.emplace_back("error:" + std::string(info(code).name), count);
    }
    const auto& source = aggregate.source;
    if (logins && source.size() == id_size) {
        const auto* const credential = view.facts().credential(Uuid::from_bytes(source));
        if (credential != nullptr) name_user(event.actor, view.facts(), credential->user);
    } else if (!logins && source.size() == id_size) {
        name_user(event.actor, view.facts(), Uuid::from_bytes(source));
    } else if (!source.empty()) {
        name_address(event, view.keys(), source);
    }
    ledger::Plan plan;
    plan.access_epoch = view.snapshot().access_epoch;
    plan.keyring_epoch = view.snapshot().keyring_epoch;
    plan.events.push_back(audit::prepare(event, view.keys().details, vault.random()));
    return ledger::Pending{std::move(plan)};
}

}  // namespace rookery::http
