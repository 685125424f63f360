#include "messages/retrieve_key_status.hpp"

#include "messages/start_job.hpp"
#include "pipeline/needs.hpp"

#include <algorithm>

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

std::vector<std::string> due(const PlanBuilder& builder) {
    std::vector<std::string> out;
    const bool rekey_under_way = is_under_way(builder.services, data_rekey_job);
    const bool under_way = rekey_under_way || is_under_way(builder.services, key_rotation_job);
    for (const auto& key : builder.keys.keyring.entries()) {
        if (key.purpose != Purpose::record_kek || under_way) continue;
        const auto which = "record KEK " + std::to_string(key.version);
        if (key.state == KeyState::pre_active) {
            out.push_back(
                which +
                " was made and never used: a rotation was not finished. `rookery key rotate` goes "
                "on with it"
            );
        }
        if (key.state == KeyState::active &&
            builder.keys.uses->used() >= crypto::KeyUses::soft_stop) {
            out.push_back(
                which + " has wrapped " + std::to_string(builder.keys.uses->used()) +
                " data keys, and at " + std::to_string(crypto::KeyUses::hard_limit) +
                " nothing more can be sealed: `rookery key rotate`"
            );
        }
        if (key.state == KeyState::compromised && !rekey_under_way) {
            out.push_back(
                which + " is compromised: `rookery key compromise " + std::to_string(key.version) +
                "` unless that came to its end, and after a week `rookery key destroy " +
                std::to_string(key.version) + "`"
            );
        }
        const auto age = std::chrono::floor<std::chrono::days>(builder.now - key.changed);
        if (key.state == KeyState::active && age >= kek_active_max) {
            out.push_back(
                which + " has been active for " + std::to_string(age.count()) +
                " days: `rookery key rotate`"
            );
        }
    }
    add_ways_in(builder.services, out);
    return out;
}

}  // namespace

MessageFacts RetrieveKeyStatus::facts() const {
    return {
        "rky_RetrieveKeyStatus", audit::Action::retrieve, {}, Cost::few_rows, Stores::nothing_new};
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
    KeyStatusReply reply{keyring.epoch(), keyring.slot_set(), keyring.entries(), due(builder)};
    for (auto& key : reply.keys) {
        if (key.purpose == Purpose::record_kek && key.state == KeyState::active) {
            key.uses_reserved = builder.keys.uses->used();
        }
    }
    return reply;
}

}  // namespace rookery::messages
