#include "messages/approve_key_destruction.hpp"

#include "messages/apply_change.hpp"
#include "messages/destroy_key.hpp"
#include "messages/destruction_cursor.hpp"
#include "messages/key_act.hpp"
#include "messages/two_people.hpp"
#include "pipeline/needs.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

using schema::known::asyncoperation;

Result<DestructionCursor> request_in(const storage::Row& row, const DestroyableKey& key) {
    if (const auto* text = cursor_of_request(row, key_destruction_job)) {
        auto cursor = parse_destruction_cursor(*text);
        if (cursor && cursor->of() == key) return std::move(*cursor);
    }
    return fail(
        Errc::restricted,
        "This is no request to destroy that key, or not one that waits for a second person.",
        "`rookery job show key-destruction` says how far it is"
    );
}

/// What the job does now: the first act, or the last of a key that nothing opens with already.
DestructionPhase act_approved(const crypto::Keyring& keyring, const DestroyableKey& of) {
    const auto* key = keyring.entry(of.purpose, of.version);
    const bool pending = key != nullptr && key->state == crypto::KeyState::destroy_pending;
    return pending ? DestructionPhase::destroy : DestructionPhase::retire;
}

}  // namespace

MessageFacts ApproveKeyDestruction::facts() const {
    return {
        "rky_ApproveKeyDestruction",
        audit::Action::update,
        {&asyncoperation, job},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::two_people};
}

Result<void> ApproveKeyDestruction::check_texts() const { return {}; }

access::Decision ApproveKeyDestruction::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_manage_keys));
}

Judged<ApproveKeyDestruction::Plan> ApproveKeyDestruction::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto before, builder.reading.live(asyncoperation, job));
    ROOKERY_TRY(auto cursor, request_in(*before, {purpose, version}));
    const auto needs = needs_of_general(schema::prv_manage_keys);
    ROOKERY_CHECK(check_second_person(
        builder, {"the destruction of a key", cursor.people.front(), cursor.said}, needs
    ));
    cursor.said = builder.now;
    cursor.phase = act_approved(builder.keys.keyring, cursor.of());
    cursor.people.push_back(requester_of(builder.caller));
    ROOKERY_TRY(auto step, approved_job(builder, std::move(before), to_text(cursor), needs));
    return Plan::judge(builder, std::move(step));
}

Result<MessageReply::Body> ApproveKeyDestruction::execute(PlanBuilder& builder, Plan plan) const {
    const auto decision = plan.decision();
    ROOKERY_TRY(const auto written, apply_change(builder, plan));
    record_key_act(builder, decision, written.row->id, {purpose, version}, "approve");
    return NoContent{};
}

}  // namespace rookery::messages
