// What starts a run: the row of its job, which the runner takes up, and its account, a row of retentionoperation.
#pragma once

#include "messages/retention_cursor.hpp"
#include "pipeline/authorized.hpp"
#include "query/query.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace rookery::messages {

struct StartedRetentionReply {
    Uuid operation;
    Uuid job;
};

struct RetentionStart {
    RetentionKind kind = RetentionKind::retain;
    std::string table;  // its name
    std::string name;
    std::string criteria;  // FetchXML; of a purge none
    Requester by;
    std::optional<Uuid> operation;  // the id that it is to have
    std::optional<PolicyRun> policy;
    std::optional<Instant> retained_before;  // of a purge
    std::string refused;  // why there is no such run: it has an account, which failed, and no job
};

/// Two steps, the job's first; of a run that is refused the account's alone. Without `needs` they are the vault's own. Errc: those of job_start, as a deferred error;
/// duplicate_id for an operation that there is or was.
[[nodiscard]] Result<std::vector<Step<Change>>> retention_start(
    PlanBuilder& builder, const RetentionStart& start, const access::Needs* needs
);

/// What BulkRetain and rky_BulkRollbackRetain are asked for.
struct AskedRetention {
    Query query;       // whose rows; its table is what matters here
    std::string text;  // the query, as who reads it for the job has it
    std::optional<Uuid> operation;
};

/// What it takes to ask for a run, and for each of its steps.
[[nodiscard]] access::Needs needs_of_run(RetentionKind kind, const schema::Table& table);

/// The plan of both. Errc: as retention_start; not_retained, too_many_requests, invalid_argument for a long query.
[[nodiscard]] Judged<AuthorizedChanges> plan_retention(
    PlanBuilder& builder, RetentionKind kind, const AskedRetention& asked
);

[[nodiscard]] Result<MessageReply::Body> start_planned(
    PlanBuilder& builder, AuthorizedChanges& plan
);

}  // namespace rookery::messages
