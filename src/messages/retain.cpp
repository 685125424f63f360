#include "messages/retain.hpp"

#include "messages/apply_change.hpp"
#include "messages/kept_rows.hpp"
#include "messages/removal.hpp"
#include "pipeline/needs.hpp"
#include "rules/retains.hpp"

#include <string>

namespace rookery::messages {

access::Needs needs_to_retain(const schema::Table& table) {
    auto needs = needs_of_table(table, schema::Right::remove);
    needs.need(schema::prv_retain);
    return needs;
}

MessageFacts Retain::facts() const {
    return {
        "Retain",
        audit::Action::record_retain,
        named_by(target),
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> Retain::check_texts() const { return {}; }

access::Decision Retain::admit(const Asker& asker) const {
    return asker.decide(needs_to_retain(*target.table));
}

Judged<Retain::Plan> Retain::plan(PlanBuilder& builder) const {
    if (purged_since && !builder.caller.system) {
        return fail(Errc::invalid_argument, "This record cannot be purged so.");
    }
    if (!purged_since) ROOKERY_CHECK(check_retains(builder.services, *target.table));
    ROOKERY_TRY(auto row, builder.reading.live(target, schema::Right::remove));
    auto steps = retention_of(builder, std::move(row));
    if (!purged_since) retain(builder, steps);
    auto& root = steps.back();
    root.needs.need(schema::prv_retain);
    std::get<RemoveRow>(root.what).operation = operation;
    return judge_all(builder, std::move(steps));
}

Result<MessageReply::Body> Retain::execute(PlanBuilder& builder, Plan plan) const {
    const auto id = plan.back().id();
    ROOKERY_CHECK(apply_all(builder, plan));
    return RetainReply{id};
}

}  // namespace rookery::messages
