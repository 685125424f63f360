// TableRules: what holds for one table's rows beyond what the schema says. One file a table (rules of
// `systemuser` in systemuser_rules.cpp), one row each in the table of rules; code elsewhere names a table only
// where it is about that table.
#pragma once

#include "access/fact_rows.hpp"
#include "access/needs.hpp"
#include "audit/event.hpp"
#include "pipeline/draft.hpp"
#include "pipeline/plan_builder.hpp"
#include "rules/claims.hpp"

#include <map>
#include <optional>
#include <span>
#include <string_view>

namespace rookery::messages {

/// A write as it would leave the row.
struct WriteCheck {
    PlanBuilder& builder;
    const storage::Row* before;  // null for a new row
    const Draft& draft;
    access::Needs& needs;  // a rule may add what else the write needs
    Claims& claims;        // what earlier rows of the request took
    /// Rows that the same request brings back, as they will be: no index leads to them yet. Null: none.
    const std::map<storage::RowRef, RowPtr>* beside = nullptr;
};

/// A row that goes.
struct RemovalCheck {
    PlanBuilder& builder;
    const storage::Row& row;
    access::Needs& needs;  // a rule may add what else the removal needs
    bool along = false;    // it goes with another row, whose removal is decided
};

/// A pair that Associate makes or Disassociate ends.
struct PairCheck {
    const access::Caller& caller;
    const storage::Row& first;  // in the order of the association
    const storage::Row& second;
    bool made = false;
};

/// A null member: nothing holds.
struct TableRules {
    const schema::Table* table = nullptr;
    /// What a change is called on the log, where it is neither create, update nor delete.
    std::optional<audit::Action> action = {};
    /// The row as the value that access decides on. Every access-fact table has one.
    access::Fact (*fact)(const storage::Row& row) = nullptr;
    /// Columns that follow from others, once these are set.
    void (*derive)(storage::Row& row) = nullptr;
    /// Columns that follow from this write; `before` is null for a new row.
    void (*follow)(const storage::Row* before, storage::Row& row, const Authorship& by) = nullptr;
    /// Takes the caller's unit when none is given.
    std::string_view unit_column = "businessunitid";
    /// Whether the caller may change this row in these columns; null input: in any way.
    Result<void> (*check_change
    )(const access::Caller& caller, const storage::Row& row, const Input* input) = nullptr;
    /// What must hold of a row that is written, besides alternate keys.
    Result<void> (*check_write)(const WriteCheck& write) = nullptr;
    /// Of a table whose rows do not take every status from every other: whether a request may give it to this row.
    bool (*may_take_status)(const storage::Row& row, std::int64_t status) = nullptr;
    /// Whether rows can be removed at all, asked before one is read.
    Result<void> (*check_removable)() = nullptr;
    /// Instead of check_change, whether a request may name this row to be removed.
    Result<void> (*check_named_removal
    )(const access::Caller& caller, const storage::Row& row) = nullptr;
    /// What must hold of a row that goes, once its children are accounted for.
    Result<void> (*check_removal)(const RemovalCheck& removal) = nullptr;
    /// Of an intersect table.
    Result<void> (*check_pair)(const PairCheck& pair) = nullptr;
    /// What ending a pair needs, when it is not what Disassociate does; `first` is the row of its first column.
    access::Needs (*needs_to_end)(const storage::Row& first) = nullptr;
    /// Of rows that are a part of another row, and go with it: what their removal needs then.
    Result<access::Needs> (*needs_as_part)(PlanBuilder& builder, const storage::Row& row) = nullptr;
};

/// Of all tables that have some.
[[nodiscard]] std::span<const TableRules* const> every_rules();
[[nodiscard]] const TableRules& rules_of(const schema::Table& table);

/// Precondition: a row of an access-fact table.
[[nodiscard]] access::Fact fact_of(const storage::Row& row);

}  // namespace rookery::messages
