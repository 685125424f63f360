#include "messages/destroy_key.hpp"

#include "access/one_person.hpp"
#include "messages/apply_change.hpp"
#include "messages/destruction_cursor.hpp"
#include "messages/job_start.hpp"
#include "messages/key_act.hpp"
#include "pipeline/needs.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

using crypto::KeyState;
using crypto::Purpose;

tl::unexpected<Error> not_now(std::string message, std::string hint) {
    return fail(Errc::restricted, std::move(message), std::move(hint));
}

/// With the first act it waits for somebody else; the second only follows from it.
NewJob job_for(const PlanBuilder& builder, std::uint32_t version) {
    const auto* key = builder.keys.keyring.entry(Purpose::record_kek, version);
    const bool approved = key->state == KeyState::destroy_pending;
    DestructionCursor cursor;
    cursor.version = version;
    if (approved) {
        cursor.phase = DestructionPhase::destroy;
    } else {
        cursor.person = access::one_person_ever(builder.caller, builder.facts());
    }
    NewJob out;
    out.name = key_destruction_job;
    out.status = approved ? JobStatus::waiting_for_resources : JobStatus::waiting;
    out.cursor = to_text(cursor);
    return out;
}

}  // namespace

Result<Instant> next_act_of_destruction(const crypto::Keyring& keyring, std::uint32_t version) {
    const auto* key = keyring.entry(Purpose::record_kek, version);
    if (key == nullptr) {
        return fail(
            Errc::invalid_argument,
            "There is no record KEK of that version.",
            "`rookery key status` lists them"
        );
    }
    switch (key->state) {
        case KeyState::pre_active:
        case KeyState::active:
            return not_now("This record KEK is in use.", "rotate first: `rookery key rotate`");
        case KeyState::decrypt_only:
        case KeyState::compromised:
            return key->changed + key_retired_min;
        case KeyState::destroy_pending:
            return key->changed + key_pending_min;
        case KeyState::destroyed:
            break;
    }
    return not_now("This record KEK is destroyed already.", {});
}

MessageFacts DestroyKey::facts() const {
    return {
        "rky_DestroyKey",
        audit::Action::create,
        {&schema::known::asyncoperation, std::nullopt},
        Cost::many_rows,
        Stores::something_new};
}

Result<void> DestroyKey::check_texts() const { return {}; }

access::Decision DestroyKey::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_manage_keys));
}

Judged<DestroyKey::Plan> DestroyKey::plan(PlanBuilder& builder) const {
    const auto& keyring = builder.keys.keyring;
    ROOKERY_TRY(const auto when, next_act_of_destruction(keyring, version));
    if (builder.now < when) {
        return not_now(
            "The next act towards the destruction of this record KEK is not due before " +
                to_iso8601(when) + ".",
            "what still needs the key has until then to show"
        );
    }
    ROOKERY_TRY(auto step, job_start(builder, job_for(builder, version)));
    step.needs = needs_of_general(schema::prv_manage_keys);
    return Plan::judge(builder, std::move(step));
}

Result<MessageReply::Body> DestroyKey::execute(PlanBuilder& builder, Plan plan) const {
    const auto decision = plan.decision();
    ROOKERY_TRY(const auto written, apply_change(builder, plan));
    record_key_act(builder, decision, written.row->id, version, "request");
    return StartedJobReply{written.row->id};
}

}  // namespace rookery::messages
