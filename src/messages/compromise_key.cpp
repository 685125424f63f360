#include "messages/compromise_key.hpp"

#include "messages/apply_change.hpp"
#include "messages/job_start.hpp"
#include "messages/key_act.hpp"
#include "messages/rekey_cursor.hpp"
#include "pipeline/needs.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

using crypto::KeyState;

Result<void> check_may_be_under(const crypto::Keyring& keyring, std::uint32_t version) {
    const auto* key = keyring.entry(crypto::Purpose::record_kek, version);
    if (key == nullptr) {
        return fail(
            Errc::not_found,
            "There is no record KEK of that version.",
            "`rookery key status` lists them"
        );
    }
    if (key->state < KeyState::destroy_pending) return {};
    return fail(
        Errc::restricted,
        "Nothing is under this record KEK any more.",
        "`rookery key compromise VERSION --dry-run` lists the tokens that existed under it"
    );
}

}  // namespace

MessageFacts CompromiseKey::facts() const {
    return {
        "rky_CompromiseKey",
        audit::Action::create,
        {&schema::known::asyncoperation, std::nullopt},
        Cost::many_rows,
        Stores::something_new,
        OnBehalf::vault};
}

Result<void> CompromiseKey::check_texts() const { return {}; }

access::Decision CompromiseKey::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_manage_keys));
}

Judged<CompromiseKey::Plan> CompromiseKey::plan(PlanBuilder& builder) const {
    if (version) ROOKERY_CHECK(check_may_be_under(builder.keys.keyring, *version));
    RekeyCursor cursor;
    cursor.compromised = version.value_or(RekeyCursor::all);
    NewJob job;
    job.name = data_rekey_job;
    job.cursor = to_text(cursor);
    ROOKERY_TRY(auto step, job_start(builder, job));
    step.needs = needs_of_general(schema::prv_manage_keys);
    return Plan::judge(builder, std::move(step));
}

Result<MessageReply::Body> CompromiseKey::execute(PlanBuilder& builder, Plan plan) const {
    const auto decision = plan.decision();
    ROOKERY_TRY(const auto written, apply_change(builder, plan));
    record_compromise(builder, decision, written.row->id, version);
    return StartedJobReply{written.row->id};
}

}  // namespace rookery::messages
