#include "messages/credential_marks.hpp"

#include "access/administration.hpp"
#include "pipeline/logged_values.hpp"

namespace rookery::messages {

CredentialMarks could_give(const PlanBuilder& builder) {
    const auto& caller = builder.caller;
    if (caller.system) return {true, true};
    return {
        access::may_grant_plaintext(caller, builder.facts()),
        access::is_system_administrator(caller, builder.facts())};
}

CredentialMarks marks_for(const PlanBuilder& builder, const Uuid& user) {
    if (user == builder.caller.user) return {false, builder.caller.administration};
    return could_give(builder);
}

audit::Event credential_event(
    const PlanBuilder& builder, const access::Decision& decision, audit::Action action,
    const storage::Row* before, const storage::Row& after
) {
    auto event = builder.event(action, audit::Outcome::success);
    builder.about(event, after);
    event.rule = builder.rule_of(decision);
    add_logged_values(event, before, &after);
    return event;
}

}  // namespace rookery::messages
