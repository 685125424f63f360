// What the jobs share that walk over the store and have what they meet changed by messages of some rows each: the batch at
// hand, what is found damaged, errors that may pass, and how a step ends.
#pragma once

#include "access/caller.hpp"
#include "jobs/job.hpp"
#include "jobs/may_pass.hpp"
#include "messages/message.hpp"
#include "pipeline/reply.hpp"
#include "vault/vault.hpp"

#include <cstddef>
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rookery::jobs {

/// More findings than this end the job.
inline constexpr std::uint64_t batched_findings_max = 1000;

class BatchedWork {
 public:
    /// Of the job. What is damaged is told once: while it works, or when it proves if it is news.
    enum class Part : std::uint8_t { before, working, proving };

    /// `found_max`: with so many findings told, the step ends, so that a message more has room for its own.
    BatchedWork(
        messages::Vault& vault, const access::Caller& caller, const messages::JobProgress& at,
        std::size_t found_max
    );

    /// What the step comes to.
    JobStep out;
    Part part = Part::before;

    /// On a walk: a row that is not as it was written, or nothing, a part that cannot be read. Whether to go on behind it.
    [[nodiscard]] bool meet_damage(const std::optional<storage::RowRef>& row);
    /// A row that a message could not change.
    void find(const storage::RowRef& row, std::string what);

    [[nodiscard]] bool full() const { return out.found.size() >= found_max_; }

    /// A row that is to be changed: with `batch` of them at hand, `send` gets all. Whether to go on, as `send` says too.
    template <class Send>
    [[nodiscard]] Result<bool> take(const storage::RowRef& row, std::size_t batch, Send&& send) {
        rows_.push_back(row);
        if (rows_.size() < batch) return !full();
        ROOKERY_TRY(const bool sent, send(std::exchange(rows_, {})));
        return sent && !full();
    }

    /// What is at hand at the end of a walk. Whether it is done, as `send` says.
    template <class Send>
    [[nodiscard]] Result<bool> take_rest(Send&& send) {
        if (rows_.empty()) return true;
        return send(std::exchange(rows_, {}));
    }

    /// One message. Nothing for an error that may pass, which is kept.
    template <class Reply>
    [[nodiscard]] Result<std::optional<Reply>> ask(messages::Message message) {
        ++out.log_entries;
        return heard(answer_to<Reply>(vault_, caller_, message));
    }

    /// The same on a thread of its own, if there is one to be had, for `heard` afterwards.
    template <class Reply>
    [[nodiscard]] std::future<Result<Reply>> ask_beside(messages::Message message) {
        ++out.log_entries;
        return std::async([&vault = vault_, &caller = caller_, message = std::move(message)] {
            return answer_to<Reply>(vault, caller, message);
        });
    }

    template <class Reply>
    [[nodiscard]] Result<std::optional<Reply>> heard(Result<Reply> reply) {
        if (reply) return std::optional{std::move(*reply)};
        if (!may_pass(reply.error().code)) return fail(reply.error());
        waits_ = reply.error();
        return std::optional<Reply>{};
    }

    /// Whether an error that may pass was met.
    [[nodiscard]] bool waits() const { return waits_.has_value(); }

    /// How far it is counted as done.
    void count_done(std::uint64_t done);

    /// The step, which goes on at `cursor`; with too many findings the job ends.
    [[nodiscard]] JobStep more(std::string cursor);
    /// The step after an error that may pass: later, from `kept` on, up to which everything is done.
    [[nodiscard]] JobStep later(std::string kept);

 private:
    template <class Reply>
    [[nodiscard]] static Result<Reply> answer_to(
        messages::Vault& vault, const access::Caller& caller, const messages::Message& message
    ) {
        ROOKERY_TRY(auto receipt, vault.run(caller, message));
        return messages::take_reply_as<Reply>(std::move(receipt));
    }

    void add_finding(std::string place, std::string what, std::optional<storage::RowRef> row);

    messages::Vault& vault_;
    const access::Caller& caller_;
    const std::size_t found_max_;
    std::vector<storage::RowRef> rows_;
    std::optional<Error> waits_;
};

}  // namespace rookery::jobs
