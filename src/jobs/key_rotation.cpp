#include "jobs/key_rotation.hpp"

#include "jobs/data_key_walk.hpp"
#include "jobs/key_change.hpp"
#include "jobs/key_rotation_cursor.hpp"
#include "jobs/may_pass.hpp"
#include "messages/message.hpp"
#include "pipeline/reply.hpp"
#include "vault/store_report.hpp"

#include <algorithm>
#include <utility>

namespace rookery::jobs {
namespace {

using namespace std::chrono_literals;
using crypto::Purpose;
using storage::DataKeyMark;
using storage::RowRef;

constexpr auto purpose = Purpose::record_kek;

/// Rows of one message: one sync of the disk, and as long as others at most wait for the ledger.
constexpr std::size_t batch_rows = 128;
static_assert(batch_rows <= messages::rewrap_rows_max);

constexpr auto rotate_again_after = 1s;

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
        : vault_(vault), caller_(caller), budget_(budget) {
        out_.progress = at;
    }

    Result<JobStep> run() {
        if (out_.progress.cursor.empty()) return choose();
        ROOKERY_TRY(cursor_, parse_key_rotation_cursor(out_.progress.cursor));
        kept_ = cursor_;
        switch (cursor_.phase) {
            case RotationPhase::activate:
                ROOKERY_CHECK(activate());
                return next(RotationPhase::count);
            case RotationPhase::count:
                return count(RotationPhase::rewrap);
            case RotationPhase::rewrap:
                return rewrap();
            case RotationPhase::prove:
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
        out_.progress.total = others;
        cursor_.census.clear();
        return next(then);
    }

    Result<JobStep> rewrap() {
        const auto view = vault_.view();
        const auto active = active_kek(view);
        const auto look = [&](const RowRef& ref, const DataKeyMark& mark) -> Result<bool> {
            if (mark.kek.version != active) rows_.push_back(ref);
            if (rows_.size() < batch_rows) return !full();
            ROOKERY_TRY(const auto sent, send());
            return sent && !full();
        };
        ROOKERY_TRY(const auto all, walk(view, look));
        if (waits_) return waiting();
        if (!rows_.empty()) {
            ROOKERY_TRY(const auto sent, send());
            if (!sent) return waiting();
        }
        return all ? next(RotationPhase::prove) : more();
    }

    /// Whether the rows at hand are done; when not, the error that may pass is kept.
    Result<bool> send() {
        messages::RewrapKeys message;
        message.rows = std::exchange(rows_, {});
        ROOKERY_TRY(const auto reply, ask(std::move(message)));
        if (!reply) return false;
        cursor_.rewrapped += reply->rewrapped;
        out_.progress.done = cursor_.rewrapped;
        out_.progress.total = std::max(out_.progress.total, out_.progress.done);
        for (const auto& row : reply->damaged) find(row, "a data key that cannot be wrapped anew");
        kept_ = cursor_;
        return true;
    }

    /// Nothing for an error that may pass.
    Result<std::optional<messages::RewrapReply>> ask(messages::RewrapKeys message) {
        ++out_.log_entries;
        auto receipt = vault_.run(caller_, messages::Message{std::move(message)});
        auto reply = receipt ? messages::take_reply_as<messages::RewrapReply>(std::move(*receipt))
                             : Result<messages::RewrapReply>(fail(receipt.error()));
        if (reply) return std::optional{std::move(*reply)};
        if (!may_pass(reply.error().code)) return fail(reply.error());
        waits_ = reply.error();
        return std::optional<messages::RewrapReply>{};
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
             [&](const std::optional<RowRef>& row) {
                 if (row) {
                     find(*row, "a row that is not as it was written");
                 } else {
                     add_finding("store, rows", "a part that cannot be read", std::nullopt);
                 }
                 return !full();
             }}
        );
    }

    void find(const RowRef& row, std::string what) {
        add_finding(messages::place_of(row), std::move(what), row);
    }

    void add_finding(std::string place, std::string what, std::optional<RowRef> row) {
        // Told once: by the phase in the middle, or by the last one if it is news.
        const bool last = cursor_.phase == RotationPhase::prove && out_.progress.findings == 0;
        if (cursor_.phase != RotationPhase::rewrap && !last) return;
        ++out_.progress.findings;
        if (out_.found.size() == messages::job_findings_max) return;
        out_.found.push_back({audit::FindingKind::damaged, std::move(place), std::move(what), row});
    }

    [[nodiscard]] bool full() const { return out_.found.size() >= messages::job_findings_max / 2; }

    JobStep next(RotationPhase phase) {
        cursor_.phase = phase;
        cursor_.key.clear();
        if (phase != RotationPhase::prove) cursor_.census.clear();
        out_.keep = true;
        return more();
    }

    JobStep more() {
        out_.progress.cursor = to_text(cursor_);
        if (out_.progress.findings > rotation_findings_max) {
            out_.end = StepEnd::failed;
            out_.message = "Too much of the store is damaged. Run the scrub, mend it, start again.";
        }
        return std::move(out_);
    }

    JobStep waiting() {
        cursor_ = kept_;
        out_.end = StepEnd::waits;
        out_.wait = rotate_again_after;
        out_.progress.wait_reason = waits_->message;
        return more();
    }

    Result<JobStep> finish(std::uint64_t remaining) {
        messages::RewrapKeys message;
        message.end = {cursor_.rewrapped, remaining};
        ROOKERY_TRY(const auto said, ask(std::move(message)));
        if (!said) {
            // Counted already: the next step only says so.
            return waiting();
        }
        const auto census = words_of(cursor_.census);
        const bool proven = remaining == 0 && out_.progress.findings == 0;
        out_.end = proven ? StepEnd::succeeded : StepEnd::failed;
        out_.message =
            proven ? "Every data key is under the active KEK: " + census + "."
                   : "Not every data key is known to be under the active KEK: " + census +
                         ". The findings on the log say what is damaged; mend it, and start again.";
        return more();
    }

    messages::Vault& vault_;
    const access::Caller& caller_;
    StepBudget& budget_;
    JobStep out_;
    KeyChange keys_{vault_, caller_, purpose, out_.log_entries};
    KeyRotationCursor cursor_;
    KeyRotationCursor kept_;  // up to which everything is done
    std::vector<RowRef> rows_;
    std::optional<Error> waits_;
};

}  // namespace

Result<JobStep> KeyRotation::step(
    const messages::Vault&, const messages::JobProgress& at, StepBudget& budget
) {
    return RotationStep(vault_, caller_, at, budget).run();
}

}  // namespace rookery::jobs
