// A row of any table in memory. Format on disk: docs/formats/row.md, encoded by row_codec.
#pragma once

#include "base/bytes.hpp"
#include "base/uuid.hpp"
#include "schema/schema.hpp"
#include "storage/value.hpp"

#include <cstdint>
#include <vector>

namespace rookery::storage {

struct Cell {
    schema::ColumnId column = 0;
    Value value;
};

struct Row {
    const schema::Table* table = nullptr;
    Uuid id;
    std::uint64_t row_version = 0;  // per record, fixed by the planner, bound into tag and contexts
    std::uint32_t dek_version = 0;  // 0: no sealed column was ever written
    std::vector<Cell> cells;        // ascending by column, no nulls
    // What the codec and the ledger fill in; outside the tag except for the tag itself.
    Digest tag{};
    std::uint64_t versionnumber = 0;  // vault-wide, assigned by the ledger
    Bytes wrapped_dek;                // 120 bytes or empty
    std::uint32_t wrap_generation = 0;

    [[nodiscard]] RowRef ref() const { return {table->id, id}; }

    /// Null when absent.
    [[nodiscard]] const Value* find(schema::ColumnId column) const;
    [[nodiscard]] const Value* find(std::string_view column) const;

    /// T of the column, or nothing when absent.
    template <class T>
    [[nodiscard]] const T* get(std::string_view column) const {
        const auto* value = find(column);
        return value == nullptr ? nullptr : std::get_if<T>(value);
    }

    /// Null removes.
    void set(schema::ColumnId column, Value value);
    void set(std::string_view column, Value value);
};

}  // namespace rookery::storage
