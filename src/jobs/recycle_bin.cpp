#include "jobs/recycle_bin.hpp"

#include "base/cursor_words.hpp"
#include "jobs/forgetting.hpp"
#include "jobs/may_pass.hpp"
#include "jobs/row_walk.hpp"
#include "messages/message.hpp"
#include "pipeline/bin_rules.hpp"
#include "pipeline/reply.hpp"
#include "storage/index_key.hpp"
#include "storage/row_key.hpp"
#include "vault/store_report.hpp"
#include "vault/vault_parts.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace rookery::jobs {
namespace {

using namespace std::chrono_literals;
using storage::Forgetting;
using storage::RowRef;

constexpr auto end_again_after = 1s;
/// More than this and it is the store that needs looking after.
constexpr std::uint64_t bin_findings_max = 1000;

enum class BinPhase : std::uint8_t { look, end, forget };

constexpr std::string_view bin_phases[] = {"look", "end", "forget"};

struct BinCursor {
    BinPhase phase = BinPhase::look;
    std::uint64_t ended = 0;
    std::uint64_t mark = 0;
    std::vector<const schema::Table*> tables;
    std::string key;
};

std::string to_text(const BinCursor& cursor) {
    std::string tables;
    for (const auto* table : cursor.tables) {
        if (!tables.empty()) tables += '+';
        tables += std::to_string(table->id);
    }
    return std::string(bin_phases[static_cast<std::size_t>(cursor.phase)]) + " " +
           std::to_string(cursor.ended) + " " + std::to_string(cursor.mark) + " " +
           (tables.empty() ? "-" : tables) + " " + key_word(cursor.key);
}

const schema::Table* table_of_word(std::string_view word) {
    const auto id = number_of(word);
    const bool fits = id && *id <= std::numeric_limits<schema::TableId>::max();
    const auto* table = fits ? schema::table(static_cast<schema::TableId>(*id)) : nullptr;
    return table == nullptr || table->bin == schema::Bin::none ? nullptr : table;
}

Result<BinCursor> parse_bin_cursor(std::string_view text) {
    BinCursor out;
    if (text.empty()) return out;
    const auto words = split(text, ' ');
    if (words.size() != 5) return bad_cursor();
    const auto phase = std::ranges::find(bin_phases, words[0]);
    const auto ended = number_of(words[1]);
    const auto mark = number_of(words[2]);
    const auto key = key_of(words[4]);
    if (phase == std::end(bin_phases) || !ended || !mark || !key) return bad_cursor();
    out.phase = static_cast<BinPhase>(phase - std::begin(bin_phases));
    out.ended = *ended;
    out.mark = *mark;
    out.key = *key;
    if (words[3] == "-") return out;
    for (const auto word : split(words[3], '+')) {
        const auto* table = table_of_word(word);
        if (table == nullptr) return bad_cursor();
        out.tables.push_back(table);
    }
    return out;
}

/// In the order of their index.
std::vector<const schema::Table*> tables_with_bin() {
    auto out = stored_tables(false);
    std::erase_if(out, [](const schema::Table* table) { return table->bin == schema::Bin::none; });
    return out;
}

class RecycleBinStep {
 public:
    RecycleBinStep(
        messages::Vault& vault, const access::Caller& caller, const messages::JobProgress& at,
        StepBudget& budget, std::optional<Forgetting>& forgetting
    )
        : vault_(vault), caller_(caller), budget_(budget), forgetting_(forgetting) {
        out_.progress = at;
    }

    Result<JobStep> run() {
        ROOKERY_TRY(cursor_, parse_bin_cursor(out_.progress.cursor));
        switch (cursor_.phase) {
            case BinPhase::look:
                return look();
            case BinPhase::end:
                return end();
            case BinPhase::forget:
                return forget();
        }
        return fail(Errc::internal, "a phase of no job");
    }

 private:
    /// Nothing is written before it is known which tables it is about.
    Result<JobStep> look() {
        static const auto tables = tables_with_bin();
        const auto note = [&](const schema::Table& table, const Uuid&) {
            ++out_.progress.total;
            auto& noted = cursor_.tables;
            if (noted.empty() || noted.back() != &table) noted.push_back(&table);
            return true;
        };
        ROOKERY_TRY(const bool all, walk(tables, note));
        if (!all) return more();
        if (cursor_.tables.empty()) return finish();
        cursor_.phase = BinPhase::end;
        out_.keep = true;  // what ends from now on is forgotten afterwards, whatever happens
        return more();
    }

