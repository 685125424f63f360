// PlanBuilder: builds what one request will do if the ledger takes it: what it read, what it writes, what it says
// on the log and what it answers.
#pragma once

#include "access/caller.hpp"
#include "access/decide.hpp"
#include "access/plaintext_gain.hpp"
#include "audit/event.hpp"
#include "ledger/change_set.hpp"
#include "ledger/pending.hpp"
#include "pipeline/draft.hpp"
#include "pipeline/input.hpp"
#include "pipeline/message_facts.hpp"
#include "pipeline/reading.hpp"
#include "pipeline/refused.hpp"
#include "pipeline/reply.hpp"
#include "pipeline/services.hpp"
#include "pipeline/shares_relied_on.hpp"
#include "pipeline/view.hpp"
#include "pipeline/work_budget.hpp"
#include "storage/row_codec.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rookery::messages {

/// A step that was allowed, for who asks what would be decided (rky_ExplainAccess).
struct JudgedStep {
    const schema::Table* table = nullptr;
    Uuid id;
    access::Decision decision;
};

/// Rows of a table that were looked at to decide whether a message is done, and how often.
struct Look {
    audit::Event event;
    std::uint64_t times = 0;
};

class PlanBuilder {
 public:
    PlanBuilder(
        const Services& services, const View& view, const access::Caller& caller,
        const MessageFacts& message, const RequestInfo& info, WorkBudget& work
    );

    const Services& services;
    const View& view;
    const crypto::KeySet& keys;  // the view's
    const access::Caller& caller;
    const MessageFacts& message;
    const RequestInfo& info;
    WorkBudget& work;
    const Instant now;
    Reading reading;

    [[nodiscard]] const access::Facts& facts() const { return view.facts(); }

    /// Of the rows that it writes.
    [[nodiscard]] Authorship author() const {
        return {caller.user, caller.delegate, now, caller.credential};
    }

    [[nodiscard]] access::Decision decide(const access::Needs& needs) const {
        return access::decide(caller, needs, facts());
    }

    /// Keeps what was allowed last, and for a witness all of it.
    void note_judged(const schema::Table* table, const Uuid& id, const access::Decision& decision) {
        rely_on(decision);
        last_judged_ = {table, id};
        if (witness_ != nullptr) witness_->push_back({table, id, decision});
    }

    /// What an entry says of a request that was refused, besides the row: whom it was to be given, and the like.
    void name_in_refusal(std::pair<std::string, audit::ExtraValue> extra) {
        named_in_refusal_.push_back(std::move(extra));
    }

    // The plan is stale once a share by which this was allowed gives it no more. Also said of what is only read, as `work`
    // is spent by it.
    void rely_on(const access::Decision& decision) const { shares_relied_on_.add(decision, view); }

    /// Of these rows.
    void rely_on(const access::Scope& scope) const { shares_relied_on_.add(scope, view); }

    /// Which ones there are, and which there are not.
    void rely_on_all_shares() const { shares_relied_on_.add_all(); }

    /// `witness` outlives this.
    void tell(std::vector<JudgedStep>& witness) { witness_ = &witness; }

    /// The row that the last step that was allowed is about.
    [[nodiscard]] const Named& last_judged() const { return last_judged_; }

    /// Plans a row as it will be; `before` is null for a new one. Gives the write's index, by which
    /// a reply refers to its versionnumber.
    std::size_t write(const storage::Row* before, const storage::Row& after);
    /// Plans the end of a row: a tombstone, or for an intersect row nothing at all.
    /// Index of the write.
    std::size_t remove(const storage::Row& before);

    /// Plans that a row is kept as the deletion says: there is a tombstone of it for everybody. Index of the write.
    std::size_t keep(const storage::Row& before, storage::Deletion deletion);
    /// Plans that it is there again as `after`. `in_versions`: columns of which a version comes back with it, so that whoever
    /// reads the record reads those again too. Index of the write.
    std::size_t bring_back(
        const storage::KeptRow& kept, const storage::Row& after,
        std::span<const schema::Column* const> in_versions
    );
    /// Plans that nothing is left of it but a tombstone. Index of the write.
    std::size_t end(const storage::KeptRow& kept);

