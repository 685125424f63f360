#include "messages/key_act.hpp"

#include <string>

namespace rookery::messages {

void record_key_act(
    PlanBuilder& builder, const access::Decision& decision, const Uuid& job,
    const DestroyableKey& key, std::string_view act
) {
    auto event = builder.event(audit::Action::key_destroy, audit::Outcome::intent);
    event.rule = builder.rule_of(decision);
    event.extras = {
        {"act", std::string(act)},
        {"job", to_string(job)},
        {"purpose", std::string(crypto::name(key.purpose))},
        {std::string(version_extra(key.purpose)), std::uint64_t{key.version}}};
    builder.record(event);
}

void record_compromise(
    PlanBuilder& builder, const access::Decision& decision, const Uuid& job,
    std::optional<std::uint32_t> version
) {
    constexpr auto purpose = crypto::Purpose::record_kek;
    auto event = builder.event(audit::Action::key_compromised, audit::Outcome::intent);
    event.rule = builder.rule_of(decision);
    event.extras = {
        {"act", std::string("report")},
        {"job", to_string(job)},
        {"purpose", std::string(crypto::name(purpose))},
        {std::string(version_extra(purpose)),
         version ? audit::ExtraValue{std::uint64_t{*version}} : std::string("all")}};
    builder.record(event);
}

}  // namespace rookery::messages
