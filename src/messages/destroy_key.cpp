#include "messages/destroy_key.hpp"

#include "messages/apply_change.hpp"
#include "messages/destruction_cursor.hpp"
#include "messages/job_start.hpp"
#include "messages/key_act.hpp"
#include "messages/two_people.hpp"
#include "pipeline/needs.hpp"
#include "query/job_reader.hpp"
#include "rules/request_words.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

using crypto::KeyState;

tl::unexpected<Error> not_now(std::string message, std::string hint) {
    return fail(Errc::restricted, std::move(message), std::move(hint));
}

/// Whether the caller is one of the two who asked for the key's first act and approved it, as the row of its job says.
Result<bool> is_one_of_the_two(const PlanBuilder& builder, const DestroyableKey& of) {
    ROOKERY_TRY(const auto ended, read_jobs(builder.view, JobStateCode::completed));
    return std::ranges::any_of(ended.rows, [&](const JobRow& row) {
        if (row.name != key_destruction_job || row.status != JobStatus::succeeded) return false;
        const auto cursor = parse_destruction_cursor(row.progress.cursor);
        return cursor && cursor->phase == DestructionPhase::retiring && cursor->of() == of &&
               std::ranges::find(cursor->people, builder.caller.user, &Requester::user) !=
                   cursor->people.end();
    });
}

/// The last act follows from the first one, for the two who wanted that. Whoever else asks waits for a second person, and so
/// does everybody once the row that names the two is gone.
Result<NewJob> job_for(const PlanBuilder& builder, const DestroyableKey& of) {
    const auto* key = builder.keys.keyring.entry(of.purpose, of.version);
    bool approved = key->state == KeyState::destroy_pending;
    if (approved) {
        ROOKERY_TRY(approved, is_one_of_the_two(builder, of));
    }
    DestructionCursor cursor;
    cursor.version = of.version;
    cursor.purpose = of.purpose;
    cursor.said = builder.now;
    cursor.people = {requester_of(builder.caller)};
    if (approved) cursor.phase = DestructionPhase::destroy;
    NewJob out;
    out.name = key_destruction_job;
    out.status = approved ? JobStatus::waiting_for_resources : JobStatus::waiting;
    if (!approved) out.wait_reason = approval_awaited;
    out.cursor = to_text(cursor);
    return out;
}

}  // namespace

Result<Instant> next_act_of_destruction(const crypto::Keyring& keyring, const DestroyableKey& of) {
    const std::string kind(words_of(of.purpose));
    const auto* key = keyring.entry(of.purpose, of.version);
    if (key == nullptr) {
        return fail(
            Errc::not_found,
            "There is no " + kind + " of that version.",
            "`rookery key status` lists them"
        );
    }
    switch (key->state) {
        case KeyState::pre_active:
        case KeyState::active:
            return not_now(
                "This " + kind + " is in use.",
                of.purpose == crypto::Purpose::row
                    ? "tag the rows anew first: `rookery key rekey-rows`"
                    : "rotate first: `rookery key rotate`"
            );
        case KeyState::decrypt_only:
        case KeyState::compromised:
            return key->changed + key_retired_min;
        case KeyState::destroy_pending:
            return key->changed + key_pending_min;
        case KeyState::destroyed:
            break;
    }
    return not_now("This " + kind + " is destroyed already.", {});
}

MessageFacts DestroyKey::facts() const {
    return {
        "rky_DestroyKey",
        audit::Action::create,
        {&schema::known::asyncoperation, std::nullopt},
        Cost::many_rows,
        Stores::something_new,
        OnBehalf::two_people};
}

Result<void> DestroyKey::check_texts() const { return {}; }

access::Decision DestroyKey::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_manage_keys));
}

Judged<DestroyKey::Plan> DestroyKey::plan(PlanBuilder& builder) const {
    const auto& keyring = builder.keys.keyring;
    const DestroyableKey of{purpose, version};
    ROOKERY_TRY(const auto when, next_act_of_destruction(keyring, of));
    if (builder.now < when) {
        return not_now(
            "The next act towards the destruction of this " + std::string(words_of(purpose)) +
                " is not due before " + to_iso8601(when) + ".",
            "what still needs the key has until then to show"
        );
    }
    ROOKERY_TRY(const auto new_job, job_for(builder, of));
    ROOKERY_TRY(auto step, job_start(builder, new_job));
    step.needs = needs_of_general(schema::prv_manage_keys);
    return Plan::judge(builder, std::move(step));
}

Result<MessageReply::Body> DestroyKey::execute(PlanBuilder& builder, Plan plan) const {
    const auto decision = plan.decision();
    ROOKERY_TRY(const auto written, apply_change(builder, plan));
    record_key_act(builder, decision, written.row->id, {purpose, version}, "request");
    return StartedJobReply{written.row->id};
}

}  // namespace rookery::messages
