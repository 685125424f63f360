#include "messages/parts.hpp"

#include "messages/apply_change.hpp"
#include "pipeline/effect.hpp"

#include <utility>

namespace rookery::messages {
namespace {

/// Gives the credentials that wait.
tl::expected<std::vector<Uuid>, Refused> carry_out_part(
    ledger::ChangeSet& changes, PlanBuilder&& part, const Parts::Plan& plan
) {
    auto planned = plan(part);
    if (!planned) return tl::unexpected(std::move(part).stopped(std::move(planned).error()));
    const auto applied = apply_all(part, *planned);
    if (!applied) return tl::unexpected(std::move(part).failure(applied.error()));
    auto waiting = check_effect(part);
    if (!waiting) {
        const auto about = part.last_judged();
        return tl::unexpected(std::move(part).failure(std::move(waiting).error(), about));
    }
    changes.add(std::move(part).success(NoContent{}));
    return std::move(*waiting);
}

}  // namespace

Judged<void> Parts::add(const PlanBuilder& builder, const Named& about, const Plan& plan) {
    auto facts = builder.message;
    facts.named = about;
    const View view(changes_.state(), builder.facts().now());
    PlanBuilder part(builder.services, view, builder.caller, facts, builder.info, builder.work);
    auto waiting = carry_out_part(changes_, std::move(part), plan);
    if (!waiting) return fail(Stopped(std::move(waiting).error()));
    waiting_.insert(waiting_.end(), waiting->begin(), waiting->end());
    return {};
}

std::vector<Uuid> Parts::apply(PlanBuilder& builder) && {
    builder.do_parts(std::move(changes_));
    return std::move(waiting_);
}

}  // namespace rookery::messages
