#include "messages/rejected.hpp"

namespace rookery::messages {

MessageFacts Rejected::facts() const {
    return {
        "Rejected",
        audit::Action::retrieve,
        {table, record},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> Rejected::check_texts() const { return {}; }

access::Decision Rejected::admit(const Asker& asker) const {
    return asker.decide(needs_of_anyone());
}

Judged<Rejected::Plan> Rejected::plan(PlanBuilder&) const { return fail(Stopped(error)); }

Result<MessageReply::Body> Rejected::execute(PlanBuilder&, Plan) const { return fail(error); }

}  // namespace rookery::messages
