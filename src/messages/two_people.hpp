// What takes two people: a purge, and the destruction of a key. The first asks, by a job's row that waits; a second one
// approves within a day. He must be another person by every credential that there ever was, and what the first one said
// counts only if he may still say it.
#pragma once

#include "access/caller.hpp"
#include "access/facts.hpp"
#include "access/needs.hpp"
#include "messages/requester.hpp"
#include "messages/word_holds.hpp"
#include "pipeline/authorized.hpp"
#include "query/job_reader.hpp"

#include <string>
#include <string_view>

namespace rookery::messages {

[[nodiscard]] inline Requester requester_of(const access::Caller& caller) {
    return {caller.user, caller.credential};
}

/// A word that somebody gave.
struct GivenWord {
    std::string_view what;  // "a purge", "the destruction of a key"
    Requester by;
    Instant said;
};

/// Whether the builder's caller may approve. `needs`: of both. Errc::restricted for a word that is a day old, or of somebody
/// who is disabled by now, whose credential was revoked, or who lost a right that it takes; access_denied for whoever gave it,
/// or could be him.
[[nodiscard]] Result<void> check_second_person(
    const PlanBuilder& builder, const GivenWord& word, const access::Needs& needs
);

/// The cursor of a job that waits for a second person's word; null for another row.
[[nodiscard]] const std::string* cursor_of_request(const storage::Row& row, std::string_view name);

/// Whether the job waits for a second person's word that comes too late by now.
[[nodiscard]] bool is_expired_request(const JobRow& row, Instant now);

/// The step by which the job goes on that somebody approved, with this cursor. `needs`: of the approval.
[[nodiscard]] Result<Step<Change>> approved_job(
    PlanBuilder& builder, RowPtr before, std::string cursor, access::Needs needs
);

}  // namespace rookery::messages
