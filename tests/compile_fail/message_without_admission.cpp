// A message that does not say what it needs before a row is read cannot be carried out.
// error: (no member named 'admit'|has no member named .admit.)
#include "messages/who_am_i.hpp"
#include "pipeline/carry_out.hpp"

namespace rookery::messages {

struct Forgetful {
    using Plan = WhoAmI::Plan;

    [[nodiscard]] MessageFacts facts() const { return WhoAmI{}.facts(); }

    [[nodiscard]] Result<void> check_texts() const { return {}; }

    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const { return WhoAmI{}.plan(builder); }

    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const {
        return WhoAmI{}.execute(builder, std::move(plan));
    }
};

Planned attempt(PlanBuilder&& builder) {
#ifdef ROOKERY_WRONG
    return carry_out(std::move(builder), Forgetful{});
#else
    return carry_out(std::move(builder), WhoAmI{});
#endif
}

}  // namespace rookery::messages
