#include "messages/asked_job.hpp"

#include "query/job_reader.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace rookery::messages {

Result<void> check_few_of_his(PlanBuilder& builder, std::string_view job) {
    using schema::known::asyncoperation;
    // They are his own (give_to_asker).
    const storage::RowRef asker{schema::known::systemuser.id, builder.caller.user};
    ROOKERY_CHECK(
        builder.reading.children(asyncoperation, *asyncoperation.column("ownerid"), asker, 0)
    );
    std::size_t count = 0;
    for (const auto state : {JobStateCode::ready, JobStateCode::suspended, JobStateCode::locked}) {
        ROOKERY_TRY(const auto jobs, read_jobs(builder.view, state));
        count += static_cast<std::size_t>(std::ranges::count_if(jobs.rows, [&](const JobRow& row) {
            return row.name == job && row.created_by == builder.caller.user;
        }));
    }
    if (count < asked_jobs_max) return {};
    return fail(
        Errc::too_many_requests,
        std::to_string(asked_jobs_max) + " jobs '" + std::string(job) +
            "' of this user have not ended.",
        "wait for one, or cancel it"
    );
}

Result<void> check_begins_now(const PlanBuilder& builder, std::string_view message, Instant start) {
    constexpr std::chrono::minutes clocks_differ{5};
    if (start <= builder.now + clocks_differ) return {};
    return fail(
        Errc::unsupported,
        "A " + std::string(message) + " begins at once.",
        "send it when it is to begin"
    );
}

void give_to_asker(Step<Change>& step, const PlanBuilder& builder) {
    give_to(step, builder, builder.caller.user);
}

void give_to(Step<Change>& step, const PlanBuilder& builder, const Uuid& user) {
    auto* write = std::get_if<WriteRow>(&step.what);
    if (write == nullptr) return;
    const storage::RowRef owner{schema::known::systemuser.id, user};
    for (const auto* column : {"ownerid", "owninguser"}) write->draft.row.set(column, owner);
    derive(write->draft.row, builder.facts());
}

}  // namespace rookery::messages
