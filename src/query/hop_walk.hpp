// HopWalk: the rows of one table that a row is related to, one after the other, each verified to be.
#pragma once

#include "pipeline/plan_builder.hpp"
#include "query/filter.hpp"
#include "storage/store.hpp"

#include <memory>
#include <optional>

namespace rookery::messages {

/// `row` is null when finding out who is next took no look at it.
struct Member {
    Uuid id;
    RowPtr row;
};

/// The row that the lookup leads to, if it leads to one of the hop's table. Precondition: the hop is a lookup.
[[nodiscard]] std::optional<Uuid> led_to(const Hop& hop, const storage::Row& row);

class HopWalk {
 public:
    /// `builder` pays for what is read, and outlives this, as `hop` does.
    HopWalk(const PlanBuilder& builder, const Hop& hop, const storage::Row& of);

    /// The next one, whoever may read it; nothing at the end. Errc: integrity, those of the disk, and what
    /// WorkBudget::spend says.
    [[nodiscard]] Result<std::optional<Member>> next();

 private:
    [[nodiscard]] Result<std::optional<Member>> next_child();
    [[nodiscard]] Result<std::optional<Member>> next_partner();
    [[nodiscard]] Result<RowPtr> row_of_entry(const schema::Table& table, std::string_view entry);

    const PlanBuilder& builder_;
    const Hop& hop_;
    const storage::RowRef of_;
    std::optional<Uuid> one_;                         // of a lookup
    const schema::Table* pairs_ = nullptr;            // of an N:N
    const schema::Column* far_ = nullptr;             // of these, to the other side
    std::unique_ptr<storage::Cursor> entries_ = {};   // of an index
    std::unique_ptr<storage::Cursor> all_rows_ = {};  // of a lookup that has none
    bool started_ = false;
};

/// A row by its id, paid for. Null when it is not there.
[[nodiscard]] Result<RowPtr> look_up(
    const PlanBuilder& builder, const schema::Table& table, const Uuid& id
);

}  // namespace rookery::messages
