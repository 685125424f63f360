// rky_CompromiseKey: somebody else may have a record KEK, or a root key and with it all of them. The job data-rekey does
// what follows, before every other job: the KEK is marked, so that nothing is wrapped with it any more, has a successor,
// and every data key that was ever under it is replaced. What is left to people: rky_RetrieveExposedRecords.
#pragma once

#include "messages/start_job.hpp"
#include "pipeline/authorized.hpp"

#include <cstdint>
#include <optional>

namespace rookery::messages {

/// Errc::invalid_argument for a version that there is not, restricted for one that opens nothing any more, and as StartJob.
struct CompromiseKey {
    std::optional<std::uint32_t>
        version;  // of the record KEK; nothing: the root key, so all that there are

    using Plan = Authorized<Change>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
