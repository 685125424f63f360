#include "messages/retrieve_token_versions.hpp"

#include "messages/row_planner.hpp"
#include "messages/token_policy.hpp"
#include "pipeline/needs.hpp"

#include <algorithm>

namespace rookery::messages {

MessageFacts RetrieveTokenVersions::facts() const {
    return {
        "rky_RetrieveTokenVersions",
        audit::Action::retrieve,
        named_by(target),
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveTokenVersions::check_texts() const { return {}; }

access::Decision RetrieveTokenVersions::admit(const Asker& asker) const {
    return asker.decide(*target.table, schema::Right::read);
}

Judged<RetrieveTokenVersions::Plan> RetrieveTokenVersions::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto row, builder.reading.live(target, schema::Right::read));
    Step<ShowRow> step;
    step.table = row->table;
    step.id = row->id;
    add_need(step.needs, schema::Right::read, *row);
    if (auto same = check_version(preconditions, *row); !same) step.deferred_error = same.error();
    step.what = {std::move(row)};
    return Plan::judge(builder, std::move(step));
}

Result<MessageReply::Body> RetrieveTokenVersions::execute(PlanBuilder& builder, Plan plan) const {
    const auto& row = plan.what().row;
    ROOKERY_TRY(const auto history, read_history(builder, row));
    ROOKERY_TRY(const auto policy, policy_of(builder, row->ref()));
    const auto& rules = builder.services.tokens;
    TokenVersionsReply reply;
    reply.record = row->ref();
    reply.rotation = rotation_of(history, policy.get(), rules);
    reply.versions.push_back(current_facts(history));
    for (const auto& version : history.versions) {
        reply.versions.push_back(messages::facts_of(history, version, rules, builder.now));
    }
    std::ranges::reverse(reply.versions.begin() + 1, reply.versions.end());

    auto event = builder.event(audit::Action::retrieve, audit::Outcome::success);
    builder.about(event, *row);
    event.release = audit::ReleaseMode::metadata;
    event.rule = builder.rule_of(plan.decision());
    event.count = reply.versions.size();
    builder.record(event);
    return reply;
}

}  // namespace rookery::messages
