// Attempts: how often one request is planned, and what becomes of each time. Plan, commit, stale, plan again on a
// newer state is one loop, which whoever stands still and whoever waits in a coroutine both write around these
// decisions:
//
//     Attempts attempts{ledger, work};
//     while (attempts.next()) {
//         auto result = ledger.commit(PLAN(the newest view), attempts.since());
//         if (!attempts.lost(result)) return result;
//     }
//     return ledger::lost_races();
//
// Each commit has the ledger's deadline, counted from when it was queued; what is looked at meanwhile is bounded over
// all of them by the one WorkBudget.
#pragma once

#include "ledger/ledger.hpp"
#include "pipeline/work_budget.hpp"

#include <functional>

namespace rookery::messages {

/// Of one request, from its first plan to its answer. One thread at a time.
class Attempts {
 public:
    /// The first, and one more for each race that was lost: of those that write one row at once a batch takes one, so this
    /// many of them come through.
    static constexpr int most = 32;

    using Since = ledger::Ledger::Since;
    using GiveUp = std::function<void(Since)>;  // Ledger::withdraw

    /// Both outlive it.
    Attempts(ledger::Ledger& ledger, WorkBudget& work)
        : Attempts([&ledger](Since since) { ledger.withdraw(since); }, work) {}

    Attempts(GiveUp give_up, WorkBudget& work) : give_up_(std::move(give_up)), work_(work) {}

    /// Nobody waits for a request that does not come again.
    ~Attempts() { end(); }

    Attempts(const Attempts&) = delete;
    Attempts& operator=(const Attempts&) = delete;

    /// Whether it may be planned, for the first time or once more.
    [[nodiscard]] bool next() { return made_++ < most; }

    /// Goes with every commit of it: the place that it has among those that change access.
    [[nodiscard]] Since since() const { return since_; }

    /// Whether the state moved on under the plan, so that the next view decides anew. Anything else is the answer.
    [[nodiscard]] bool lost(const ledger::CommitResult& result);

    /// It ends for another reason than the ledger's answer, so its reserved turn is free for others. To be said
    /// before that reason is put on the log: others need not wait for that.
    void end();

 private:
    const GiveUp give_up_;
    WorkBudget& work_;
    const Since since_ = std::chrono::steady_clock::now();
    int made_ = 0;
    bool may_have_turn_ = false;  // the ledger may wait for it
};

}  // namespace rookery::messages
