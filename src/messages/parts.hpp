// Parts: a message that is several changes, each planned and decided on the state that those before it leave and judged by its
// own effect. They become one plan: all of them are done, or none.
#pragma once

#include "ledger/change_set.hpp"
#include "pipeline/authorized.hpp"

#include <functional>
#include <vector>

namespace rookery::messages {

class Parts {
 public:
    /// What a part does, by a builder of its own.
    using Plan = std::function<Judged<AuthorizedChanges>(PlanBuilder& part)>;

    /// `builder`, of the message as a whole, outlives the adding.
    explicit Parts(const PlanBuilder& builder) : changes_(builder.view.share_snapshot()) {}

    /// Stops with the part's own refusal, which names what it is about.
    [[nodiscard]] Judged<void> add(
        const PlanBuilder& builder, const Named& about, const Plan& plan
    );

    /// Hands them to the message's builder. Gives the credentials that wait for what somebody gained.
    [[nodiscard]] std::vector<Uuid> apply(PlanBuilder& builder) &&;

 private:
    ledger::ChangeSet changes_;
    std::vector<Uuid> waiting_;
};

}  // namespace rookery::messages
