#include "jobs/key_events.hpp"

#include "messages/destroyable_key.hpp"

namespace rookery::jobs {

audit::Event key_event(
    const messages::Vault& vault, const access::Caller& caller, audit::Action action,
    crypto::Purpose purpose, std::uint32_t version
) {
    audit::Event out;
    out.time = vault.clock().now();
    out.node = vault.origin();
    out.action = action;
    out.actor = {audit::ActorType::service, to_string(caller.user), caller.method, {}};
    out.extras = {
        {"purpose", std::string(crypto::name(purpose))},
        {std::string(messages::version_extra(purpose)), std::uint64_t{version}}};
    return out;
}

}  // namespace rookery::jobs
