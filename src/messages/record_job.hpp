// rky_RecordJob: how far a job is and what it found. From the runner only, never over HTTP.
//
// The row is the truth about a job's state: what was paused, cancelled or ended stays so, whatever is said here, and the
// reply tells the runner. Progress and findings are recorded in any case: they are of a step that was made.
#pragma once

#include "audit/finding.hpp"
#include "pipeline/authorized.hpp"
#include "pipeline/job_progress.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rookery::messages {

/// Of a check of the disk.
struct JobFinding {
    audit::FindingKind kind = audit::FindingKind::damaged;
    std::string place;                   // as `rookery verify` names it
    std::string what;                    // never a value
    std::optional<storage::RowRef> row;  // of a table, if it is about one
};

/// With one message.
inline constexpr std::size_t job_findings_max = 64;

/// How the job stands in its row from now on.
struct JobReply {
    JobStatus status = JobStatus::waiting_for_resources;
};

/// Errc::restricted for another cursor than if_cursor, or one that the row has no room for.
struct RecordJob {
    Uuid id;
    JobProgress progress;
    std::optional<JobStatus> to;  // nothing: as it is
    std::string message;          // for people, of an end; empty: as it is
    std::vector<JobFinding> findings;
    /// Only if this is still its cursor: what was read a while ago may have been approved since.
    std::optional<std::string> if_cursor = {};
    std::optional<Errc> error = {};  // of one that failed by it

    using Plan = Authorized<Change>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
