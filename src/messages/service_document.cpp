#include "messages/service_document.hpp"

namespace rookery::messages {

MessageFacts ServiceDocument::facts() const {
    return {
        "ServiceDocument",
        audit::Action::retrieve,
        {},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> ServiceDocument::check_texts() const { return {}; }

access::Decision ServiceDocument::admit(const Asker& asker) const {
    return asker.decide(needs_of_anyone());
}

Judged<ServiceDocument::Plan> ServiceDocument::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_of_anyone());
}

Result<MessageReply::Body> ServiceDocument::execute(PlanBuilder& builder, Plan) const {
    builder.record(builder.event(audit::Action::retrieve, audit::Outcome::success));
    return ServiceDocumentReply{};
}

}  // namespace rookery::messages