    /// Plans a row whose data key is wrapped anew: no version of it moves, and no client sees a change.
    void rewrap(const storage::Row& before, storage::EncodedRow after);

    /// Plans a row of which no client sees a change, but another row version and another tag: it keeps its versionnumber,
    /// its index entries and what it says of access. `before`: as it is stored. Errc::integrity for no value.
    [[nodiscard]] Result<void> rekey(
        const storage::RowRef& row, std::string_view before, storage::EncodedRow after
    );

    /// Of what was planned: the records whose owner, unit or state changes, with the columns that had a token before.
    /// What older versions keep is not among them (kept_values.hpp).
    [[nodiscard]] std::vector<access::RecordChange> take_record_changes() {
        return std::move(records_);
    }

    /// Plans what becomes of an outbox entry.
    void change_outbox(const ledger::OutboxChange& change) {
        plan_.outbox_changes.push_back(change);
    }

    /// The worker is woken once the request is on the record; without a sync nothing is.
    void wake_sync();
    /// Whoever holds the vault is asked to seal it once the request is on the record.
    void seal_afterwards();

    /// An event of this request with everything filled in that every event has.
    [[nodiscard]] audit::Event event(audit::Action action, audit::Outcome outcome) const;
    /// Says which row an event is about, and by a mark what it was called.
    void about(audit::Event& event, const storage::Row& row) const;
    /// Row versions and tag of a planned write: every event of a change has them, so that the log tells
    /// which row is the newest. `before`: null for a new row.
    void note_versions(audit::Event& event, const storage::Row* before, std::size_t write) const;
    void record(const audit::Event& event);

    /// What it looks at in a table. That is on the log once, also when the message is refused: either answer tells of it.
    [[nodiscard]] Look& look_in(schema::TableId table) { return (*looks_)[table]; }

    /// Of a part of a message: what it looks at is said with the whole.
    void look_with(const PlanBuilder& whole) {
        looks_ = whole.looks_;
        says_looks_ = false;
    }

    [[nodiscard]] const ledger::Plan& plan() const { return plan_; }

    /// What was planned of this message part by part, each judged by its own effect. Nothing may be planned on the view
    /// itself besides.
    void do_parts(ledger::ChangeSet parts) { parts_.emplace(std::move(parts)); }

    // The ends of planning.
    [[nodiscard]] ledger::Pending success(MessageReply::Body body) &&;
    /// Drops everything planned and says why instead.
    [[nodiscard]] Refused failure(Error error) &&;
    /// The same about this row, which the message may name in another way than by its id.
    [[nodiscard]] Refused failure(Error error, const Named& about) &&;
    /// By a decision, or by what else stood in the way.
    [[nodiscard]] Refused stopped(Stopped stopped) &&;

    /// What decided, for an event.
    [[nodiscard]] audit::Rule rule_of(const access::Decision& decision) const;

 private:
    using Looks = std::map<schema::TableId, Look>;

    [[nodiscard]] Refused refuse(
        const access::Decision& decision, Error error, const Named& about
    ) &&;
    [[nodiscard]] Refused finish(Error error, audit::Event event) &&;
    void rely_on_what_was_read(ledger::Plan& plan);
    void say_looks(ledger::Plan& plan) const;
    /// Nothing: it looked at nothing.
    [[nodiscard]] std::optional<ledger::Plan> looked();

    void note_record_change(const storage::Row& before, const storage::Row& after);
    void note_record_back(
        const storage::Row& after, std::span<const schema::Column* const> in_versions
    );

    ledger::Plan plan_;
    std::optional<ledger::ChangeSet> parts_;
    std::vector<access::RecordChange> records_;
    Named last_judged_;
    std::vector<JudgedStep>* witness_ = nullptr;
    std::vector<std::pair<std::string, audit::ExtraValue>> named_in_refusal_;
    mutable SharesReliedOn shares_relied_on_;
    std::shared_ptr<Looks> looks_ = std::make_shared<Looks>();
    bool says_looks_ = true;
};

}  // namespace rookery::messages
