// Authorized: a Step that access::decide allowed. A message gets its plan as Authorized steps only, and what applies
// changes or shows rows takes nothing else, so one that forgets to ask does not compile; and since `judge` asks with
// the step's own needs, no decision can be paired with a step that it was not made for.
#pragma once

#include "access/decide.hpp"
#include "pipeline/plan_builder.hpp"
#include "pipeline/step.hpp"
#include "pipeline/stopped.hpp"

#include <utility>
#include <vector>

namespace rookery::messages {

template <class What>
class Authorized {
 public:
    /// Stops with the refusal, or with the step's deferred error once it is allowed.
    [[nodiscard]] static Judged<Authorized> judge(PlanBuilder& builder, Step<What> step) {
        auto decision = builder.decide(step.needs);
        const Named named{step.table, step.id};
        if (!decision.allowed()) {
            auto error = decision.error();
            return fail(Stopped(std::move(error), std::move(decision), named));
        }
        if (step.deferred_error) {
            return fail(Stopped(std::move(*step.deferred_error), std::move(decision), named));
        }
        builder.note_judged(step.table, step.id, decision);
        return Authorized(std::move(decision), std::move(step));
    }

    [[nodiscard]] const access::Decision& decision() const { return decision_; }

    [[nodiscard]] const schema::Table* table() const { return step_.table; }

    [[nodiscard]] const Uuid& id() const { return step_.id; }

    [[nodiscard]] const What& what() const { return step_.what; }

    [[nodiscard]] What& what() { return step_.what; }

 private:
    Authorized(access::Decision decision, Step<What> step)
        : decision_(std::move(decision)), step_(std::move(step)) {}

    access::Decision decision_;
    Step<What> step_;
};

/// What a message does by itself, to `row` if it is given.
[[nodiscard]] inline Judged<Authorized<Act>> judge_act(
    PlanBuilder& builder, access::Needs needs, RowPtr row = nullptr
) {
    Step<Act> step;
    step.needs = std::move(needs);
    if (row != nullptr) {
        step.table = row->table;
        step.id = row->id;
    }
    step.what = {std::move(row)};
    return Authorized<Act>::judge(builder, std::move(step));
}

using AuthorizedChanges = std::vector<Authorized<Change>>;

/// Each in order. Of rows that would go with their parent and may not, it is said how many, but not which.
[[nodiscard]] Judged<AuthorizedChanges> judge_all(
    PlanBuilder& builder, std::vector<Step<Change>> steps
);

}  // namespace rookery::messages
