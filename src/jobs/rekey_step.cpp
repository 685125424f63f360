#include "jobs/rekey_step.hpp"

#include "jobs/may_pass.hpp"
#include "pipeline/reply.hpp"
#include "vault/store_report.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace rookery::jobs {
namespace {

using messages::RekeyPhase;
using storage::RowRef;

constexpr std::chrono::seconds rekey_again_after{1};

class RekeyStep {
 public:
    RekeyStep(
        messages::Vault& vault, const access::Caller& caller, const messages::JobProgress& at,
        StepBudget& budget, messages::RekeyCursor& cursor, RekeyKind& kind
    )
        : vault_(vault), caller_(caller), budget_(budget), cursor_(cursor), kind_(kind) {
        out_.progress = at;
        kept_ = cursor_;
    }

    Result<JobStep> run() {
        switch (cursor_.phase) {
            case RekeyPhase::choose: {
                // In the row before anything is made: a version that it names is made once.
                ROOKERY_TRY(cursor_.version, kind_.choose());
                return next(RekeyPhase::renew);
            }
            case RekeyPhase::renew:
                return renew();
            case RekeyPhase::count:
            case RekeyPhase::prove:
                return count();
            case RekeyPhase::rekey:
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
        out_.progress.total = cursor_.remaining;
        return next(RekeyPhase::rekey);
    }

    Result<JobStep> rekey() {
        const auto view = vault_.view();
        ROOKERY_TRY(const auto all, walk(view, [&](const RowRef& row) -> Result<bool> {
                        rows_.push_back(row);
                        if (rows_.size() < messages::rekey_rows_max) return !full();
                        ROOKERY_TRY(const auto sent, send());
                        return sent && !full();
                    }));
        if (waits_) return waiting();
        if (!rows_.empty()) {
            ROOKERY_TRY(const auto sent, send());
            if (!sent) return waiting();
        }
        return all ? next(RekeyPhase::prove) : more();
    }

    /// Whether the rows at hand are done; when not, the error that may pass is kept.
    Result<bool> send() {
        messages::RekeyBatch batch;
        batch.rows = std::exchange(rows_, {});
        ROOKERY_TRY(const auto reply, ask(std::move(batch)));
        if (!reply) return false;
        cursor_.rekeyed += reply->rekeyed;
        out_.progress.done = cursor_.rekeyed;
        out_.progress.total = std::max(out_.progress.total, out_.progress.done);
        for (const auto& row : reply->damaged) find(row, "a row that cannot be re-keyed");
        kept_ = cursor_;
        return true;
    }

    /// Nothing for an error that may pass.
    Result<std::optional<messages::RekeyReply>> ask(messages::RekeyBatch batch) {
        ++out_.log_entries;
        auto receipt = vault_.run(caller_, kind_.message(std::move(batch)));
        auto reply = receipt ? messages::take_reply_as<messages::RekeyReply>(std::move(*receipt))
                             : Result<messages::RekeyReply>(fail(receipt.error()));
        if (reply) return std::optional{std::move(*reply)};
        if (!may_pass(reply.error().code)) return fail(reply.error());
        waits_ = reply.error();
        return std::optional<messages::RekeyReply>{};
    }

    Result<bool> walk(const messages::View& view, std::function<Result<bool>(const RowRef&)> look) {
        const auto damaged = [&](const std::optional<RowRef>& row) {
            if (row) {
                find(*row, "a row that is not as it was written");
            } else {
                add_finding("store, rows", "a part that cannot be read", std::nullopt);
            }
            return !full();
        };
        return kind_.walk(view, cursor_.key, budget_, {std::move(look), damaged});
    }

    void find(const RowRef& row, std::string what) {
        add_finding(messages::place_of(row), std::move(what), row);
    }

    void add_finding(std::string place, std::string what, std::optional<RowRef> row) {
        // Told once: by the phase in the middle, or by the last one if it is news.
        const bool last = cursor_.phase == RekeyPhase::prove && out_.progress.findings == 0;
        if (cursor_.phase != RekeyPhase::rekey && !last) return;
        ++out_.progress.findings;
        if (out_.found.size() == messages::job_findings_max) return;
        out_.found.push_back({audit::FindingKind::damaged, std::move(place), std::move(what), row});
    }

    /// Of findings: a message more has room for as many as it has rows.
    [[nodiscard]] bool full() const { return !out_.found.empty(); }

    JobStep next(RekeyPhase phase) {
        cursor_.phase = phase;
        cursor_.key.clear();
        cursor_.remaining = 0;
        out_.keep = true;
        return more();
    }

    JobStep more() {
        out_.progress.cursor = to_text(cursor_);
        if (out_.progress.findings > rekey_findings_max) {
            out_.end = StepEnd::failed;
            out_.message = "Too much of the store is damaged. Run the scrub, mend it, start again.";
        }
        return std::move(out_);
    }

    JobStep waiting() {
        cursor_ = kept_;
        out_.end = StepEnd::waits;
        out_.wait = rekey_again_after;
        out_.progress.wait_reason = waits_->message;
        return more();
    }

    Result<JobStep> finish() {
        const auto remaining = cursor_.remaining;
        messages::RekeyBatch end;
        end.end = {cursor_.rekeyed, remaining};
        ROOKERY_TRY(const auto said, ask(std::move(end)));
        if (!said) return waiting();
        const bool proven = remaining == 0 && out_.progress.findings == 0;
        out_.end = proven ? StepEnd::succeeded : StepEnd::failed;
        out_.message =
            proven ? kind_.succeeded(cursor_.rekeyed)
                   : kind_.failed(remaining) +
                         " The findings on the log say what is damaged; mend it, and start again.";
        return more();
    }

    messages::Vault& vault_;
    const access::Caller& caller_;
    StepBudget& budget_;
    JobStep out_;
    messages::RekeyCursor& cursor_;
    messages::RekeyCursor kept_;  // up to which everything is done
    RekeyKind& kind_;
    std::vector<RowRef> rows_;
    std::optional<Error> waits_;
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
