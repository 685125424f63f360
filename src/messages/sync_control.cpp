#include "messages/sync_control.hpp"

namespace rookery::messages {

Result<void> check_sync_configured(const PlanBuilder& builder) {
    if (builder.services.sync) return {};
    return fail(
        Errc::unsupported, "This server does not sync.", "give its configuration a section [sync]"
    );
}

void record_sync_control(
    PlanBuilder& builder, const access::Decision& decision, std::optional<std::uint64_t> count
) {
    auto event = builder.event(audit::Action::sync_control, audit::Outcome::success);
    event.count = count;
    event.rule = builder.rule_of(decision);
    builder.record(event);
}

}  // namespace rookery::messages
