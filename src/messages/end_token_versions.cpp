#include "messages/end_token_versions.hpp"

#include "messages/token_history.hpp"
#include "pipeline/needs.hpp"
#include "schema/token_history.hpp"

#include <algorithm>

namespace rookery::messages {

MessageFacts EndTokenVersions::facts() const {
    return {
        "rky_EndTokenVersions",
        audit::Action::remove,
        {},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::own_work};
}

Result<void> EndTokenVersions::check_texts() const { return {}; }

access::Decision EndTokenVersions::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_rewrap));
}

Judged<EndTokenVersions::Plan> EndTokenVersions::plan(PlanBuilder& builder) const {
    const auto has_history = [](const storage::RowRef& record) {
        const auto* table = schema::table(record.table);
        return table != nullptr && schema::has_token_history(*table);
    };
    if (records.size() > end_versions_records_max || !std::ranges::all_of(records, has_history)) {
        return fail(Errc::invalid_argument, "Versions of these records cannot be ended together.");
    }
    return judge_act(builder, needs_of_general(schema::prv_rewrap));
}

Result<MessageReply::Body> EndTokenVersions::execute(PlanBuilder& builder, Plan plan) const {
    EndVersionsReply reply;
    for (const auto& record : records) {
        const auto ended = end_versions_of(builder, plan.decision(), record);
        if (ended) {
            reply.ended += *ended;
        } else if (ended.error().code == Errc::integrity) {
            reply.damaged.push_back(record);
        } else {
            return fail(ended.error());
        }
    }
    if (builder.plan().events.empty()) {  // writes of the records came first
        auto event = builder.event(audit::Action::remove, audit::Outcome::success);
        event.table = schema::known::rky_tokenversion.name;
        event.rule = builder.rule_of(plan.decision());
        event.count = std::uint64_t{0};
        builder.record(event);
    }
    return reply;
}

}  // namespace rookery::messages
