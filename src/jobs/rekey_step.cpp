#include "jobs/rekey_step.hpp"

#include "jobs/batched_work.hpp"

#include <utility>
#include <vector>

namespace rookery::jobs {
namespace {

using messages::RekeyPhase;
using storage::RowRef;

class RekeyStep {
 public:
    RekeyStep(
        messages::Vault& vault, const access::Caller& caller, const messages::JobProgress& at,
        StepBudget& budget, messages::RekeyCursor& cursor, RekeyKind& kind
    )
        : vault_(vault),
          budget_(budget),
          work_(vault, caller, at, 1),  // a message more has findings for as many rows as it has
          cursor_(cursor),
          kept_(cursor),
          kind_(kind) {}

    Result<JobStep> run() {
        switch (cursor_.phase) {
            case RekeyPhase::choose: {
                // In the row before anything is made: a version that it names is made once.
                ROOKERY_TRY(cursor_.version, kind_.choose());
                return next(RekeyPhase::renew);
            }
            case RekeyPhase::renew:
                return renew();
            case RekeyPhase::prove:
                work_.part = BatchedWork::Part::proving;
                return count();
            case RekeyPhase::count:
                return count();
            case RekeyPhase::rekey:
                work_.part = BatchedWork::Part::working;
                return rekey();
        }
        return fail(Errc::internal, "a phase of no re-key");
    }

 private:
    Result<JobStep> renew() {
        ROOKERY_CHECK(kind_.renew());
        messages::RekeyBatch begin;
        begin.begins = true;
        ROOKERY_TRY(const auto said, ask(std::move(begin)));
        return said ? next(RekeyPhase::count) : waiting();
    }

    /// As far as the budget goes; from the first time comes the total.
    Result<JobStep> count() {
        const auto view = vault_.view();
        ROOKERY_TRY(const auto all, walk(view, [&](const RowRef&) -> Result<bool> {
                        ++cursor_.remaining;
                        return true;
                    }));
        if (!all) return more();
        if (cursor_.phase == RekeyPhase::prove) return finish();
        work_.out.progress.total = cursor_.remaining;
        return next(RekeyPhase::rekey);
    }

    Result<JobStep> rekey() {
        const auto view = vault_.view();
        const auto send = [&](std::vector<RowRef> rows) { return this->send(std::move(rows)); };
        ROOKERY_TRY(const auto all, walk(view, [&](const RowRef& row) -> Result<bool> {
                        return work_.take(row, messages::rekey_rows_max, send);
                    }));
        if (work_.waits()) return waiting();
        ROOKERY_TRY(const auto sent, work_.take_rest(send));
        if (!sent) return waiting();
        return all ? next(RekeyPhase::prove) : more();
    }

    /// Whether these rows are done; when not, for an error that may pass.
    Result<bool> send(std::vector<RowRef> rows) {
        messages::RekeyBatch batch;
        batch.rows = std::move(rows);
        ROOKERY_TRY(const auto reply, ask(std::move(batch)));
        if (!reply) return false;
        cursor_.rekeyed += reply->rekeyed;
        work_.count_done(cursor_.rekeyed);
        for (const auto& row : reply->damaged) work_.find(row, "a row that cannot be re-keyed");
        kept_ = cursor_;
        return true;
    }

    /// Nothing for an error that may pass.
    Result<std::optional<messages::RekeyReply>> ask(messages::RekeyBatch batch) {
        return work_.ask<messages::RekeyReply>(kind_.message(std::move(batch)));
    }

    Result<bool> walk(const messages::View& view, std::function<Result<bool>(const RowRef&)> look) {
        const auto damaged = [&](const std::optional<RowRef>& row) {
            return work_.meet_damage(row);
        };
        return kind_.walk(view, cursor_.key, budget_, {std::move(look), damaged});
    }

    JobStep next(RekeyPhase phase) {
        cursor_.phase = phase;
        cursor_.key.clear();
        cursor_.remaining = 0;
        work_.out.keep = true;
        return more();
    }

    JobStep more() { return work_.more(to_text(cursor_)); }

    JobStep waiting() {
        cursor_ = kept_;
        return work_.later(to_text(cursor_));
    }

    Result<JobStep> finish() {
        const auto remaining = cursor_.remaining;
        messages::RekeyBatch end;
        end.end = {cursor_.rekeyed, remaining};
        ROOKERY_TRY(const auto said, ask(std::move(end)));
        if (!said) return waiting();
        const bool proven = remaining == 0 && work_.out.progress.findings == 0;
        work_.out.end = proven ? StepEnd::succeeded : StepEnd::failed;
        work_.out.message =
            proven ? kind_.succeeded(cursor_.rekeyed)
                   : kind_.failed(remaining) +
                         " The findings on the log say what is damaged; mend it, and start again.";
        return more();
    }

    messages::Vault& vault_;
    StepBudget& budget_;
    BatchedWork work_;
    messages::RekeyCursor& cursor_;
    messages::RekeyCursor kept_;  // up to which everything is done
    RekeyKind& kind_;
};

}  // namespace

Result<JobStep> rekey_step(
    messages::Vault& vault, const access::Caller& caller, const messages::JobProgress& at,
    StepBudget& budget, messages::RekeyCursor& cursor, std::uint64_t& log_entries, RekeyKind& kind
) {
    ROOKERY_TRY(auto step, RekeyStep(vault, caller, at, budget, cursor, kind).run());
    step.log_entries += log_entries;
    return step;
}

}  // namespace rookery::jobs
