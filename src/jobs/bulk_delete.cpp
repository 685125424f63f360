#include "jobs/bulk_delete.hpp"

#include "jobs/for_user.hpp"
#include "jobs/may_pass.hpp"
#include "messages/bulk_delete.hpp"
#include "messages/message.hpp"
#include "messages/record_bulk_delete.hpp"
#include "pipeline/reading.hpp"
#include "pipeline/reply.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

namespace rookery::jobs {
namespace {

using namespace std::chrono_literals;

/// Rows that are listed at once, each of which is a commit: so many that a step stays short.
constexpr std::uint32_t rows_at_once = 10;
static_assert(rows_at_once <= messages::delete_failures_max);
constexpr auto delete_again_after = 1s;

class BulkDeleteStep {
 public:
    BulkDeleteStep(
        messages::Vault& vault, const access::Caller& caller, const ReadBulkQueries& read,
        const messages::JobProgress& at, StepBudget& budget
    )
        : vault_(vault), caller_(caller), read_(read), budget_(budget) {
        out_.progress = at;
    }

    Result<JobStep> run() {
        ROOKERY_TRY(cursor_, messages::parse_bulk_delete_cursor(out_.progress.cursor));
        if (!may_still_ask(vault_, cursor_.by, messages::needs_to_bulk_delete())) {
            return ended(
                StepEnd::failed,
                "Whoever asked for it may do so no more, is disabled, or had his credential "
                "revoked."
            );
        }
        ROOKERY_TRY(const auto queries, read_queries());
        while (cursor_.query < queries.size()) {
            if (!budget_.spend()) return std::move(out_);
            ROOKERY_TRY(const bool goes_on, one_page(queries[cursor_.query]));
            if (!goes_on) return std::move(out_);
            if (said_.failed >= bulk_delete_failures_max) {
                return ended(StepEnd::failed, "Too many rows cannot be deleted. " + result());
            }
        }
        return ended(StepEnd::succeeded, result());
    }

 private:
    [[nodiscard]] Result<std::vector<messages::RetrieveMultiple>> read_queries() {
        const auto view = vault_.view();
        const messages::Reading reading(view, view.keys().authenticator, caller_);
        const auto& table = schema::known::bulkdeleteoperation;
        ROOKERY_TRY(const auto found, reading.peek(table, cursor_.operation));
        if (!found.row) return fail(messages::does_not_exist(table, cursor_.operation));
        const auto count = [&](std::string_view column) {
            const auto* value = found.row->get<std::int64_t>(column);
            return value == nullptr ? std::uint64_t{0} : static_cast<std::uint64_t>(*value);
        };
        said_ = {count("successcount"), count("failurecount")};
        if (const auto* asked = found.row->get<Instant>("createdon")) asked_ = *asked;
        const auto* text = found.row->get<std::string>("orderedquerysetxml");
        return read_(text == nullptr ? std::string_view{} : std::string_view{*text});
    }

    [[nodiscard]] std::string result() const {
        return "Rows deleted: " + std::to_string(said_.deleted) +
               ", not deleted: " + std::to_string(said_.failed) + ".";
    }

    template <class Reply>
    Result<Reply> ask(const access::Caller& caller, messages::Message message) {
        ++out_.log_entries;
        auto receipt = vault_.run(caller, message, cursor_.operation);
        if (!receipt) return fail(receipt.error());
        return messages::take_reply_as<Reply>(std::move(*receipt));
    }

    /// False when the step is over.
    Result<bool> one_page(messages::RetrieveMultiple list) {
        const auto& table = *list.table;
        list.selection.columns = {table.column(table.primary_id)};
        list.page_size = rows_at_once;
        list.paging_token = cursor_.token;
        auto page =
            ask<messages::ListReply>(in_his_name(cursor_.by), messages::Message{std::move(list)});
        if (!page && page.error().code == Errc::bad_paging_token && !cursor_.token.empty()) {
            cursor_.token.clear(
            );  // of keys that have changed: what is left is looked through anew
            return true;
        }
        if (!page) return stopped(page.error(), "Rows cannot be listed: ");
        std::vector<messages::DeleteFailure> failures;
        std::uint64_t deleted = 0;
        std::optional<Error> waits;
        for (const auto& row : page->rows) {
            if (was_made_later(*row.row)) continue;
            const auto gone = remove(row.row->ref());
            if (gone) {
                ++deleted;
            } else if (may_pass(gone.error().code)) {
                waits = gone.error();
                break;
            } else if (gone.error().code != Errc::not_found) {
                failures.push_back(
                    {row.row->ref(), cursor_.query, gone.error().code, gone.error().message}
                );
            }
        }
        if (auto said = say(deleted, std::move(failures)); !said) {
            return stopped(said.error(), "What was not deleted cannot be recorded: ");
        }
        if (waits) return stopped(*waits, "Rows cannot be deleted: ");
        cursor_.token = page->next_token.value_or(std::string{});
        if (cursor_.token.empty()) ++cursor_.query;
        out_.progress.wait_reason.clear();
        out_.progress.cursor = to_text(cursor_);
        return true;
    }

    /// Than the job was asked for, by a second: what nobody could mean by it stays. A row with an older date of its own has the
    /// time at which it was made in the other column.
    [[nodiscard]] bool was_made_later(const storage::Row& row) const {
        const auto* made = row.get<Instant>("overriddencreatedon");
        if (made == nullptr) made = row.get<Instant>("createdon");
        return made != nullptr && *made > asked_;
    }

    Result<void> remove(const storage::RowRef& row) {
        messages::Delete message;
        message.target = {schema::table(row.table), row.id};
        ROOKERY_CHECK(
            ask<messages::NoContent>(in_his_name(cursor_.by), messages::Message{std::move(message)})
        );
        return {};
    }

    Result<void> say(std::uint64_t deleted, std::vector<messages::DeleteFailure> failures) {
        messages::RecordBulkDelete message;
        message.operation = cursor_.operation;
        message.deleted = deleted;
        message.failures = std::move(failures);
        ROOKERY_TRY(
            said_, ask<messages::BulkDeleteReply>(caller_, messages::Message{std::move(message)})
        );
        out_.progress.done = said_.deleted + said_.failed;
        return {};
    }

    /// What may pass is waited for, and everything else ends the job.
    bool stopped(const Error& why, std::string_view what) {
        if (!may_pass(why.code)) {
            out_.end = StepEnd::failed;
            out_.message = std::string(what) + why.message;
            return false;
        }
        out_.end = StepEnd::waits;
        out_.wait = delete_again_after;
        out_.progress.wait_reason = why.message;
        return false;
    }

    Result<JobStep> ended(StepEnd how, std::string why) {
        out_.end = how;
        out_.message = std::move(why);
        return std::move(out_);
    }

    messages::Vault& vault_;
    const access::Caller& caller_;
    const ReadBulkQueries& read_;
    StepBudget& budget_;
    messages::BulkDeleteCursor cursor_;
    messages::BulkDeleteReply said_;  // what it has come to so far
    Instant asked_ = Instant::max();
    JobStep out_;
};

}  // namespace

Result<JobStep> BulkDelete::step(
    const messages::Vault&, const messages::JobProgress& at, StepBudget& budget
) {
    return BulkDeleteStep(vault_, caller_, read_, at, budget).run();
}

}  // namespace rookery::jobs
