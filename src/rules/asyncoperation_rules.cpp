#include "rules/job_status.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

/// What a request may do to a job: pause, resume or cancel it. The columns refuse everything else.
Result<void> check_write(const WriteCheck& write) {
    if (write.before == nullptr) {
        return fail(
            Errc::method_not_allowed,
            "The 'Create' method does not support entities of type 'asyncoperation'.",
            "rky_StartJob starts a job"
        );
    }
    const auto from = job_status_of(*write.before);
    const auto to = job_status_of(write.draft.row);
    if (from == to || may_pass(from, to, JobHand::request)) return {};
    return fail(
        Errc::bad_state,
        "A job that is '" + std::string(label_of(from)) + "' cannot become '" +
            std::string(label_of(to)) + "' by a request.",
        "statecode 1 and statuscode 10 pause, 0 and 0 resume what is paused, 3 and 32 cancel"
    );
}

/// The runner has it in hand: what it writes next would find no row.
Result<void> check_removal(PlanBuilder&, const storage::Row& row) {
    if (job_status_of(row) != JobStatus::in_progress) return {};
    return fail(Errc::restricted, "A job in progress cannot be deleted.", "cancel it first");
}

}  // namespace

extern const TableRules asyncoperation_rules;
constinit const TableRules asyncoperation_rules{
    .table = &schema::known::asyncoperation,
    .follow = follow_job_status,
    .check_write = check_write,
    .check_removal = check_removal,
};

}  // namespace rookery::messages
