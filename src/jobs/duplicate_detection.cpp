#include "jobs/duplicate_detection.hpp"

#include "jobs/for_user.hpp"
#include "jobs/may_pass.hpp"
#include "messages/bulk_detect_duplicates.hpp"
#include "messages/message.hpp"
#include "messages/record_duplicates.hpp"
#include "pipeline/reply.hpp"
#include "query/job_reader.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace rookery::jobs {
namespace {

using namespace std::chrono_literals;

/// Rows whose duplicates are looked for at once: where no index leads to these, the other table is walked once for all of them.
constexpr std::uint32_t rows_compared_at_once = 25;
constexpr auto detect_again_after = 1s;

class DetectionStep {
 public:
    DetectionStep(
        messages::Vault& vault, const access::Caller& caller, const ReadBulkQueries& read,
        const messages::JobProgress& at, StepBudget& budget
    )
        : vault_(vault), caller_(caller), read_(read), budget_(budget) {
        out_.progress = at;
    }

    Result<JobStep> run() {
        ROOKERY_TRY(cursor_, messages::parse_detection_cursor(out_.progress.cursor));
        if (!may_still_ask(vault_, cursor_.by, messages::needs_to_detect())) {
            return finished(
                StepEnd::failed,
                "Whoever asked for it may do so no more, is disabled, or had his credential "
                "revoked."
            );
        }
        ROOKERY_TRY(auto queries, read_(cursor_.query));
        if (queries.size() != 1) return fail(Errc::integrity, "A detection has one query.");
        auto& query = queries.front();
        query.selection.columns = {query.table->column(query.table->primary_id)};
        query.page_size = rows_compared_at_once;
        while (cursor_.found < detected_duplicates_max) {
            if (!budget_.spend()) return std::move(out_);
            ROOKERY_TRY(const bool ours, is_ours());
            if (!ours) {
                out_.keep = true;  // and the runner hears of it
                return std::move(out_);
            }
            query.paging_token = cursor_.token;
            ROOKERY_TRY(const bool goes_on, one_page(query));
            if (!goes_on) return std::move(out_);
        }
        return finished(StepEnd::succeeded, result() + " A detection records no more.");
    }

 private:
    [[nodiscard]] std::string result() const {
        auto out = "Rows compared: " + std::to_string(cursor_.rows) +
                   ", duplicates recorded: " + std::to_string(cursor_.found) + ".";
        if (cursor_.left_out != 0) {
            out += " Left out, since a record has no more places: " +
                   std::to_string(cursor_.left_out) + ".";
        }
        return out;
    }

    /// Nobody has paused or canceled it.
    [[nodiscard]] Result<bool> is_ours() const {
        ROOKERY_TRY(const auto row, messages::read_job(vault_.view(), cursor_.job));
        return row && row->status == messages::JobStatus::in_progress;
    }

    template <class Reply>
    Result<Reply> ask(const access::Caller& caller, messages::Message message) {
        ++out_.log_entries;
        auto receipt = vault_.run(caller, message, cursor_.job);
        if (!receipt) return fail(receipt.error());
        return messages::take_reply_as<Reply>(std::move(*receipt));
    }

    /// False when the step is over.
    Result<bool> one_page(const messages::RetrieveMultiple& query) {
        messages::DetectDuplicates message;
        message.query = query;
        message.pairs_max = detected_duplicates_max - cursor_.found;
        auto found = ask<messages::DuplicatesReply>(
            in_his_name(cursor_.by), messages::Message{std::move(message)}
        );
        if (!found && found.error().code == Errc::bad_paging_token && !cursor_.token.empty()) {
            cursor_.token.clear();  // of keys that have changed: all rows are looked through anew
            return true;
        }
        if (!found) return stopped(found.error(), "Rows cannot be compared: ");
        std::span<const messages::DuplicatePair> left(found->pairs);
        while (!left.empty()) {
            const auto some = left.first(std::min(left.size(), messages::duplicates_recorded_max));
            if (auto said = record(some); !said) {
                return stopped(said.error(), "What was found cannot be recorded: ");
            }
            left = left.subspan(some.size());
        }
        cursor_.rows += found->rows;
        cursor_.token = found->next_token.value_or(std::string{});
        out_.progress.done = cursor_.rows;
        out_.progress.wait_reason.clear();
        out_.progress.cursor = to_text(cursor_);
        if (!cursor_.token.empty()) return true;
        out_.end = StepEnd::succeeded;
        out_.message = result();
        return false;
    }

    Result<void> record(std::span<const messages::DuplicatePair> pairs) {
        messages::RecordDuplicates message;
        message.job = cursor_.job;
        message.pairs.assign(pairs.begin(), pairs.end());
        ROOKERY_TRY(
            const auto said,
            ask<messages::RecordedReply>(caller_, messages::Message{std::move(message)})
        );
        cursor_.found += said.recorded;
        cursor_.left_out += said.left_out;
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
        out_.wait = detect_again_after;
        out_.progress.wait_reason = why.message;
        return false;
    }

    Result<JobStep> finished(StepEnd how, std::string why) {
        out_.end = how;
        out_.message = std::move(why);
        return std::move(out_);
    }

    messages::Vault& vault_;
    const access::Caller& caller_;
    const ReadBulkQueries& read_;
    StepBudget& budget_;
    messages::DetectionCursor cursor_;
    JobStep out_;
};

}  // namespace

Result<JobStep> DuplicateDetection::step(
    const messages::Vault&, const messages::JobProgress& at, StepBudget& budget
) {
    return DetectionStep(vault_, caller_, read_, at, budget).run();
}

}  // namespace rookery::jobs
