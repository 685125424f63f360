#include "messages/retrieve_metadata.hpp"

namespace rookery::messages {

MessageFacts RetrieveMetadata::facts() const {
    const auto cost = many ? Cost::many_rows : Cost::few_rows;
    return {
        "RetrieveMetadata", audit::Action::retrieve, {}, cost, Stores::nothing_new, OnBehalf::may};
}

Result<void> RetrieveMetadata::check_texts() const { return {}; }

access::Decision RetrieveMetadata::admit(const Asker& asker) const {
    return asker.decide(needs_of_anyone());
}

Judged<RetrieveMetadata::Plan> RetrieveMetadata::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_of_anyone());
}

Result<MessageReply::Body> RetrieveMetadata::execute(PlanBuilder& builder, Plan) const {
    builder.record(builder.event(audit::Action::retrieve, audit::Outcome::success));
    return MetadataReply{};
}

}  // namespace rookery::messages
