// list_of_log: the rows of a list of the table `audit`, made of the log's entries in the order in which they were made, newest
// first unless the list is ordered by createdon upwards. The log has no index but its own order: what a filter says of
// createdon and auditid is looked up, everything else is tried on one entry after another, so many for a page.
#pragma once

#include "query/list.hpp"

namespace rookery::messages {

/// Entries that are looked at for one page: a page may be short or empty and still lead to a next one.
inline constexpr std::uint64_t log_entries_per_page = 20'000;

/// What opening an entry costs, in units of WorkBudget.
inline constexpr std::uint64_t log_entry_cost = 6000;

/// Precondition: a table that is of the log. An entry that cannot be read is in every list, whatever its filter, since
/// nothing says that it is not the one. Errc::unsupported for another order, and for a page by its number.
[[nodiscard]] Result<Page> list_of_log(
    PlanBuilder& builder, const Query& query, ListRules& rules, std::size_t page_max
);

/// The same to an aggregation, as far as the request's work goes: Errc::too_expensive beyond it.
[[nodiscard]] Result<void> aggregate_log(
    PlanBuilder& builder, const Query& query, ListRules& rules, Aggregator& to
);

}  // namespace rookery::messages
