#include "messages/key_act.hpp"

#include <string>

namespace rookery::messages {

void record_key_act(
    PlanBuilder& builder, const access::Decision& decision, const Uuid& job, std::uint32_t version,
    std::string_view act
) {
    auto event = builder.event(audit::Action::key_destroy, audit::Outcome::intent);
    event.rule = builder.rule_of(decision);
    event.extras = {
        {"act", std::string(act)}, {"job", to_string(job)}, {"kek", std::uint64_t{version}}};
    builder.record(event);
}

}  // namespace rookery::messages
