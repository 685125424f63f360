// Planning: one call of Pipeline::plan. Collects what the request reads, writes and says.
#pragma once

#include "access/caller.hpp"
#include "access/decide.hpp"
#include "access/plaintext_gain.hpp"
#include "audit/event.hpp"
#include "ledger/pending.hpp"
#include "messages/message.hpp"
#include "messages/parts.hpp"
#include "messages/reading.hpp"
#include "messages/refused.hpp"
#include "messages/reply.hpp"
#include "messages/view.hpp"
#include "messages/work.hpp"

namespace rookery::messages {

/// More rows than this in one request are refused: the batch must stay small.
inline constexpr std::size_t rows_changed_max = 1000;

struct Step;

class Planning {
 public:
    Planning(
        const Vault::Parts& parts, const View& view, const access::Caller& caller,
        const Message& message, const RequestInfo& info, Work& work
    );

    const Vault::Parts& parts;
    const View& view;
    const access::Caller& caller;
    const Message& message;
    const RequestInfo& info;
    Work& work;
    const Instant now;
    Reading reading;

    [[nodiscard]] const access::Facts& facts() const { return view.facts(); }

    /// Plans a row as it will be; `before` is null for a new one. Gives the write's index, by which
    /// a reply refers to its versionnumber.
    std::size_t write(const storage::Row* before, const storage::Row& after);
    /// Plans the end of a row: a tombstone, or for an intersect row nothing at all.
    /// Index of the write.
    std::size_t remove(const storage::Row& before);

    /// Of what was planned: the records whose owner, unit or state changes while they keep a token.
    [[nodiscard]] std::vector<access::RecordChange> take_record_changes() {
        return std::move(records_);
    }

    /// Plans what becomes of an outbox entry.
    void settle(const ledger::OutboxSettlement& settlement) {
        plan_.settlements.push_back(settlement);
    }

    /// The worker is woken once the request is on the record; without a sync nothing is.
    void wake_sync();

    /// An event of this request with everything filled in that every event has.
    [[nodiscard]] audit::Event event(audit::Action action, audit::Outcome outcome) const;
    /// Says which row an event is about, and by a mark what it was called.
    void about(audit::Event& event, const storage::Row& row) const;
    /// Row versions and tag of a planned write: every event of a change has them, so that the log tells
    /// which row is the newest. `before`: null for a new row.
    void note_versions(audit::Event& event, const storage::Row* before, std::size_t write) const;
    void record(const audit::Event& event);

    [[nodiscard]] const ledger::Plan& plan() const { return plan_; }

    // The three ends of planning.
    [[nodiscard]] ledger::Pending success(MessageReply::Body body) &&;
    /// Drops everything planned and says why instead.
    [[nodiscard]] Refused failure(Error error) &&;
    /// The same about this row, which the message may name in another way than by its id.
    [[nodiscard]] Refused failure(Error error, const schema::Table* table, const Uuid& record) &&;
    [[nodiscard]] Refused refusal(const access::Decision& decision) &&;
    [[nodiscard]] Refused refusal(const access::Decision& decision, const Step& step) &&;
    /// Of what the message names, in other words than the decision's.
    [[nodiscard]] Refused refusal(const access::Decision& decision, Error error) &&;

    /// What decided, for an event.
    [[nodiscard]] audit::Rule rule_of(const access::Decision& decision) const;

 private:
    [[nodiscard]] Refused refuse(
        const access::Decision& decision, Error error, const schema::Table* table,
        std::optional<Uuid> record
    ) &&;
    [[nodiscard]] Refused finish(Error error, audit::Event event) &&;

    void note_record_change(const storage::Row& before, const storage::Row& after);

    ledger::Plan plan_;
    std::vector<access::RecordChange> records_;
};

}  // namespace rookery::messages
