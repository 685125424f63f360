#include "rules/job_status.hpp"

#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

struct Passage {
    JobStatus from;
    JobStatus to;
    JobHand by;
};

using enum JobStatus;

constexpr Passage passages[] = {
    {waiting_for_resources, in_progress, JobHand::runner},
    {waiting_for_resources, failed, JobHand::runner},
    {in_progress, succeeded, JobHand::runner},
    {in_progress, failed, JobHand::runner},
    {waiting_for_resources, waiting, JobHand::request},
    {in_progress, waiting, JobHand::request},
    {waiting, waiting_for_resources, JobHand::request},
    {waiting_for_resources, canceled, JobHand::request},
    {waiting, canceled, JobHand::request},
    {in_progress, canceled, JobHand::request},
};

const schema::Option* option_of(JobStatus status) {
    const auto options = schema::known::asyncoperation.column("statuscode")->options;
    const auto found =
        std::ranges::find(options, static_cast<std::int32_t>(status), &schema::Option::value);
    return found == options.end() ? nullptr : &*found;
}

}  // namespace

bool may_pass(JobStatus from, JobStatus to, JobHand by) {
    return std::ranges::any_of(passages, [&](const Passage& one) {
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
    if (before != nullptr && job_status_of(*before) == status) return;
    const auto second = Instant{std::chrono::floor<std::chrono::seconds>(now)};
    if (status == in_progress && row.find("startedon") == nullptr) row.set("startedon", second);
    if (!is_completed(status)) return;
    row.set("completedon", second);
    row.set("rky_waitreason", storage::Value{});
}

}  // namespace rookery::messages
