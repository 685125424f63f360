// Candidates: where in the store the rows of a list can be. Its parent, its filter and the caller's scope each may lead
// to an index; of those that do, the one with the fewest entries is walked. Every row of the list is in one of the
// ranges; not every row in them is of the list.
#pragma once

#include "access/scope.hpp"
#include "base/result.hpp"
#include "query/query.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::messages {

/// Where a page ended among the rows besides the ranges: longer than the key of a row by one byte, and shorter than any
/// entry of an index.
[[nodiscard]] std::string position_besides(std::string_view row_key);
[[nodiscard]] bool is_among_besides(std::string_view position);

/// Of a list without an order: whether a page that ended at `position` had the row at `key`, or could have. Empty: there was
/// none before.
[[nodiscard]] bool was_before(std::string_view key, std::string_view position);

/// Whether a walk that is at `key`, from the range's start on, is still in it: an empty end is the family's.
[[nodiscard]] inline bool is_in(std::string_view key, const storage::KeyRange& range) {
    return range.upper.empty() || key < range.upper;
}

class Candidates {
 public:
    /// What the choice depends on besides the query.
    struct Search {
        const storage::StoreView& store;
        const access::Scope& scope;
        std::string_view
            position;  // key at which the page before ended, of a list without an order; else empty
        bool everything = false;  // all candidates are looked at, however long the page is
    };

    /// So few entries are looked at one by one rather than in an order.
    static constexpr std::size_t few_max = 256;

    /// `filter` is the query's, resolved, or null. `parent` is the row that the query is within, or null.
    /// Errc::bad_paging_token for a position in an index that nothing leads to any more.
    [[nodiscard]] static Result<Candidates> find(
        const Query& query, const Filter* filter, const storage::Row* parent, const Search& search
    );

    /// Ascending, and apart from each other.
    [[nodiscard]] const std::vector<storage::KeyRange>& ranges() const { return ranges_; }

    /// Rows that may be of the list and in none of the ranges: shared ones, where those are of owners. Ascending. What
    /// `covered` says of one is in a range too.
    [[nodiscard]] const std::vector<Uuid>& besides() const { return besides_; }

    [[nodiscard]] static bool covered(const access::Scope& scope, const storage::Row& row);

    /// The id of the row that an entry leads to; through an intersect row for an N:N.
    [[nodiscard]] const schema::Column* through() const { return through_; }

    [[nodiscard]] const schema::Table& walked() const { return *walked_; }

    /// Whether it may be shorter to walk an index of the table in the order of the list, as far as the page goes.
    [[nodiscard]] bool many() const { return many_; }

    /// What no index tells: whether the row belongs to the parent that was asked for.
    [[nodiscard]] bool admits(const storage::Row& row) const;

    /// Units of WorkBudget that the choice took.
    [[nodiscard]] std::uint64_t cost() const { return cost_; }

 private:
    explicit Candidates(const schema::Table& table) : table_(&table), walked_(&table) {}

    void by_parent(const Within& within, const storage::Row& parent);
    [[nodiscard]] Result<void> by_index(const Filter* filter, const Search& search);
    void take(std::vector<storage::KeyRange> ranges);

    const schema::Table* table_;
    const schema::Table* walked_;
    const schema::Column* through_ = nullptr;
    bool many_ = false;
    std::uint64_t cost_ = 0;
    std::vector<storage::KeyRange> ranges_;
    std::vector<Uuid> besides_;
    std::optional<std::pair<schema::ColumnId, storage::RowRef>> required_;
};

}  // namespace rookery::messages
