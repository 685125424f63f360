#include "jobs/key_rotation.hpp"

#include "jobs/batched_work.hpp"
#include "jobs/data_key_walk.hpp"
#include "jobs/key_change.hpp"
#include "jobs/key_rotation_cursor.hpp"

#include <deque>
#include <functional>
#include <future>
#include <utility>
#include <vector>

namespace rookery::jobs {
namespace {

using crypto::Purpose;
using storage::DataKeyMark;
using storage::RowRef;

constexpr auto purpose = Purpose::record_kek;

/// Rows of one message: one sync of the disk, and as long as others at most wait for the ledger.
constexpr std::size_t batch_rows = 32;
constexpr std::size_t batch_rows_alone = messages::rewrap_rows_max;
static_assert(batch_rows <= batch_rows_alone);

/// While nobody else calls: one batch is planned while the one before is on its way to the disk.
constexpr std::size_t batches_alone = 2;

// A cursor has room for a census of so many versions.
static_assert(crypto::Keyring::entries_max < cursor_max / 2);

std::string words_of(const KeyCensus& census) {
    std::string out;
    for (const auto& [version, keys] : census) {
        if (!out.empty()) out += ", ";
        out += std::to_string(keys) + " under KEK " + std::to_string(version);
    }
    return out.empty() ? "there are none" : out;
}

class RotationStep {
 public:
    RotationStep(
        messages::Vault& vault, const access::Caller& caller, const messages::JobProgress& at,
        StepBudget& budget
    )
        : vault_(vault),
          budget_(budget),
          work_(vault, caller, at, messages::job_findings_max / 2),
          keys_(vault, caller, purpose, work_.out.log_entries) {}

    Result<JobStep> run() {
        const auto& at = work_.out.progress.cursor;
        if (at.empty()) return choose();
        ROOKERY_TRY(cursor_, parse_key_rotation_cursor(at));
        kept_ = cursor_;
        switch (cursor_.phase) {
            case RotationPhase::activate:
                ROOKERY_CHECK(activate());
                return next(RotationPhase::count);
            case RotationPhase::count:
                return count(RotationPhase::rewrap);
            case RotationPhase::rewrap:
                work_.part = BatchedWork::Part::working;
                return rewrap();
            case RotationPhase::prove:
                work_.part = BatchedWork::Part::proving;
                return count(RotationPhase::prove);
        }
        return fail(Errc::internal, "a phase of no rotation");
    }

 private:
    [[nodiscard]] static std::uint32_t active_kek(const messages::View& view) {
        return view.keys().keyring.active<purpose>().name.version;
    }

    /// Before anything is made: a version that the row names is made once.
    Result<JobStep> choose() {
        ROOKERY_TRY(cursor_.version, keys_.next_version(KeyChange::Unused::welcome));
        return next(RotationPhase::activate);
    }

    Result<void> activate() {
        return keys_.activate(
            cursor_.version,
            crypto::KeyState::decrypt_only,
            {keys_.event(audit::Action::rewrap_start, cursor_.version)}
        );
    }

    /// Every data key by its KEK, as far as the budget goes; from the first phase comes the total.
    Result<JobStep> count(RotationPhase then) {
        const auto view = vault_.view();
        const auto look = [&](const RowRef&, const DataKeyMark& mark) -> Result<bool> {
            ++cursor_.census[mark.kek.version];
            return true;
        };
        ROOKERY_TRY(const auto all, walk(view, look));
        if (!all) return more();
        const auto active = active_kek(view);
        std::uint64_t others = 0;
        for (const auto& [version, keys] : cursor_.census) {
            if (version != active) others += keys;
        }
        if (then == RotationPhase::prove) return finish(others);
        work_.out.progress.total = others;
        cursor_.census.clear();
        return next(then);
    }

    /// A message on its way, and the row behind which everything is done with it and those before it.
    struct Batch {
        std::string key;
        std::future<Result<messages::RewrapReply>> reply;
    };

