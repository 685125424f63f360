// rky_RetrieveVaultStatus: the vault about itself.
#pragma once

#include "pipeline/authorized.hpp"
#include "pipeline/job_monitor.hpp"

namespace rookery::messages {

struct StatusReply {
    Uuid vault;
    bool development = false;
    std::uint64_t log_size = 0;
    std::uint64_t access_epoch = 0;
    std::uint32_t keyring_epoch = 0;
    std::uint64_t outbox_rows = 0;
    std::string version;
    std::string anchor;  // where it is kept
    std::vector<std::string> warnings;
    std::vector<JobState> jobs;  // that this process can run
};

struct RetrieveVaultStatus {
    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
