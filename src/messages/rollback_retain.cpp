#include "messages/rollback_retain.hpp"

#include "messages/apply_change.hpp"
#include "messages/kept_rows.hpp"
#include "messages/return_rows.hpp"
#include "pipeline/needs.hpp"
#include "pipeline/pasted_token.hpp"
#include "rules/retains.hpp"

namespace rookery::messages {

MessageFacts RollbackRetain::facts() const {
    return {
        "RollbackRetain",
        audit::Action::retain_rollback,
        named_by(target),
        Cost::many_rows,
        Stores::something_new,
        OnBehalf::may};
}

Result<void> RollbackRetain::check_texts() const {
    PastedTokenCheck rows;
    rows.add(input);
    return rows.check(input);
}

access::Decision RollbackRetain::admit(const Asker& asker) const {
    auto needs = needs_of_table(*target.table, schema::Right::create);
    needs.need(schema::prv_retain);
    return asker.decide(needs);
}

Judged<RollbackRetain::Plan> RollbackRetain::plan(PlanBuilder& builder) const {
    const auto* id = std::get_if<Uuid>(&target.by);
    if (id == nullptr) {
        return fail(Errc::invalid_argument, "A retained record is named by its id.");
    }
    ROOKERY_CHECK(check_can_be_retained(*target.table));
    ROOKERY_TRY(auto kept, retained_row(builder, *target.table, *id));
    ROOKERY_TRY(
        auto steps, return_of(builder, std::move(kept), input.cells.empty() ? nullptr : &input)
    );
    auto& root = steps.front();
    root.needs.need(schema::prv_retain);
    std::get<ReturnRow>(root.what).operation = operation;
    return judge_all(builder, std::move(steps));
}

Result<MessageReply::Body> RollbackRetain::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_CHECK(apply_all(builder, plan));
    return RetainReply{std::get<Uuid>(target.by)};
}

}  // namespace rookery::messages
