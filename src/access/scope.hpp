// Scope: the rows of a table that a user has a right on, described by owners and units instead of
// row by row, but for those that are shared with him. A list picks its index by it and drops what it does not admit. Agrees with decide on
// every row.
#pragma once

#include "access/caller.hpp"
#include "access/facts.hpp"
#include "access/needs.hpp"

#include <vector>

namespace rookery::access {

struct Scope {
    bool all = false;
    std::vector<Principal> owners;  // ascending
    std::vector<Uuid> units;        // ascending; units below are listed one by one
    std::vector<Uuid> shared = {};  // rows, ascending; others' for the most part
    std::vector<Uuid> shares = {};  // by which they are, in no order
    /// Of whom the caller calls for besides: a row must be in this one too. At most one; then `all` is false.
    std::vector<Scope> also = {};

    [[nodiscard]] bool none() const {
        return !all && owners.empty() && units.empty() && shared.empty();
    }

    [[nodiscard]] bool admits(const RowFacts& row) const;
};

/// Nothing for an unknown or disabled user, and for one without the privilege. Who calls on behalf of another has the
/// right on the rows on which both have it.
[[nodiscard]] Scope scope(
    const Caller& caller, const schema::Table& table, schema::Right right, const Facts& facts
);

}  // namespace rookery::access
