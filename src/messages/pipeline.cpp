#include "messages/pipeline.hpp"

#include "pipeline/carry_out.hpp"

namespace rookery::messages {

MessageFacts facts_of(const Message& message) {
    return std::visit([](const auto& m) { return m.facts(); }, message);
}

ledger::Pending Pipeline::plan(
    const View& view, const access::Caller& caller, const Message& message, const RequestInfo& info,
    WorkBudget& work
) const {
    auto planned = plan_or_refuse(view, caller, message, info, work);
    if (auto* refused = std::get_if<Refused>(&planned)) return std::move(*refused).pending();
    return std::get<ledger::Pending>(std::move(planned));
}

Planned Pipeline::plan_or_refuse(
    const View& view, const access::Caller& caller, const Message& message, const RequestInfo& info,
    WorkBudget& work
) const {
    // What was not understood needs no right to be told so.
    if (const auto* rejected = std::get_if<Rejected>(&message)) {
        return refuse(view, caller, message, info, rejected->error);
    }
    const auto facts = facts_of(message);
    PlanBuilder builder(services_, view, caller, facts, info, work);
    return std::visit([&](const auto& m) { return carry_out(std::move(builder), m); }, message);
}

bool Pipeline::admits(const View& view, const access::Caller& caller, const Message& message)
    const {
    const Asker asker{caller, view.facts()};
    return std::visit([&](const auto& m) { return m.admit(asker).allowed(); }, message);
}

Refused Pipeline::refuse(
    const View& view, const access::Caller& caller, const Message& message, const RequestInfo& info,
    Error error
) const {
    WorkBudget none(0);
    const auto facts = facts_of(message);
    return PlanBuilder(services_, view, caller, facts, info, none).failure(std::move(error));
}

}  // namespace rookery::messages
