#include "rules/job_status.hpp"

#include "rules/request_words.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

struct Transition {
    JobStatus from;
    JobStatus to;
    Initiator by;
};

using enum JobStatus;

constexpr Transition transitions[] = {
    {waiting_for_resources, in_progress, Initiator::runner},
    {waiting, failed, Initiator::runner},  // a request that nobody approved in its time
    {waiting_for_resources, failed, Initiator::runner},
    {in_progress, succeeded, Initiator::runner},
    {in_progress, failed, Initiator::runner},
    {waiting_for_resources, waiting, Initiator::request},
    {in_progress, waiting, Initiator::request},
    {waiting, waiting_for_resources, Initiator::request},
    {waiting_for_resources, canceled, Initiator::request},
    {waiting, canceled, Initiator::request},
    {in_progress, canceled, Initiator::request},
};

const schema::Option* option_of(JobStatus status) {
    const auto options = schema::known::asyncoperation.column("statuscode")->options;
    const auto found =
        std::ranges::find(options, static_cast<std::int32_t>(status), &schema::Option::value);
    return found == options.end() ? nullptr : &*found;
}

bool awaits_approval(const storage::Row& row) {
    const auto* name = row.get<std::string>("name");
    const auto* cursor = row.get<std::string>("rky_cursor");
    return job_status_of(row) == waiting && name != nullptr && cursor != nullptr &&
           waits_for_approval(*name, *cursor);
}

}  // namespace

bool may_transition(JobStatus from, JobStatus to, Initiator by) {
    return std::ranges::any_of(transitions, [&](const Transition& one) {
        return one.from == from && one.to == to && one.by == by;
    });
}

bool is_completed(JobStatus status) {
    return status == succeeded || status == failed || status == canceled;
}

std::string_view label_of(JobStatus status) {
    const auto* option = option_of(status);
    return option == nullptr ? std::string_view{"?"} : option->label;
}

JobStatus job_status_of(const storage::Row& row) {
    const auto* status = row.get<std::int64_t>("statuscode");
    return status == nullptr ? waiting_for_resources : static_cast<JobStatus>(*status);
}

void set_job_status(storage::Row& row, JobStatus status) {
    const auto* option = option_of(status);
    row.set("statecode", std::int64_t{option == nullptr ? 0 : option->state});
    row.set("statuscode", static_cast<std::int64_t>(status));
}

void follow_job_status(const storage::Row* before, storage::Row& row, Instant now) {
    const auto status = job_status_of(row);
    if (status != in_progress && !awaits_approval(row)) row.set("rky_waitreason", storage::Value{});
    if (before != nullptr && job_status_of(*before) == status) return;
    auto second = Instant{std::chrono::floor<std::chrono::seconds>(now)};
    if (status == in_progress && row.find("startedon") == nullptr) row.set("startedon", second);
    if (!is_completed(status)) return;
    // The clock may have been set back meanwhile.
    if (const auto* started = row.get<Instant>("startedon")) second = std::max(second, *started);
    row.set("completedon", second);
    if (const auto* started = row.get<Instant>("startedon")) {
        const auto took = std::chrono::floor<std::chrono::seconds>(second - *started).count();
        row.set("executiontimespan", storage::Fraction{took * storage::Fraction::one});
    }
}

}  // namespace rookery::messages
