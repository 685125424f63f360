// The way of one message, in the order it is decided: whether it is ever done on behalf of another, what must be allowed before a row is read, its texts, room on the
// disk, its plan, whose every step is judged, what then happens, and the effect of that as a whole. Nothing here waits
// or writes.
#pragma once

#include "pipeline/effect.hpp"
#include "pipeline/message_facts.hpp"
#include "pipeline/plan_builder.hpp"
#include "pipeline/scarce_space.hpp"

#include <string>

namespace rookery::messages {

[[nodiscard]] inline Result<void> check_on_behalf(const PlanBuilder& builder) {
    const auto kind = builder.message.on_behalf;
    if (!builder.caller.delegate || kind == OnBehalf::may) return {};
    return fail(
        Errc::impersonation_denied,
        std::string(builder.message.name) +
            " is not done on behalf of another: " + std::string(reason(kind)) + "."
    );
}

/// Up to where everything that the message would do is authorized.
template <class M>
[[nodiscard]] Judged<typename M::Plan> authorize(PlanBuilder& builder, const M& message) {
    ROOKERY_CHECK(check_on_behalf(builder));
    auto admitted = message.admit(Asker{builder.caller, builder.facts()});
    if (!admitted.allowed()) {
        auto error = admitted.error();
        return fail(Stopped(std::move(error), std::move(admitted)));
    }
    ROOKERY_CHECK(message.check_texts());
    ROOKERY_CHECK(check_space(builder));
    return message.plan(builder);
}

template <class M>
[[nodiscard]] Planned carry_out(PlanBuilder&& builder, const M& message) {
    auto plan = authorize(builder, message);
    if (!plan) return std::move(builder).stopped(std::move(plan).error());
    auto body = message.execute(builder, std::move(*plan));
    if (!body) return std::move(builder).failure(std::move(body).error());
    auto waiting = check_effect(builder);
    if (!waiting) {
        const auto about = builder.last_judged();
        return std::move(builder).failure(std::move(waiting).error(), about);
    }
    if (auto* done = std::get_if<NoContent>(&*body)) {
        done->waiting.insert(done->waiting.end(), waiting->begin(), waiting->end());
    }
    return std::move(builder).success(std::move(*body));
}

}  // namespace rookery::messages