    /// One message a step, so that one that has to wait begins where the step began.
    Result<JobStep> end() {
        messages::EndDeletedRecords message;
        const auto take = [&](const schema::Table& table, const Uuid& id) {
            message.rows.push_back({table.id, id});
            return message.rows.size() < messages::end_deleted_max;
        };
        ROOKERY_TRY(const bool all, walk(cursor_.tables, take));
        if (!message.rows.empty()) {
            ++out_.log_entries;
            auto receipt = vault_.run(caller_, messages::Message{std::move(message)});
            auto reply =
                receipt ? messages::take_reply_as<messages::EndDeletedReply>(std::move(*receipt))
                        : Result<messages::EndDeletedReply>(fail(receipt.error()));
            if (!reply && may_pass(reply.error().code)) return waiting(reply.error().message);
            if (!reply) return fail(reply.error());
            cursor_.ended += reply->ended;
            out_.log_entries += reply->ended;
            out_.progress.done = cursor_.ended;
            out_.progress.total = std::max(out_.progress.total, cursor_.ended);
        }
        if (!all) return more();
        cursor_.phase = BinPhase::forget;
        cursor_.mark = storage::mark_of(*vault_.parts().store);
        out_.keep = true;  // which also lets the state go that was there before
        return more();
    }

    Result<JobStep> forget() {
        if (!forgetting_) forgetting_ = forgetting_of(cursor_.tables, cursor_.mark);
        ROOKERY_TRY(const auto state, forgetting_->step(*vault_.parts().store));
        switch (state) {
            case Forgetting::State::more:
                return more();
            case Forgetting::State::waits:
                return waiting(std::string(still_read));
            case Forgetting::State::done:
                break;
        }
        forgetting_.reset();
        return finish();
    }

    /// Every row in the bin of these tables whose time is over, behind the key, while `over` goes on and as far as the budget
    /// goes. Whether that was all; then it begins anew.
    template <class Over>
    Result<bool> walk(const std::vector<const schema::Table*>& tables, Over over) {
        const auto view = vault_.view();
        const auto& rules = vault_.parts().services.bin;
        const auto now = vault_.clock().now();
        const messages::Reading reading(view, view.keys().authenticator, caller_);
        auto key = cursor_.key;
        for (const auto* table : tables) {
            auto range = storage::by_deletion(*table);
            if (key >= range.upper) continue;
            range = storage::beyond(std::move(range), key, storage::Order::ascending);
            const auto entries = view.store()->scan(range, storage::Order::ascending);
            for (; entries->valid(); entries->next()) {
                if (!budget_.spend()) return stop_behind(std::move(key));
                key = entries->key();
                const auto id = storage::id_of(key);
                const auto found = reading.peek(*table, id);
                if (!found && found.error().code != Errc::integrity) return fail(found.error());
                if (!found || !found->kept) {
                    if (find({table->id, id})) return stop_behind(std::move(key));
                } else if (!messages::lies_in_bin(found->kept->deletion, rules, now)) {
                    if (!over(*table, id)) return stop_behind(std::move(key));
                }
            }
            ROOKERY_CHECK(entries->status());
        }
        next_key_.clear();
        return true;
    }

    bool stop_behind(std::string key) {
        next_key_ = std::move(key);
        return false;
    }

    /// Told once, by the phase that looks, each with a step of its own.
    bool find(const RowRef& row) {
        if (cursor_.phase != BinPhase::look) return false;
        ++out_.progress.findings;
        out_.found.push_back(
            {audit::FindingKind::damaged,
             messages::place_of(row),
             "a deleted record that is not as it was written",
             row}
        );
        return true;
    }

    Result<JobStep> more() {
        cursor_.key = std::move(next_key_);
        out_.progress.cursor = to_text(cursor_);
        if (out_.progress.findings > bin_findings_max) {
            out_.end = StepEnd::failed;
            out_.message = "Too much of the store is damaged. Run the scrub, mend it, start again.";
        }
        return std::move(out_);
    }

    Result<JobStep> waiting(std::string why) {
        out_.end = StepEnd::waits;
        out_.wait = end_again_after;
        out_.progress.wait_reason = std::move(why);
        return std::move(out_);
    }

    Result<JobStep> finish() {
        const auto ended = cursor_.ended;
        out_.message = ended == 0 ? std::string("No deleted record's time was over.")
                                  : std::to_string(ended) + (ended == 1 ? " row" : " rows") +
                                        " of deleted records ended, and " +
                                        (ended == 1 ? "is" : "are") + " in no file of the store.";
        out_.end = StepEnd::succeeded;
        if (out_.progress.findings != 0) {
            out_.end = StepEnd::failed;
            out_.message += " The findings on the log say what is damaged.";
        }
        return more();
    }

    messages::Vault& vault_;
    const access::Caller& caller_;
    StepBudget& budget_;
    std::optional<Forgetting>& forgetting_;
    JobStep out_;
    BinCursor cursor_;
    std::string next_key_;  // of the next step, once this one is done
};

}  // namespace

Result<JobStep> RecycleBin::step(
    const messages::Vault&, const messages::JobProgress& at, StepBudget& budget
) {
    return RecycleBinStep(vault_, caller_, at, budget, forgetting_).run();
}

}  // namespace rookery::jobs
