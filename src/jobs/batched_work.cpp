#include "jobs/batched_work.hpp"

#include "vault/store_report.hpp"

#include <algorithm>
#include <chrono>

namespace rookery::jobs {
namespace {

constexpr std::chrono::seconds work_again_after{1};

}  // namespace

BatchedWork::BatchedWork(
    messages::Vault& vault, const access::Caller& caller, const messages::JobProgress& at,
    std::size_t found_max
)
    : vault_(vault), caller_(caller), found_max_(found_max) {
    out.progress = at;
}

bool BatchedWork::meet_damage(const std::optional<storage::RowRef>& row) {
    if (row) {
        find(*row, "a row that is not as it was written");
    } else {
        add_finding("store, rows", "a part that cannot be read", std::nullopt);
    }
    return !full();
}

void BatchedWork::find(const storage::RowRef& row, std::string what) {
    add_finding(messages::place_of(row), std::move(what), row);
}

void BatchedWork::add_finding(
    std::string place, std::string what, std::optional<storage::RowRef> row
) {
    const bool news = part == Part::proving && out.progress.findings == 0;
    if (part != Part::working && !news) return;
    ++out.progress.findings;
    if (out.found.size() == messages::job_findings_max) return;
    out.found.push_back({audit::FindingKind::damaged, std::move(place), std::move(what), row});
}

void BatchedWork::count_done(std::uint64_t done) {
    out.progress.done = done;
    out.progress.total = std::max(out.progress.total, done);
}

JobStep BatchedWork::more(std::string cursor) {
    out.progress.cursor = std::move(cursor);
    if (out.progress.findings > batched_findings_max) {
        out.end = StepEnd::failed;
        out.message = "Too much of the store is damaged. Run the scrub, mend it, start again.";
    }
    return std::move(out);
}

JobStep BatchedWork::later(std::string kept) {
    out.end = StepEnd::waits;
    out.wait = work_again_after;
    out.progress.wait_reason = waits_->message;
    return more(std::move(kept));
}

}  // namespace rookery::jobs
