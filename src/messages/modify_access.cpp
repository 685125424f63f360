#include "messages/modify_access.hpp"

namespace rookery::messages {

MessageFacts ModifyAccess::facts() const {
    return {
        "ModifyAccess",
        audit::Action::modify_share,
        named_by(target),
        Cost::few_rows,
        Stores::something_new,
        OnBehalf::may};
}

Result<void> ModifyAccess::check_texts() const { return {}; }

access::Decision ModifyAccess::admit(const Asker& asker) const {
    return admit_sharing(asker, *this);
}

Judged<ModifyAccess::Plan> ModifyAccess::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto ends, ends_of_sharing(builder, *this));
    auto after = ends.now;
    after.rights = rights;
    if (expires) after.expires = expires;
    return plan_share(builder, std::move(ends), after);
}

Result<MessageReply::Body> ModifyAccess::execute(PlanBuilder& builder, Plan plan) const {
    return carry_out_share(builder, plan);
}

}  // namespace rookery::messages
