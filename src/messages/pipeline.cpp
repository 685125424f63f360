#include "messages/pipeline.hpp"

#include "messages/admission.hpp"
#include "messages/authorized.hpp"
#include "messages/effect.hpp"
#include "messages/execute.hpp"
#include "messages/parts.hpp"
#include "messages/pasted_token.hpp"
#include "messages/planning.hpp"
#include "messages/resolve.hpp"
#include "messages/scarce_space.hpp"

namespace rookery::messages {
namespace {

bool is_cascaded(const Step& step) {
    const auto* gone = std::get_if<RemoveRow>(&step.what);
    return gone != nullptr && gone->cascaded;
}

/// Rows that would go with their parent and may not: how many, but not which.
struct KeptBack {
    std::size_t rows = 0;
    std::optional<access::Decision> decision;  // of the first

    void add(const access::Decision& refused) {
        ++rows;
        if (!decision) decision = refused;
    }

    [[nodiscard]] Error error() const {
        return {
            decision->code(),
            "The caller may not remove " + std::to_string(rows) + " of the rows that would go with it.",
            "ask somebody who may, or have those removed first",
            {}};
    }
};

}  // namespace

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
    const auto admitted = admit(planning);
    if (!admitted.allowed()) return std::move(planning).refusal(admitted);
    if (const auto clean = check_no_pasted_token(message); !clean) {
        return std::move(planning).failure(clean.error());
    }
    if (auto room = check_space(planning); !room) return std::move(planning).failure(room.error());
    auto steps = resolve(planning);
    if (!steps) return std::move(planning).failure(steps.error());

    std::vector<Authorized> authorized;
    authorized.reserve(steps->size());
    KeptBack kept_back;
    for (auto& step : *steps) {
        auto decision = access::decide(caller, step.needs, view.facts());
        if (!decision.allowed() && is_cascaded(step)) {
            kept_back.add(decision);
            continue;
        }
        if (!decision.allowed()) return std::move(planning).refusal(decision, step);
        if (step.problem) return std::move(planning).failure(std::move(*step.problem));
        authorized.push_back(Authorized::from(std::move(decision), std::move(step)));
    }
    if (kept_back.decision) return std::move(planning).refusal(*kept_back.decision, kept_back.error());
    auto body = execute(planning, std::move(authorized));
    if (!body) return std::move(planning).failure(body.error());
    auto waiting = check_effect(planning);
    if (!waiting) return std::move(planning).failure(waiting.error());
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