    Result<JobStep> rewrap() {
        const auto view = vault_.view();
        const auto active = active_kek(view);
        const auto rows_max = budget_.alone() ? batch_rows_alone : batch_rows;
        const auto batches_max = budget_.alone() ? batches_alone : 1;
        const auto send = [&](std::vector<RowRef> rows) -> Result<bool> {
            messages::RewrapKeys message;
            message.rows = std::move(rows);
            batches_.push_back(
                {cursor_.key, work_.ask_beside<messages::RewrapReply>(std::move(message))}
            );
            return hear(batches_max - 1);
        };
        const auto look = [&](const RowRef& ref, const DataKeyMark& mark) -> Result<bool> {
            if (mark.kek.version == active) return !work_.full();
            return work_.take(ref, rows_max, send);
        };
        ROOKERY_TRY(const auto all, walk(view, look));
        ROOKERY_TRY(const auto sent, work_.waits() ? Result<bool>(false) : work_.take_rest(send));
        ROOKERY_TRY(const auto heard, hear(0));
        if (!sent || !heard) return waiting();
        return all ? next(RotationPhase::prove) : more();
    }

    /// Until at most so many are on their way. False: not all are done, for an error that may pass.
    Result<bool> hear(std::size_t left) {
        for (; batches_.size() > left; batches_.pop_front()) {
            auto& batch = batches_.front();
            ROOKERY_TRY(const auto reply, work_.heard(batch.reply.get()));
            if (!reply) continue;
            cursor_.rewrapped += reply->rewrapped;
            kept_.rewrapped = cursor_.rewrapped;
            if (!work_.waits()) kept_.key = batch.key;
            work_.count_done(cursor_.rewrapped);
            for (const auto& row : reply->damaged) {
                work_.find(row, "a data key that cannot be wrapped anew");
            }
        }
        return !work_.waits();
    }

    /// Whether the store was walked to its end. `look` says for each data key whether to go on.
    Result<bool> walk(
        const messages::View& view,
        std::function<Result<bool>(const RowRef&, const DataKeyMark&)> look
    ) {
        return walk_data_keys(
            view,
            cursor_.key,
            budget_,
            {std::move(look),
             [&](const std::optional<RowRef>& row) { return work_.meet_damage(row); }}
        );
    }

    JobStep next(RotationPhase phase) {
        cursor_.phase = phase;
        cursor_.key.clear();
        if (phase != RotationPhase::prove) cursor_.census.clear();
        work_.out.keep = true;
        return more();
    }

    JobStep more() { return work_.more(to_text(cursor_)); }

    JobStep waiting() { return work_.later(to_text(kept_)); }

    Result<JobStep> finish(std::uint64_t remaining) {
        messages::RewrapKeys message;
        message.end = {cursor_.rewrapped, remaining};
        ROOKERY_TRY(const auto said, work_.ask<messages::RewrapReply>(std::move(message)));
        // What came since the last record is then counted once more.
        if (!said) return waiting();
        const auto census = words_of(cursor_.census);
        const bool proven = remaining == 0 && work_.out.progress.findings == 0;
        work_.out.end = proven ? StepEnd::succeeded : StepEnd::failed;
        work_.out.message =
            proven ? "Every data key is under the active KEK: " + census + "."
                   : "Not every data key is known to be under the active KEK: " + census +
                         ". The findings on the log say what is damaged; mend it, and start again.";
        return more();
    }

    messages::Vault& vault_;
    StepBudget& budget_;
    BatchedWork work_;
    KeyChange keys_;
    KeyRotationCursor cursor_;
    KeyRotationCursor kept_;  // up to which everything is done
    std::deque<Batch> batches_;
};

}  // namespace

Result<JobStep> KeyRotation::step(
    const messages::Vault&, const messages::JobProgress& at, StepBudget& budget
) {
    return RotationStep(vault_, caller_, at, budget).run();
}

}  // namespace rookery::jobs
