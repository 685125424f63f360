#include "messages/unpublish_duplicate_rule.hpp"

#include "messages/apply_change.hpp"
#include "messages/publish_duplicate_rule.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {

using schema::known::duplicaterule;

MessageFacts UnpublishDuplicateRule::facts() const {
    return {
        "UnpublishDuplicateRule",
        audit::Action::update,
        {&duplicaterule, rule},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> UnpublishDuplicateRule::check_texts() const { return {}; }

access::Decision UnpublishDuplicateRule::admit(const Asker& asker) const {
    auto write = asker.decide(duplicaterule, schema::Right::write);
    return write.allowed() ? asker.decide(needs_to_publish()) : write;
}

Judged<UnpublishDuplicateRule::Plan> UnpublishDuplicateRule::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto row, builder.reading.live(duplicaterule, rule));
    ROOKERY_TRY(auto step, step_to_set_published(builder, std::move(row), false));
    return Plan::judge(builder, std::move(step));
}

Result<MessageReply::Body> UnpublishDuplicateRule::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_CHECK(apply_change(builder, plan));
    return NoContent{};
}

}  // namespace rookery::messages
