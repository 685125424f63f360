// RetrieveChanges: the rows of a table that were written or removed since a delta link was made (dataverse: "Use change
// tracking to synchronize data"). Tokens are masked in it; it reads no more than a list does.
#pragma once

#include "pipeline/authorized.hpp"

#include <cstdint>
#include <string>

namespace rookery::messages {

struct RetrieveChanges {
    const schema::Table* table = nullptr;
    Selection selection;
    std::uint32_t page_size = 5000;
    bool count_only = false;   // SET/$count
    std::string delta_token;   // opaque, as this server made it
    std::string query_digest;  // of the list that it follows

    using Plan = Authorized<ShowList>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
