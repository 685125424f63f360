#include "messages/grant_access.hpp"

namespace rookery::messages {

MessageFacts GrantAccess::facts() const {
    return {
        "GrantAccess",
        audit::Action::share,
        named_by(target),
        Cost::few_rows,
        Stores::something_new,
        OnBehalf::may};
}

Result<void> GrantAccess::check_texts() const { return {}; }

access::Decision GrantAccess::admit(const Asker& asker) const {
    return admit_sharing(asker, *this);
}

Judged<GrantAccess::Plan> GrantAccess::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto ends, ends_of_sharing(builder, *this));
    auto after = ends.now;
    after.rights |= rights;
    if (expires) after.expires = expires;
    return plan_share(builder, std::move(ends), after);
}

Result<MessageReply::Body> GrantAccess::execute(PlanBuilder& builder, Plan plan) const {
    return carry_out_share(builder, plan);
}

}  // namespace rookery::messages
