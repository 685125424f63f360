#include "messages/approve_key_destruction.hpp"

#include "access/one_person.hpp"
#include "messages/apply_change.hpp"
#include "messages/destroy_key.hpp"
#include "messages/destruction_cursor.hpp"
#include "messages/job_rows.hpp"
#include "messages/key_act.hpp"
#include "pipeline/needs.hpp"
#include "rules/job_status.hpp"
#include "rules/write_draft.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

using schema::known::asyncoperation;

/// Of a job that waits for a second person.
Result<DestructionCursor> request_in(const storage::Row& row, const DestroyableKey& key) {
    const auto* name = row.get<std::string>("name");
    const auto* text = row.get<std::string>("rky_cursor");
    if (name != nullptr && *name == key_destruction_job && text != nullptr &&
        job_status_of(row) == JobStatus::waiting) {
        auto cursor = parse_destruction_cursor(*text);
        if (cursor && cursor->phase == DestructionPhase::request && cursor->of() == key) {
            return std::move(*cursor);
        }
    }
    return fail(
        Errc::restricted,
        "This is no request to destroy that key, or not one that waits for a second person.",
        "`rookery job show key-destruction` says how far it is"
    );
}

Result<void> check_is_another(const PlanBuilder& builder, const DestructionCursor& request) {
    const auto person = access::one_person_ever(builder.caller, builder.facts());
    for (const auto& id : request.person) {
        if (std::ranges::find(person, id) == person.end()) continue;
        return fail(
            Errc::access_denied,
            "Who asked for the destruction of a key does not approve it, nor whoever could be the "
            "same person by a "
            "credential.",
            "ask another security administrator, with a credential that he made himself"
        );
    }
    return {};
}

}  // namespace

MessageFacts ApproveKeyDestruction::facts() const {
    return {
        "rky_ApproveKeyDestruction",
        audit::Action::update,
        {&asyncoperation, job},
        Cost::few_rows,
        Stores::nothing_new};
}

Result<void> ApproveKeyDestruction::check_texts() const { return {}; }

access::Decision ApproveKeyDestruction::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_manage_keys));
}

Judged<ApproveKeyDestruction::Plan> ApproveKeyDestruction::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto before, builder.reading.live(asyncoperation, job));
    ROOKERY_TRY(auto cursor, request_in(*before, {purpose, version}));
    ROOKERY_CHECK(check_is_another(builder, cursor));
    if (has_expired(cursor, builder.now)) {
        return fail(
            Errc::restricted,
            "This was asked for more than a day ago, and counts no more.",
            "cancel it (`rookery job cancel key-destruction`), and ask again"
        );
    }
    cursor.said = builder.now;
    cursor.phase = DestructionPhase::retire;
    cursor.person.clear();
    ROOKERY_TRY(
        auto draft,
        draft_update(builder.reading, builder.facts(), *before, Input{}, builder.author())
    );
    set_progress(draft, {0, 0, 0, {}, to_text(cursor)});
    set_status(draft, JobStatus::waiting_for_resources);
    follow_job_status(before.get(), draft.row, builder.now);
    auto step = job_step(builder, std::move(before), std::move(draft));
    step.needs = needs_of_general(schema::prv_manage_keys);
    return Plan::judge(builder, std::move(step));
}

Result<MessageReply::Body> ApproveKeyDestruction::execute(PlanBuilder& builder, Plan plan) const {
    const auto decision = plan.decision();
    ROOKERY_TRY(const auto written, apply_change(builder, plan));
    record_key_act(builder, decision, written.row->id, {purpose, version}, "approve");
    return NoContent{};
}

}  // namespace rookery::messages
