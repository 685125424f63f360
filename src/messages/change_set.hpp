// ChangeSet: messages of one sender that are done together or not at all (dataverse: a change set of a $batch). Each goes
// its own way (carry_out.hpp): it is decided by its own needs, on the state that those before it leave, and has its own
// entries. Together they are one Pending.
//
// One thread at a time. Whoever lost a race makes a new one of the same messages.
#pragma once

#include "ledger/change_set.hpp"
#include "messages/pipeline.hpp"

#include <memory>
#include <optional>

namespace rookery::messages {

/// Whether it does nothing but change rows. What is carried out after its entry (acts on the slots, sealing), what wakes
/// somebody and what only shows something cannot stand in a set.
[[nodiscard]] bool may_stand_in_change_set(const Message& message);

class ChangeSet {
 public:
    /// `pipeline` outlives it.
    ChangeSet(const Pipeline& pipeline, const View& before);

    /// The state that the next one is planned on.
    [[nodiscard]] const View& view() const { return view_; }

    /// Nothing: it is part of the set. Otherwise why the whole set is refused: as the message is outside, and
    /// Errc::unsupported for one that cannot stand in a set, too_many_rows for more than rows_changed_max.
    [[nodiscard]] std::optional<Refused> add(
        const access::Caller& caller, const Message& message, const RequestInfo& info,
        WorkBudget& work
    );

    /// None of it is done, for this reason: with what was looked at for those that were added.
    [[nodiscard]] Refused refuse(Refused why) &&;

    /// With a reply for each (Receipt::parts). Precondition: something was added.
    [[nodiscard]] ledger::Pending join() && { return std::move(set_).join(); }

 private:
    [[nodiscard]] View view_of_state(Instant now) const {
        return {set_.state(), now, std::make_shared<RecentRows>()};
    }

    const Pipeline& pipeline_;
    ledger::ChangeSet set_;
    View view_;
};

}  // namespace rookery::messages
