// RetrieveTotalRecordCount: how many rows of each table the caller may read.
#pragma once

#include "pipeline/authorized.hpp"

#include <cstdint>
#include <vector>

namespace rookery::messages {

/// More tables than this are not counted in one request.
inline constexpr std::size_t tables_counted_max = 50;

struct TotalRecordCount {
    const schema::Table* table = nullptr;
    std::uint64_t rows = 0;
};

struct TotalRecordCountReply {
    std::vector<TotalRecordCount> counts;
};

/// Errc::too_expensive when there are more rows than can be counted in the time of one request.
struct RetrieveTotalRecordCount {
    std::vector<const schema::Table*> tables;  // different ones, at least one

    using Plan = std::vector<Authorized<Act>>;  // one for each table

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
