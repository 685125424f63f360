#include "jobs/retention_policies.hpp"

#include "jobs/may_pass.hpp"
#include "messages/job_start.hpp"
#include "messages/message.hpp"
#include "messages/record_retention.hpp"
#include "messages/retention_cursor.hpp"
#include "messages/start_retention_run.hpp"
#include "pipeline/reply.hpp"
#include "query/job_reader.hpp"
#include "query/policy_reader.hpp"
#include "rules/job_status.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rookery::jobs {
namespace {

using namespace std::chrono_literals;
using messages::JobStateCode;
namespace account = schema::retention_operation;

constexpr auto start_again_after = 5s;
/// Fewer than there may be jobs of a name: who asks for a run finds a place beside those of policies.
constexpr std::size_t runs_at_once = messages::jobs_beside_max / 2;

struct Work {
    std::vector<std::pair<Uuid, std::int64_t>> ended;  // accounts to close, and how
    std::vector<messages::DuePolicy> due;
};

/// Policies of which a run has not ended: the next one begins after that. And how many runs there are, whoever asked.
struct UnderWay {
    std::set<Uuid> policies;
    std::size_t runs = 0;
};

Result<UnderWay> under_way(const messages::View& view) {
    UnderWay out;
    for (const auto state : {JobStateCode::ready, JobStateCode::suspended, JobStateCode::locked}) {
        ROOKERY_TRY(const auto jobs, messages::read_jobs(view, state));
        for (const auto& row : jobs.rows) {
            const bool run = std::ranges::find(
                                 messages::retention_words, row.name, &messages::RetentionWords::job
                             ) != messages::retention_words.end();
            if (!run) continue;
            ++out.runs;
            const auto cursor = messages::parse_retention_cursor(row.progress.cursor);
            if (cursor && cursor->policy) out.policies.insert(cursor->policy->config);
        }
    }
    return out;
}

/// How a run stands whose account is open: nothing while it goes on.
Result<std::optional<std::int64_t>> end_of_run(
    const messages::View& view, const messages::OpenRun& run
) {
    const auto id = Uuid::parse(run.job);
    if (!id) return std::optional{account::failed};
    auto row = messages::read_job(view, *id);
    if (!row && row.error().code != Errc::integrity) return fail(row.error());
    if (!row || !*row) return std::optional{account::failed};
    if (!messages::is_completed((*row)->status)) return std::optional<std::int64_t>{};
    return std::optional{
        (*row)->status == messages::JobStatus::canceled ? account::cancelled : account::failed};
}

Result<Work> work_of(const messages::Vault& vault) {
    const auto view = vault.view();
    Work out;
    ROOKERY_TRY(const auto open, messages::open_runs(view));
    for (const auto& run : open) {
        ROOKERY_TRY(const auto end, end_of_run(view, run));
        if (end) out.ended.emplace_back(run.operation, *end);
    }
    ROOKERY_TRY(out.due, messages::due_policies(view, vault.clock().now()));
    if (out.due.empty()) return out;
    ROOKERY_TRY(const auto busy, under_way(view));
    std::erase_if(out.due, [&](const messages::DuePolicy& one) {
        return busy.policies.contains(one.id);
    });
    // The others begin when some of these have ended: nothing waits for that with the runner in hand.
    const auto room = busy.runs < runs_at_once ? runs_at_once - busy.runs : 0;
    if (out.due.size() > room) out.due.resize(room);
    return out;
}

}  // namespace

Result<JobStep> RetentionPolicies::step(
    const messages::Vault&, const messages::JobProgress& at, StepBudget& budget
) {
    JobStep out;
    out.progress = at;
    ROOKERY_TRY(const auto work, work_of(vault_));
    const auto waits = [&](const Error& why) {
        out.end = StepEnd::waits;
        out.wait = start_again_after;
        out.progress.wait_reason = why.message;
        return std::move(out);
    };
    // One at least with each step, however long it took to look for them.
    const auto goes_on = [&] { return budget.spend() || out.log_entries == 0; };
    for (const auto& [operation, how] : work.ended) {
        if (!goes_on()) return out;
        ++out.log_entries;
        messages::RecordRetention message;
        message.operation = operation;
        message.status = how;
        message.why = "Its job has ended.";
        const auto said = vault_.run(caller_, messages::Message{std::move(message)});
        if (!said && may_pass(said.error().code)) return waits(said.error());
        if (!said && said.error().code != Errc::not_found) return fail(said.error());
    }
    for (const auto& policy : work.due) {
        if (!goes_on()) return out;
        ++out.log_entries;
        auto receipt = vault_.run(
            caller_, messages::Message{messages::StartRetentionRun{policy.id, policy.next_run}}
        );
        auto started =
            receipt ? messages::take_reply_as<messages::RetentionRunReply>(std::move(*receipt))
                    : Result<messages::RetentionRunReply>(fail(receipt.error()));
        if (!started && started.error().code == Errc::too_many_requests) break;
        if (!started && may_pass(started.error().code)) return waits(started.error());
        if (!started) return fail(started.error());
        out.progress.done += started->runs;
    }
    out.end = StepEnd::succeeded;
    out.message = "Runs of policies that were started: " + std::to_string(out.progress.done) + ".";
    return out;
}

bool is_retention_due(const messages::Vault& vault) {
    const auto work = work_of(vault);
    return work && (!work->ended.empty() || !work->due.empty());
}

}  // namespace rookery::jobs
