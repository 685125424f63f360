#include "messages/note_recovery.hpp"

#include "messages/recovery.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

/// What others may hold of him does not get what he is given now.
storage::Row without_credentials(storage::Row user) {
    const auto* counter = user.get<std::int64_t>("rky_credentialcounter");
    const auto next = (counter == nullptr ? 0 : *counter) + 1;
    user.set("rky_credentialcounter", next);
    return user;
}

}  // namespace

MessageFacts NoteRecovery::facts() const {
    return {
        "rky_NoteRecovery",
        audit::Action::recovery,
        {},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::vault};
}

Result<void> NoteRecovery::check_texts() const { return {}; }

access::Decision NoteRecovery::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_manage_keys));
}

Judged<NoteRecovery::Plan> NoteRecovery::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_of_general(schema::prv_manage_keys));
}

Result<MessageReply::Body> NoteRecovery::execute(PlanBuilder& builder, Plan plan) const {
    if (!builder.caller.system) {
        return fail(
            Errc::built_in_protected, "Only the holder of the root key recovers administration."
        );
    }
    ROOKERY_TRY(const auto target, builder.reading.live(schema::known::systemuser, user));
    ROOKERY_TRY(const auto before, organization_row(builder));
    const auto* open = before->get<storage::RowRef>("rky_recovereduser");
    if (open != nullptr && open->id != user) {
        return fail(
            Errc::access_denied,
            "The recovery of the user " + to_string(open->id) + " is not acknowledged yet.",
            "recover that user again, or let a reviewer acknowledge it first"
        );
    }
    const Instant now = std::chrono::floor<std::chrono::seconds>(builder.now);
    record_recovery(builder, plan.decision(), *target, without_credentials(*target));
    record_recovery(builder, plan.decision(), *before, noted(*before, now, target->ref()));
    return NoContent{};
}

}  // namespace rookery::messages
