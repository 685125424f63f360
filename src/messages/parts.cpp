#include "messages/parts.hpp"

#include "access/effect.hpp"
#include "messages/apply_change.hpp"
#include "pipeline/effect.hpp"

#include <utility>

namespace rookery::messages {
namespace {

/// The facts of access that the part writes, if an earlier one wrote any of them: none otherwise.
std::vector<access::FactChange> facts_written_again(const PlanBuilder& part) {
    std::vector<access::FactChange> out;
    bool again = false;
    const auto& earlier = part.view.snapshot().planned;
    for (const auto& write : part.plan().writes) {
        if (!write.access_fact) continue;
        again = again || (earlier != nullptr && earlier->has(write.ref));
        out.push_back(part.view.projection().change_of(write));
    }
    if (!again) out.clear();
    return out;
}

/// What an earlier part gave along with something else is not left when this one takes that back: what it makes of a row is
/// held against how the row was before them all, too.
Result<void> check_since(const PlanBuilder& whole, const PlanBuilder& part) {
    const auto again = facts_written_again(part);
    if (again.empty()) return {};
    const auto after = part.facts().with(again);
    auto verdict = access::judge(part.caller, {whole.facts(), after, again, {}, part.now});
    if (verdict.refusal) return fail(std::move(*verdict.refusal));
    return {};
}

/// Gives the credentials that wait.
tl::expected<std::vector<Uuid>, Refused> carry_out_part(
    const PlanBuilder& whole, ledger::ChangeSet& changes, PlanBuilder&& part,
    const Parts::Plan& plan
) {
    auto planned = plan(part);
    if (!planned) return tl::unexpected(std::move(part).stopped(std::move(planned).error()));
    const auto applied = apply_all(part, *planned);
    if (!applied) return tl::unexpected(std::move(part).failure(applied.error()));
    auto waiting = check_effect(part);
    auto since = waiting ? check_since(whole, part) : Result<void>{};
    if (!waiting || !since) {
        const auto about = part.last_judged();
        auto& error = waiting ? since.error() : waiting.error();
        return tl::unexpected(std::move(part).failure(std::move(error), about));
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
    part.look_with(builder);
    auto waiting = carry_out_part(builder, changes_, std::move(part), plan);
    if (!waiting) {
        auto& refused = waiting.error();
        refused.put_looked(std::move(changes_).looked(refused.take_looked()));
        return fail(Stopped(std::move(refused)));
    }
    waiting_.insert(waiting_.end(), waiting->begin(), waiting->end());
    return {};
}

std::vector<Uuid> Parts::apply(PlanBuilder& builder) && {
    builder.do_parts(std::move(changes_));
    return std::move(waiting_);
}

}  // namespace rookery::messages
