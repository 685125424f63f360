#include "jobs/token_expiry.hpp"

#include "jobs/may_pass.hpp"
#include "jobs/row_walk.hpp"
#include "jobs/token_expiry_cursor.hpp"
#include "messages/message.hpp"
#include "messages/token_history.hpp"
#include "pipeline/reply.hpp"
#include "schema/token_history.hpp"
#include "storage/index_key.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"
#include "vault/store_report.hpp"
#include "vault/vault_parts.hpp"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace rookery::jobs {
namespace {

using namespace std::chrono_literals;
using schema::known::rky_tokenversion;
using storage::Forgetting;
using storage::RowRef;

constexpr auto expiry_again_after = 1s;
/// One message ends more of them only for its last record.
constexpr std::size_t ended_with_one_message = 64;
/// More than this and it is the store that needs looking after.
constexpr std::uint64_t expiry_findings_max = 1000;

/// In the order of the store.
std::vector<const schema::Table*> tables_with_history() {
    auto out = stored_tables(true);
    std::erase_if(out, [](const schema::Table* table) {
        return !schema::has_token_history(*table);
    });
    return out;
}

class TokenExpiryStep {
 public:
    TokenExpiryStep(
        messages::Vault& vault, const access::Caller& caller, const messages::JobProgress& at,
        StepBudget& budget, std::optional<Forgetting>& forgetting
    )
        : vault_(vault), caller_(caller), budget_(budget), forgetting_(forgetting) {
        out_.progress = at;
    }

    Result<JobStep> run() {
        ROOKERY_TRY(cursor_, parse_token_expiry_cursor(out_.progress.cursor));
        keep_place();
        switch (cursor_.phase) {
            case TokenExpiryPhase::look:
                return look();
            case TokenExpiryPhase::end:
                return end();
            case TokenExpiryPhase::forget:
                return forget();
        }
        return fail(Errc::internal, "a phase of no job");
    }

 private:
    using Ended = std::function<Result<bool>(const RowRef& record, std::size_t versions)>;

    /// How many there are, so that whoever looks sees how far it is; nothing is written before that is known.
    Result<JobStep> look() {
        ROOKERY_TRY(const bool all, walk([&](const RowRef&, std::size_t versions) -> Result<bool> {
                        out_.progress.total += versions;
                        return true;
                    }));
        if (!all) return more();
        if (out_.progress.total == 0) return finish();
        cursor_.phase = TokenExpiryPhase::end;
        out_.keep = true;  // what is ended from now on is forgotten afterwards, whatever happens
        return more();
    }

    Result<JobStep> end() {
        ROOKERY_TRY(
            const bool all, walk([&](const RowRef& record, std::size_t versions) -> Result<bool> {
                records_.push_back(record);
                versions_ += versions;
                if (versions_ < ended_with_one_message &&
                    records_.size() < messages::end_versions_records_max) {
                    return true;
                }
                return send();
            })
        );
        if (!waits_ && !records_.empty()) {
            ROOKERY_TRY(const bool sent, send());
            (void)sent;
        }
        if (waits_) return waiting(waits_->message);
        if (!all) return more();
        cursor_.phase = TokenExpiryPhase::forget;
        cursor_.mark = storage::mark_of(*vault_.parts().store);
        out_.keep = true;  // which also lets the state go that was there before
        return more();
    }

    /// Whether the records at hand are done; when not, the error that may pass is kept.
    Result<bool> send() {
        messages::EndTokenVersions message;
        message.records = std::exchange(records_, {});
        versions_ = 0;
        ++out_.log_entries;
        auto receipt = vault_.run(caller_, messages::Message{std::move(message)});
        auto reply = receipt
                         ? messages::take_reply_as<messages::EndVersionsReply>(std::move(*receipt))
                         : Result<messages::EndVersionsReply>(fail(receipt.error()));
        if (!reply && may_pass(reply.error().code)) {
            waits_ = reply.error();
            return false;
        }
        if (!reply) return fail(reply.error());
        cursor_.ended += reply->ended;
        out_.log_entries += reply->ended;
        out_.progress.done = cursor_.ended;
        out_.progress.total = std::max(out_.progress.total, cursor_.ended);
        for (const auto& record : reply->damaged) find(record);
        keep_place();
        return true;
    }

