// RecentRows: the rows that were read last, verified: the rows of a bulk message, and the parts of a change set, mostly
// name the same owner and parents.
#pragma once

#include "storage/row.hpp"

#include <array>
#include <cstddef>
#include <memory>

namespace rookery::messages {

using RowPtr = std::shared_ptr<const storage::Row>;

/// Used by one thread.
class RecentRows {
 public:
    /// Null: it is not among them.
    [[nodiscard]] RowPtr find(const schema::Table& table, const Uuid& id) const {
        for (const auto& row : rows_) {
            if (row && row->id == id && row->table == &table) return row;
        }
        return nullptr;
    }

    void keep(RowPtr row) { rows_[next_++ % rows_.size()] = std::move(row); }

 private:
    std::array<RowPtr, 8> rows_;
    std::size_t next_ = 0;
};

}  // namespace rookery::messages
