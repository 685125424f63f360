// RetrieveMultiple: rows of a table, all that the caller may read, or those of a collection navigation.
#pragma once

#include "messages/authorized.hpp"
#include "messages/filter.hpp"

namespace rookery::messages {

/// The members of a collection navigation: children of a 1:N, or the far side of an N:N.
struct Within {
    Target parent;
    const schema::Relationship* relationship = nullptr;
    const schema::Association* association = nullptr;
};

struct RetrieveMultiplePlan {
    std::optional<Authorized<ShowRow>> parent;
    Authorized<ShowList> list;
};

struct RetrieveMultiple {
    const schema::Table* table = nullptr;
    std::optional<Within> within;
    Selection selection;
    std::optional<Filter> filter;
    std::vector<OrderBy> order;
    std::optional<std::uint32_t> top;
    std::uint32_t page_size = 5000;
    bool count = false;          // @odata.count
    bool count_only = false;     // SET/$count
    std::string paging_token;    // opaque, as this server made it; empty on the first page
    std::string query_digest;    // 32 bytes over the canonical query, bound into paging tokens

    using Plan = RetrieveMultiplePlan;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
