// Expander: shows with rows what their expanded navigation properties lead to. Each row is read, judged and shown once for
// each place of the query, however many rows lead to it. Nothing of it leaves before what it recorded is on the log.
#pragma once

#include "pipeline/show.hpp"
#include "query/planned_expansion.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace rookery::messages {

/// Rows of a collection that are shown with one row; the collection's own URL has all of them, page by page.
inline constexpr std::size_t expanded_collection_max = 5000;
/// Rows that are shown in one answer through $expand; one that is shown in two places counts twice.
inline constexpr std::uint64_t expanded_rows_max = 20'000;
/// Rows that one answer shows in clear: each has an event of its own.
inline constexpr std::uint64_t revealed_rows_max = 200;

class Expander {
 public:
    /// Both outlive it. `revealed`: rows of the answer that are shown in clear already.
    Expander(PlanBuilder& builder, TargetNames& names, std::uint64_t revealed = 0);
    ~Expander();

    /// The rows of each collection are in the order of their ids, as the pages of a join count on.
    void order_by_id() { by_id_ = true; }

    Expander(const Expander&) = delete;
    Expander& operator=(const Expander&) = delete;

    /// Fills in `row.expanded`. `planned` outlives this. Errc: too_expensive for more rows than the limits above; what
    /// WorkBudget::spend and list say; integrity, and those of the disk.
    [[nodiscard]] Result<void> expand(ShownRow& row, const std::vector<PlannedExpansion>& planned);

    /// An event for each place of the query and table that was looked at, and one for each row that is shown in clear.
    /// `start`: the row that was asked for, if it was one.
    void record(const Authorized<ShowRow>* start);

    /// Adds what is masked.
    void add_masked(std::vector<MaskedColumn>& to) const;

 private:
    struct Known;
    struct Place;

    [[nodiscard]] Result<void> fill(ShownRow& row, const std::vector<PlannedExpansion>& planned);
    [[nodiscard]] Result<ShownLink> follow(const ShownRow& row, const PlannedExpansion& planned);
    [[nodiscard]] Result<ShownLink> members(const ShownRow& row, const PlannedExpansion& planned);
    /// Null for a row that is not there, that the caller may not read, or that the filter leaves out.
    [[nodiscard]] Result<ShownRowPtr> look_up(Place& place, const Uuid& id);
    [[nodiscard]] Result<Known> look_up_first(Place& place, const Uuid& id);
    [[nodiscard]] Result<ShownRowPtr> member(Place& place, RowPtr row);
    /// `in_clear`: it counts as a row that is shown in clear.
    [[nodiscard]] Result<Known> keep(
        Place& place, Exposure shown, const access::Decision& decision, bool in_clear
    );
    [[nodiscard]] Result<void> count(std::uint64_t rows, std::uint64_t revealed);
    [[nodiscard]] Place& place_of(const Expansion& asked, const PlannedTable& table);
    void record(const Place& place, const Authorized<ShowRow>* start);

    PlanBuilder& builder_;
    TargetNames& names_;
    std::vector<std::unique_ptr<Place>> places_;  // in the order in which they were met
    std::uint64_t rows_ = 0;
    std::uint64_t revealed_;
    bool by_id_ = false;
};

}  // namespace rookery::messages
