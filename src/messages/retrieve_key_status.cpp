#include "messages/retrieve_key_status.hpp"

#include "messages/keys_due.hpp"
#include "messages/rekey_cursor.hpp"
#include "messages/start_job.hpp"
#include "pipeline/needs.hpp"
#include "query/job_reader.hpp"

#include <algorithm>
#include <utility>

namespace rookery::messages {
namespace {

using crypto::KeyState;
using crypto::Purpose;

bool is_under_way(const Services& services, std::string_view name) {
    if (!services.jobs) return false;
    const auto jobs = services.jobs->state();
    return std::ranges::any_of(jobs, [&](const JobState& job) {
        return job.name == name && !job.id.is_nil() &&
               (job.status == JobStatus::in_progress || job.status == JobStatus::waiting ||
                job.status == JobStatus::waiting_for_resources);
    });
}

/// Of the jobs whose rows are kept.
Result<std::vector<EndedCompromise>> ended_compromises(const View& view) {
    ROOKERY_TRY(const auto jobs, read_jobs(view, JobStateCode::completed));
    std::vector<EndedCompromise> out;
    for (const auto& job : jobs.rows) {
        if (job.name != data_rekey_job || job.status != JobStatus::succeeded) continue;
        const auto cursor = parse_rekey_cursor(job.progress.cursor);
        if (!cursor || cursor->compromised == RekeyCursor::nothing) continue;
        const bool all = cursor->compromised == RekeyCursor::all;
        out.push_back({all ? 0U : cursor->compromised, cursor->version, job.created});
    }
    return out;
}

/// One way in is one loss away from none. Of a vault for development nobody minds.
void add_ways_in(const Services& services, std::vector<std::string>& out) {
    if (services.development) return;
    const auto ways = services.slots->all();
    if (ways.size() != 1) return;
    out.push_back(
        "there is one way into the vault, " + ways.front().kind +
        ": whoever loses it loses everything once the server stops. Add a second one, kept by "
        "somebody else: `rookery key add-slot`"
    );
}

Result<std::vector<std::string>> due(const PlanBuilder& builder) {
    ROOKERY_TRY(const auto compromises, ended_compromises(builder.view));
    const auto& services = builder.services;
    KeysAsTheyAre of;
    of.keys = builder.keys.keyring.entries();
    of.kek_uses = builder.keys.uses->used();
    of.now = builder.now;
    of.compromises = compromises;
    of.kek_job_under_way =
        is_under_way(services, data_rekey_job) || is_under_way(services, key_rotation_job);
    of.row_key_job_under_way = is_under_way(services, row_rekey_job);
    auto out = what_is_due(of);
    add_ways_in(services, out);
    return out;
}

}  // namespace

MessageFacts RetrieveKeyStatus::facts() const {
    return {
        "rky_RetrieveKeyStatus",
        audit::Action::retrieve,
        {},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveKeyStatus::check_texts() const { return {}; }

access::Decision RetrieveKeyStatus::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_manage_keys));
}

Judged<RetrieveKeyStatus::Plan> RetrieveKeyStatus::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_of_general(schema::prv_manage_keys));
}

Result<MessageReply::Body> RetrieveKeyStatus::execute(PlanBuilder& builder, Plan plan) const {
    const auto& keyring = builder.keys.keyring;
    auto event = builder.event(audit::Action::retrieve, audit::Outcome::success);
    event.rule = builder.rule_of(plan.decision());
    builder.record(event);
    ROOKERY_TRY(auto lines, due(builder));
    KeyStatusReply reply{keyring.epoch(), keyring.slot_set(), keyring.entries(), std::move(lines)};
    for (auto& key : reply.keys) {
        if (key.purpose == Purpose::record_kek && key.state == KeyState::active) {
            key.uses_reserved = builder.keys.uses->used();
        }
    }
    return reply;
}

}  // namespace rookery::messages
