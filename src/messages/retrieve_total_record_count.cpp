#include "messages/retrieve_total_record_count.hpp"

#include "pipeline/needs.hpp"
#include "query/count_rows.hpp"
#include "query/query_event.hpp"

namespace rookery::messages {

MessageFacts RetrieveTotalRecordCount::facts() const {
    return {
        "RetrieveTotalRecordCount",
        audit::Action::list,
        {tables.empty() ? nullptr : tables.front(), {}},
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveTotalRecordCount::check_texts() const { return {}; }

access::Decision RetrieveTotalRecordCount::admit(const Asker& asker) const {
    access::Needs needs;
    for (const auto* table : tables) needs.need(*table, schema::Right::read);
    return asker.decide(needs);
}

Judged<RetrieveTotalRecordCount::Plan> RetrieveTotalRecordCount::plan(PlanBuilder& builder) const {
    Plan out;
    for (const auto* table : tables) {
        Step<Act> step;
        step.table = table;
        step.needs = needs_of_table(*table, schema::Right::read);
        ROOKERY_TRY(auto allowed, Authorized<Act>::judge(builder, std::move(step)));
        out.push_back(std::move(allowed));
    }
    return out;
}

Result<MessageReply::Body> RetrieveTotalRecordCount::execute(PlanBuilder& builder, Plan plan)
    const {
    TotalRecordCountReply reply;
    for (const auto& counting : plan) {
        ROOKERY_TRY(const auto rows, count_rows(builder, *counting.table()));
        reply.counts.push_back({counting.table(), rows});
        auto event = builder.event(list_action(*counting.table()), audit::Outcome::success);
        event.table = counting.table()->name;
        event.count = rows;
        event.rule = builder.rule_of(counting.decision());
        builder.record(event);
    }
    return reply;
}

}  // namespace rookery::messages
