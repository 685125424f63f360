// RetrieveDuplicates: the rows of one table that are duplicates of a row by the published rules, whether that row is there already
// or only described.
#pragma once

#include "pipeline/authorized.hpp"

#include <cstdint>
#include <optional>

namespace rookery::messages {

/// Rows up to and with the page that is asked for (dataverse: so many duplicates are returned at most).
inline constexpr std::uint32_t duplicates_retrieved_max = 5000;

struct RetrieveDuplicatesPlan {
    std::optional<Authorized<ShowRow>> start;  // the row that is there
    Authorized<ShowList> list;
    storage::Row row;  // with what is given of it
};

/// Rows that the caller may read, as a list shows them. Errc: detection_unsupported for a table without detection, paging_limit
/// behind duplicates_retrieved_max, not_found, and those of a list.
struct RetrieveDuplicates {
    const schema::Table* base = nullptr;
    const schema::Table* table = nullptr;  // among whose rows
    std::optional<Uuid> id;                // of a row that is there; nothing: what is given is all
    Input given;                           // no token: those are compared by nobody
    std::uint32_t page = 1;
    std::uint32_t page_size = 50;

    using Plan = RetrieveDuplicatesPlan;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