    Result<JobStep> forget() {
        if (!forgetting_) {
            const std::string index = {
                static_cast<char>(rky_tokenversion.id >> 8),
                static_cast<char>(rky_tokenversion.id & 0xff)};
            std::vector<storage::KeyRange> ranges = {
                storage::all_rows(rky_tokenversion),
                {storage::Family::rowidx, index, storage::prefix_end(index)}};
            forgetting_.emplace(std::move(ranges), cursor_.mark);
        }
        ROOKERY_TRY(const auto state, forgetting_->step(*vault_.parts().store));
        switch (state) {
            case Forgetting::State::more:
                return more();
            case Forgetting::State::waits:
                return waiting(
                    "Somebody still reads the state from before, or a backup holds its files."
                );
            case Forgetting::State::done:
                break;
        }
        forgetting_.reset();
        return finish();
    }

    /// Every record of which versions have ended, as far as the budget goes. Whether that was all.
    Result<bool> walk(const Ended& ended) {
        const auto view = vault_.view();
        const messages::Reading reading(view, view.keys().authenticator, caller_);
        const auto now = vault_.clock().now();
        const auto& rules = vault_.parts().services.tokens;
        const RowVisitor visitor{
            [&](const RowRef& record, std::string_view stored) -> Result<bool> {
                const auto kind = storage::stored_kind(stored);
                if (kind && *kind != crypto::RowKind::live) return true;
                const auto versions = messages::ended_versions(reading, record, rules, now);
                if (!versions && versions.error().code != Errc::integrity) {
                    return fail(versions.error());
                }
                if (!versions && cursor_.phase == TokenExpiryPhase::look) find(record);
                if (!versions || versions->empty()) return !full();
                ROOKERY_TRY(const bool goes_on, ended(record, versions->size()));
                return goes_on && !full();
            },
            [&] {
                if (cursor_.phase != TokenExpiryPhase::look) return;
                find("store, rows", "a part that cannot be read", std::nullopt);
            }};
        static const auto tables = tables_with_history();
        return walk_rows(view, tables, cursor_.key, budget_, visitor);
    }

    void find(const RowRef& record) {
        find(
            messages::place_of(record),
            "a version of its tokens that is not as it was written",
            record
        );
    }

    /// Told once: of what was seen before, by the phase that looks.
    void find(std::string place, std::string what, std::optional<RowRef> row) {
        ++out_.progress.findings;
        if (out_.found.size() == messages::job_findings_max) return;
        out_.found.push_back({audit::FindingKind::damaged, std::move(place), std::move(what), row});
    }

    [[nodiscard]] bool full() const { return !out_.found.empty(); }

    /// Up to here everything is done.
    void keep_place() {
        kept_ = cursor_;
        kept_found_ = out_.found.size();
        kept_findings_ = out_.progress.findings;
    }

    Result<JobStep> more() {
        out_.progress.cursor = to_text(cursor_);
        if (out_.progress.findings > expiry_findings_max) {
            out_.end = StepEnd::failed;
            out_.message = "Too much of the store is damaged. Run the scrub, mend it, start again.";
        }
        return std::move(out_);
    }

    Result<JobStep> waiting(std::string why) {
        cursor_ = kept_;
        out_.found.resize(kept_found_);
        out_.progress.findings = kept_findings_;
        out_.end = StepEnd::waits;
        out_.wait = expiry_again_after;
        out_.progress.wait_reason = std::move(why);
        return more();
    }

    Result<JobStep> finish() {
        const auto ended = cursor_.ended;
        out_.message = ended == 0
                           ? std::string("No version of a token was too old, or one too many.")
                           : std::to_string(ended) + (ended == 1 ? " version" : " versions") +
                                 " of tokens ended, and " + (ended == 1 ? "is" : "are") +
                                 " in no file of the store.";
        if (out_.progress.findings == 0) {
            out_.end = StepEnd::succeeded;
        } else {
            out_.end = StepEnd::failed;
            out_.message += " The findings on the log say what is damaged.";
        }
        out_.progress.cursor = to_text(cursor_);
        return std::move(out_);
    }

    messages::Vault& vault_;
    const access::Caller& caller_;
    StepBudget& budget_;
    std::optional<Forgetting>& forgetting_;
    JobStep out_;
    TokenExpiryCursor cursor_;
    TokenExpiryCursor kept_;
    std::size_t kept_found_ = 0;
    std::uint64_t kept_findings_ = 0;
    std::vector<RowRef> records_;
    std::size_t versions_ = 0;  // of these
    std::optional<Error> waits_;
};

}  // namespace

Result<JobStep> TokenExpiry::step(
    const messages::Vault&, const messages::JobProgress& at, StepBudget& budget
) {
    return TokenExpiryStep(vault_, caller_, at, budget, forgetting_).run();
}

}  // namespace rookery::jobs
