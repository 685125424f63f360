#include "jobs/forgetting.hpp"

#include "storage/row_key.hpp"
#include "vault/vault_parts.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace rookery::jobs {
namespace {

using namespace std::chrono_literals;
using storage::Forgetting;

constexpr auto forget_again_after = 1s;

}  // namespace

Forgetting forgetting_of(std::span<const schema::Table* const> tables, std::uint64_t mark) {
    std::vector<storage::KeyRange> ranges;
    for (const auto* table : tables) ranges.push_back(storage::all_rows(*table));
    return {std::move(ranges), mark};
}

Result<JobStep> ForgetPurged::step(
    const messages::Vault&, const messages::JobProgress& at, StepBudget& budget
) {
    JobStep out;
    out.progress = at;
    if (!budget.spend()) return out;
    ROOKERY_TRY(auto cursor, messages::parse_forgetting_cursor(at.cursor));
    auto& store = *vault_.parts().store;
    if (cursor.mark == 0) {
        // What the request ended is durable, or the job would not run.
        cursor.mark = storage::mark_of(store);
        if (cursor.mark != 0) {
            out.progress.cursor = to_text(cursor);
            out.keep = true;  // which also lets the state go that was there before
            return out;
        }
    }
    if (!forgetting_) forgetting_ = forgetting_of(cursor.tables, cursor.mark);
    ROOKERY_TRY(const auto state, forgetting_->step(store));
    switch (state) {
        case Forgetting::State::more:
            return out;
        case Forgetting::State::waits:
            out.end = StepEnd::waits;
            out.wait = forget_again_after;
            out.progress.wait_reason = still_read;
            return out;
        case Forgetting::State::done:
            break;
    }
    forgetting_.reset();
    out.end = StepEnd::succeeded;
    out.message = "What was purged is in no file of the store.";
    return out;
}

}  // namespace rookery::jobs
