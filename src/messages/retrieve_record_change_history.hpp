// RetrieveRecordChangeHistory and RetrieveAttributeChangeHistory: what the log tells of the changes of one row, or of one
// column of it, newest first.
#pragma once

#include "messages/audit_detail.hpp"
#include "pipeline/authorized.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rookery::messages {

inline constexpr std::uint32_t history_page_max = 5000;

/// Dataverse's PagingInfo.
struct HistoryPage {
    std::uint32_t number = 1;
    std::uint32_t count = history_page_max;
    bool total = false;  // how many there are altogether
    std::string cookie;  // of the page before; empty: none
};

struct HistoryReply {
    std::vector<AuditDetail> details;
    bool more = false;
    std::string cookie;  // for the next page, if there may be more
    std::optional<std::uint64_t>
        total;  // nothing when it was not asked for, or when the log is too long to tell
};

struct HistoryPlan {
    Authorized<Act> reading;
    bool reviewing = false;  // whoever reads the log needs no right on the row
    storage::RowRef row;     // which may be gone
};

/// Errc: not_found and key_not_found for whoever does not read the whole log; unsupported for the log's own entries;
/// column_read_denied for a column that the caller may not read; bad_paging_token; paging_limit for a page by its number
/// that is too far.
struct RetrieveRecordChangeHistory {
    Target target;
    const schema::Column* attribute = nullptr;  // null: of all
    HistoryPage page;

    using Plan = HistoryPlan;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
