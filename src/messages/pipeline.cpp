#include "messages/pipeline.hpp"

#include "messages/admission.hpp"
#include "messages/authorize.hpp"
#include "messages/effect.hpp"
#include "messages/execute.hpp"
#include "messages/parts.hpp"
#include "messages/planning.hpp"

namespace rookery::messages {

ledger::Pending Pipeline::plan(
    const View& view, const access::Caller& caller, const Message& message, const RequestInfo& info,
    Work& work
) const {
    auto planned = plan_or_refuse(view, caller, message, info, work);
    if (auto* refused = std::get_if<Refused>(&planned)) return std::move(*refused).pending();
    return std::get<ledger::Pending>(std::move(planned));
}

Planned Pipeline::plan_or_refuse(
    const View& view, const access::Caller& caller, const Message& message, const RequestInfo& info,
    Work& work
) const {
    Planning planning(vault_.parts(), view, caller, message, info, work);
    if (const auto* rejected = std::get_if<Rejected>(&message)) {
        return std::move(planning).failure(rejected->error);
    }
    auto authorized = authorize(planning);
    if (!authorized) {
        auto& stopped = authorized.error();
        if (!stopped.decision || stopped.decision->allowed()) {
            return std::move(planning).failure(std::move(stopped.error));
        }
        if (stopped.step) return std::move(planning).refusal(*stopped.decision, *stopped.step);
        return std::move(planning).refusal(*stopped.decision, std::move(stopped.error));
    }
    const auto* const table = authorized->empty() ? nullptr : authorized->back().step().table;
    const auto record = authorized->empty() ? Uuid{} : authorized->back().step().id;
    auto body = execute(planning, std::move(*authorized));
    if (!body) return std::move(planning).failure(body.error());
    auto waiting = check_effect(planning);
    if (!waiting) return std::move(planning).failure(waiting.error(), table, record);
    if (auto* done = std::get_if<NoContent>(&*body)) done->waiting = std::move(*waiting);
    return std::move(planning).success(std::move(*body));
}

bool Pipeline::admits(
    const View& view, const access::Caller& caller, const Message& message, const RequestInfo& info
) const {
    Work none(0);
    return admit(Planning(vault_.parts(), view, caller, message, info, none)).allowed();
}

Refused Pipeline::refuse(
    const View& view, const access::Caller& caller, const Message& message, const RequestInfo& info,
    Error error
) const {
    Work none(0);
    return Planning(vault_.parts(), view, caller, message, info, none).failure(std::move(error));
}

}  // namespace rookery::messages
