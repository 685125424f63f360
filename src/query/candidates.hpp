// Candidates: where in the store the rows of a list can be, by the narrowest index that its parent, its filter or
// the caller's scope leads to. Every row of the list is in one of the ranges; not every row in them is of the list.
#pragma once

#include "access/scope.hpp"
#include "query/query.hpp"
#include "storage/store.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace rookery::messages {

class Candidates {
 public:
    /// `filter` is the query's, resolved, or null. `parent` is the row that the query is within, or null.
    Candidates(
        const Query& query, const Filter* filter, const storage::Row* parent,
        const access::Scope& scope
    );

    /// Ascending, and apart from each other.
    [[nodiscard]] const std::vector<storage::KeyRange>& ranges() const { return ranges_; }

    /// The id of the row that an entry leads to; through an intersect row for an N:N.
    [[nodiscard]] const schema::Column* through() const { return through_; }

    [[nodiscard]] const schema::Table& walked() const { return *walked_; }

    /// Whether nothing narrower than the table was found.
    [[nodiscard]] bool whole_table() const { return whole_table_; }

    /// What no index tells: whether the row belongs to the parent that was asked for.
    [[nodiscard]] bool admits(const storage::Row& row) const;

 private:
    void by_parent(const Within& within, const storage::Row& parent);
    [[nodiscard]] bool by_filter(const Filter& filter);
    void by_scope(const access::Scope& scope);
    void take(std::vector<storage::KeyRange> ranges);

    const schema::Table& table_;
    const schema::Table* walked_ = &table_;
    const schema::Column* through_ = nullptr;
    bool whole_table_ = false;
    std::vector<storage::KeyRange> ranges_;
    std::optional<std::pair<schema::ColumnId, storage::RowRef>> required_;
};

}  // namespace rookery::messages
