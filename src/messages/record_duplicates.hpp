// rky_RecordDuplicates: what a detection has found becomes rows. From the jobs only, never over HTTP.
#pragma once

#include "messages/detect_duplicates.hpp"
#include "pipeline/authorized.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rookery::messages {

/// With one message.
inline constexpr std::size_t duplicates_recorded_max = 64;
/// Of one record on one side, for one user: nobody takes another's places.
inline constexpr std::size_t duplicates_of_record_max = 50;
/// Of all users.
inline constexpr std::size_t duplicates_beside_max = 400;

struct RecordedReply {
    std::uint64_t recorded = 0;  // rows that were not there before
    std::uint64_t left_out = 0;  // pairs for which there was no place
};

/// A row has an id of its job, its rule and its two records, so that what is said twice is there once. What is gone by now has no
/// duplicates any more, and of a record that has as many rows of the job's owner as it may there are no others. Errc::not_found for a job that is
/// gone.
struct RecordDuplicates {
    Uuid job;
    std::vector<DuplicatePair> pairs;  // at most duplicates_recorded_max

    struct Plan {
        AuthorizedChanges changes;
        std::uint64_t left_out = 0;
    };

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
