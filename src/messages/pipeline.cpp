#include "messages/pipeline.hpp"

#include "messages/admission.hpp"
#include "messages/authorized.hpp"
#include "messages/execute.hpp"
#include "messages/grants.hpp"
#include "messages/parts.hpp"
#include "messages/planning.hpp"
#include "messages/resolve.hpp"

namespace rookery::messages {

ledger::Pending Pipeline::plan(
    const View& view, const access::Caller& caller, const Message& message, const RequestInfo& info,
    Work& work
) const {
    Planning planning(vault_.parts(), view, caller, message, info, work);
    if (const auto* rejected = std::get_if<Rejected>(&message)) {
        return std::move(planning).failure(rejected->error);
    }
    const auto admitted = admit(planning);
    if (!admitted.allowed()) return std::move(planning).refusal(admitted);
    auto steps = resolve(planning);
    if (!steps) return std::move(planning).failure(steps.error());

    std::vector<Authorized> authorized;
    authorized.reserve(steps->size());
    for (auto& step : *steps) {
        auto decision = access::decide(caller.user, step.needs, view.facts());
        if (!decision.allowed()) return std::move(planning).refusal(decision, step);
        if (step.problem) return std::move(planning).failure(std::move(*step.problem));
        authorized.push_back(Authorized::from(std::move(decision), std::move(step)));
    }
    auto body = execute(planning, std::move(authorized));
    if (!body) return std::move(planning).failure(body.error());
    if (auto granted = check_grants(planning); !granted) {
        return std::move(planning).failure(granted.error());
    }
    return std::move(planning).success(std::move(*body));
}

bool Pipeline::admits(
    const View& view, const access::Caller& caller, const Message& message, const RequestInfo& info
) const {
    Work none(0);
    return admit(Planning(vault_.parts(), view, caller, message, info, none)).allowed();
}

ledger::Pending Pipeline::refuse(
    const View& view, const access::Caller& caller, const Message& message, const RequestInfo& info,
    Error error
) const {
    Work none(0);
    return Planning(vault_.parts(), view, caller, message, info, none).failure(std::move(error));
}

}  // namespace rookery::messages
