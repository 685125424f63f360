#include "messages/associate.hpp"

#include "messages/apply_change.hpp"
#include "messages/link.hpp"

namespace rookery::messages {

MessageFacts Associate::facts() const {
    return {
        "Associate",
        audit::Action::principal_change,
        named_by(parent),
        Cost::few_rows,
        Stores::something_new,
        OnBehalf::may};
}

Result<void> Associate::check_texts() const { return {}; }

access::Decision Associate::admit(const Asker& asker) const { return admit_link(asker, *this); }

Judged<Associate::Plan> Associate::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto ends, ends_of(builder, *this));
    if (association == nullptr) {
        ROOKERY_TRY(auto step, relink(builder, *relationship, *ends.child, ends.parent->ref()));
        return Plan::judge(builder, std::move(step));
    }
    ROOKERY_TRY(auto step, step_to_pair(builder, *association, std::move(ends)));
    return Plan::judge(builder, std::move(step));
}

Result<MessageReply::Body> Associate::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_CHECK(apply_change(builder, plan));
    return NoContent{};
}

}  // namespace rookery::messages
