#include "jobs/retention.hpp"

#include "jobs/for_user.hpp"
#include "jobs/may_pass.hpp"
#include "messages/message.hpp"
#include "messages/record_retention.hpp"
#include "messages/retention_start.hpp"
#include "pipeline/reading.hpp"
#include "pipeline/reply.hpp"
#include "schema/known_tables.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rookery::jobs {
namespace {

using namespace std::chrono_literals;
using messages::RetentionKind;
namespace account = schema::retention_operation;

/// Records that are listed at once, each of which is a commit: so many that a step stays short.
constexpr std::uint32_t records_at_once = 10;
static_assert(records_at_once <= messages::retention_failures_said_max);
constexpr std::size_t purged_at_once = 32;
static_assert(purged_at_once <= messages::purge_retained_max);
constexpr auto retain_again_after = 1s;
constexpr std::uint64_t completed = 3;

class RetentionStep {
 public:
    RetentionStep(
        RetentionKind kind, messages::Vault& vault, const access::Caller& caller,
        const ReadRetentionQuery& read, const messages::JobProgress& at, StepBudget& budget
    )
        : kind_(kind), vault_(vault), caller_(caller), read_(read), budget_(budget) {
        out_.progress = at;
    }

    Result<JobStep> run() {
        ROOKERY_TRY(cursor_, messages::parse_retention_cursor(out_.progress.cursor));
        ROOKERY_CHECK(read_account());
        if (closed_)
            return ended(*closed_, result());  // the step before was cut off behind its last word
        ROOKERY_TRY(const bool stands, policy_stands());
        if (!stands) {
            return ended(account::cancelled, "The policy was changed, or is active no more.");
        }
        if (!may_still_ask(vault_, cursor_.by, messages::needs_of_run(kind_, *table_))) {
            return ended(
                account::failed,
                "Whoever asked for it, or activated the policy, may do so no more, is disabled, or "
                "had his credential revoked."
            );
        }
        if (!begun_) {
            if (const auto said = say({}, messages::words_of(kind_).status); !said) {
                return refused(said.error());
            }
        }
        for (bool more = true; more;) {
            if (!budget_.spend()) return std::move(out_);
            auto goes_on = kind_ == RetentionKind::purge ? one_purge(more) : one_page(more);
            if (!goes_on) return refused(goes_on.error());
            if (!*goes_on) return std::move(out_);
            if (!closed_ && said_.failed >= retention_failures_max) {
                return ended(account::failed, "Too many records cannot be done. " + result());
            }
        }
        return ended(account::succeeded, result());
    }

 private:
    /// What one request to do a part of it came to.
    struct Part {
        std::uint64_t done = 0;
        std::uint64_t failed = 0;  // besides those that follow
        std::vector<messages::RetentionFailure> failures;
        std::optional<std::string> place;
    };

    Result<void> read_account() {
        const auto& table = schema::known::retentionoperation;
        ROOKERY_TRY(const auto row, read_row(table, cursor_.operation));
        if (!row) return fail(messages::does_not_exist(table, cursor_.operation));
        const auto count = [&](std::string_view column) {
            const auto* value = row->get<std::int64_t>(column);
            return value == nullptr ? std::uint64_t{0} : static_cast<std::uint64_t>(*value);
        };
        const auto text = [&](std::string_view column) {
            const auto* value = row->get<std::string>(column);
            return value == nullptr ? std::string{} : *value;
        };
        said_ = {count("retentioncount"), count("failedcount")};
        out_.progress.done = said_.done + said_.failed;
        begun_ = count("statecode") != 0;
        if (count("statecode") == completed)
            closed_ = static_cast<std::int64_t>(count("statuscode"));
        table_ = schema::table(text("rootentitylogicalname"));
        criteria_ = text("criteria");
        place_ = text("rky_place");
        if (const auto* before = row->get<Instant>("rky_retainedbefore")) before_ = *before;
        if (table_ != nullptr && !table_->outside) return {};
        return fail(Errc::integrity, "a run of retention of a table that is not there");
    }

    Result<messages::RowPtr> read_row(const schema::Table& table, const Uuid& id) {
        const auto view = vault_.view();
        const messages::Reading reading(view, view.keys().authenticator, caller_);
        ROOKERY_TRY(auto found, reading.peek(table, id));
        return std::move(found.row);
    }

    /// Whether the policy is still what it was when it was activated, if this is a run of one.
    Result<bool> policy_stands() {
        if (!cursor_.policy) return true;
        const auto& table = schema::known::retentionconfig;
        ROOKERY_TRY(const auto row, read_row(table, cursor_.policy->config));
        const auto* activated = row ? row->get<Instant>("rky_activatedon") : nullptr;
        return activated != nullptr && *activated == cursor_.policy->activated;
    }

    [[nodiscard]] std::string result() const {
        return std::string(messages::words_of(kind_).done) + ": " + std::to_string(said_.done) +
               ", not done: " + std::to_string(said_.failed) + ".";
    }

    template <class Reply>
    Result<Reply> ask(const access::Caller& caller, messages::Message message) {
        ++out_.log_entries;
        auto receipt = vault_.run(caller, message, cursor_.operation);
        if (!receipt) return fail(receipt.error());
        return messages::take_reply_as<Reply>(std::move(*receipt));
    }

