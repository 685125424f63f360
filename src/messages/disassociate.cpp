#include "messages/disassociate.hpp"

#include "messages/apply_change.hpp"
#include "messages/link.hpp"

namespace rookery::messages {

MessageFacts Disassociate::facts() const {
    return {
        "Disassociate",
        audit::Action::principal_change,
        named_by(parent),
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> Disassociate::check_texts() const { return {}; }

access::Decision Disassociate::admit(const Asker& asker) const { return admit_link(asker, *this); }

Judged<Disassociate::Plan> Disassociate::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto ends, ends_of(builder, *this));
    if (association == nullptr) {
        ROOKERY_TRY(auto step, relink(builder, *relationship, *ends.child, std::nullopt));
        // A child of another parent is none of this one's, as a pair that is not there.
        const auto* led = ends.child->get<storage::RowRef>(relationship->referencing_column);
        if (!step.deferred_error && (led == nullptr || *led != ends.parent->ref())) {
            step.deferred_error = does_not_exist(*ends.child->table, ends.child->id);
        }
        return Plan::judge(builder, std::move(step));
    }
    return Plan::judge(builder, step_to_part(builder, *association, std::move(ends)));
}

Result<MessageReply::Body> Disassociate::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_CHECK(apply_change(builder, plan));
    return NoContent{};
}

}  // namespace rookery::messages
