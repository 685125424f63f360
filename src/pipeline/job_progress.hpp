// JobProgress: how far a job is and where it goes on; what its row keeps over a restart. And the states of a job, by
// Dataverse's numbers (asyncoperation.statuscode).
#pragma once

#include <cstdint>
#include <string>

namespace rookery::messages {

struct JobProgress {
    std::uint64_t done = 0;
    std::uint64_t total = 0;  // 0: not known
    std::uint64_t findings = 0;
    std::string wait_reason;  // empty: it does not wait
    std::string cursor;  // the job's own words, at most 40,000 characters; empty: its beginning

    friend bool operator==(const JobProgress&, const JobProgress&) = default;
};

enum class JobStatus : std::int64_t {
    waiting_for_resources = 0,  // it goes on as soon as its turn comes
    waiting = 10,               // paused
    in_progress = 20,
    pausing = 21,    // never written here: a step is too short to wait for its end
    canceling = 22,  // the same
    succeeded = 30,
    failed = 31,
    canceled = 32,
};

}  // namespace rookery::messages
