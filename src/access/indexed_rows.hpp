// IndexedRows: rows by id, with indexes by ids that they name, whatever the rows are: who knows what they are is
// FactTable. Immutable; a change gives a new one that shares all rows but the changed ones with the old. Compiled once,
// not for each kind of row: what sorts and merges would take a compiler a minute.
#pragma once

#include "access/sorted_chunks.hpp"
#include "base/uuid.hpp"

#include <compare>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace rookery::access {

class IndexedRows {
 public:
    /// Each row stays where it is for as long as somebody has it.
    using Rows = SortedChunks<Uuid, std::shared_ptr<const void>>;

    struct NamedKey {
        Uuid named;
        Uuid id;

        friend auto operator<=>(const NamedKey&, const NamedKey&) = default;
    };

    /// The rows are those that rows() keeps.
    using Index = SortedChunks<NamedKey, const void*>;
    /// The id of the row that an index goes by. A row where it is nil is not in that index.
    using NamedBy = Uuid (*)(const void* row);

    [[nodiscard]] const Rows& rows() const { return rows_; }

    /// Precondition: at < the number of indexes that the last change was made with; empty before any.
    [[nodiscard]] const Index& index(std::size_t at) const {
        static const Index none;
        return at < indexes_.size() ? indexes_[at] : none;
    }

    /// With these rows put (a value) or removed (nothing); the last change of an id counts. `indexes` are always the same.
    [[nodiscard]] IndexedRows with(
        std::vector<Rows::Edit> changes, std::span<const NamedBy> indexes
    ) const;

 private:
    /// What edits of the rows mean for the index by `named_by`.
    [[nodiscard]] std::vector<Index::Edit> index_edits(
        std::span<const Rows::Edit> edits, NamedBy named_by
    ) const;

    Rows rows_;
    std::vector<Index> indexes_;
};

}  // namespace rookery::access