    /// False when the step is over; `more`: whether there is a next page.
    Result<bool> one_page(bool& more) {
        const auto source = kind_ == RetentionKind::roll_back ? messages::RowSource::retained
                                                              : messages::RowSource::live;
        ROOKERY_TRY(auto list, read_(criteria_, source));
        list.selection.columns = {table_->column(table_->primary_id)};
        list.page_size = records_at_once;
        list.paging_token = place_;
        auto page =
            ask<messages::ListReply>(in_his_name(cursor_.by), messages::Message{std::move(list)});
        if (!page && page.error().code == Errc::bad_paging_token && !place_.empty()) {
            place_.clear();  // of keys that have changed: what is left is looked through anew
            return true;
        }
        if (!page) return stopped(page.error());
        Part part;
        std::optional<Error> waits;
        for (const auto& row : page->rows) {
            const auto done = do_one(row.row->ref());
            if (done) {
                ++part.done;
            } else if (may_pass(done.error().code)) {
                waits = done.error();
                break;
            } else if (!is_done_already(done.error().code)) {
                part.failures.push_back({row.row->ref(), done.error().message});
            }
        }
        if (waits) {
            // The page is listed again, and who failed before that fails again: they are counted then.
            part.failures.clear();
        } else {
            place_ = page->next_token.value_or(std::string{});
            part.place = place_;
            more = !place_.empty();
        }
        ROOKERY_CHECK(say(std::move(part), end_unless(more)));
        return waits ? stopped(*waits) : true;
    }

    /// The last page is said together with the end, so that nobody lists it again.
    [[nodiscard]] static std::optional<std::int64_t> end_unless(bool more) {
        return more ? std::nullopt : std::optional{account::succeeded};
    }

    /// By somebody else, or by the step that was cut off before it could say so.
    [[nodiscard]] static bool is_done_already(Errc code) {
        return code == Errc::not_found || code == Errc::restore_live;
    }

    Result<void> do_one(const storage::RowRef& record) {
        const messages::Target target{schema::table(record.table), record.id};
        if (kind_ == RetentionKind::retain) {
            ROOKERY_CHECK(ask<messages::RetainReply>(
                in_his_name(cursor_.by),
                messages::Message{messages::Retain{target, cursor_.operation}}
            ));
        } else {
            ROOKERY_CHECK(ask<messages::RetainReply>(
                in_his_name_with_plaintext(vault_, cursor_.by),
                messages::Message{messages::RollbackRetain{target, cursor_.operation}}
            ));
        }
        return {};
    }

    Result<bool> one_purge(bool& more) {
        messages::PurgeRetainedContent message;
        message.table = table_;
        message.page_size = purged_at_once;
        message.retained_before = before_;
        message.operation = cursor_.operation;
        auto page = ask<messages::PurgeRetainedReply>(
            in_his_name(cursor_.by), messages::Message{std::move(message)}
        );
        if (!page) return stopped(page.error());
        Part part;
        for (const auto& [table, count] : page->ended) part.done += count;
        // What is left is not counted: how many there are of others is for those to hear who may purge them.
        more = page->more && part.done != 0;
        ROOKERY_CHECK(say(std::move(part), end_unless(more)));
        return true;
    }

    Result<void> say(Part part, std::optional<std::int64_t> status, std::string why = {}) {
        messages::RecordRetention message;
        message.operation = cursor_.operation;
        message.done = part.done;
        message.failed = part.failed;
        message.failures = std::move(part.failures);
        message.place = std::move(part.place);
        message.status = status;
        message.why = std::move(why);
        ROOKERY_TRY(
            said_, ask<messages::RetentionReply>(caller_, messages::Message{std::move(message)})
        );
        begun_ = true;
        if (status && *status >= account::succeeded) closed_ = status;
        out_.progress.done = said_.done + said_.failed;
        out_.progress.wait_reason.clear();
        return {};
    }

    /// What may pass is waited for, and everything else ends the run.
    Result<bool> stopped(const Error& why) {
        if (!may_pass(why.code)) return fail(why);
        out_.end = StepEnd::waits;
        out_.wait = retain_again_after;
        out_.progress.wait_reason = why.message;
        return false;
    }

    Result<JobStep> refused(const Error& why) {
        if (may_pass(why.code)) {
            (void)stopped(why);
            return std::move(out_);
        }
        return ended(account::failed, "It cannot go on: " + why.message);
    }

    /// The account first: a job that has ended says no more.
    Result<JobStep> ended(std::int64_t how, std::string why) {
        if (!closed_) {
            const auto said = say({}, how, how == account::succeeded ? std::string{} : why);
            if (!said && !may_pass(said.error().code)) return fail(said.error());
            if (!said) {
                (void)stopped(said.error());
                return std::move(out_);
            }
        }
        out_.end = how == account::succeeded ? StepEnd::succeeded : StepEnd::failed;
        out_.message = std::move(why);
        return std::move(out_);
    }

    const RetentionKind kind_;
    messages::Vault& vault_;
    const access::Caller& caller_;
    const ReadRetentionQuery& read_;
    StepBudget& budget_;
    messages::RetentionCursor cursor_;
    messages::RetentionReply said_;  // what it has come to so far
    bool begun_ = false;
    std::optional<std::int64_t> closed_;  // how it ended, once its account says so
    const schema::Table* table_ = nullptr;
    std::string criteria_;
    std::string place_;
    std::optional<Instant> before_;
    JobStep out_;
};

}  // namespace

Result<JobStep> Retention::step(
    const messages::Vault&, const messages::JobProgress& at, StepBudget& budget
) {
    return RetentionStep(kind_, vault_, caller_, read_, at, budget).run();
}

}  // namespace rookery::jobs
