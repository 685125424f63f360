#include "messages/credential_marks.hpp"

#include "access/administration.hpp"
#include "pipeline/logged_values.hpp"
#include "schema/known_tables.hpp"

#include <chrono>

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

storage::Row revoked_row(const PlanBuilder& builder, const storage::Row& before) {
    auto after = before;
    ++after.row_version;
    const Instant now = std::chrono::floor<std::chrono::seconds>(builder.now);
    after.set("rky_revokedon", now);
    after.set("modifiedby", storage::RowRef{schema::known::systemuser.id, builder.caller.user});
    after.set("modifiedon", now);
    return after;
}

}  // namespace rookery::messages
