// Needs: what must be allowed for one step of a message. Built by messages while it resolves a
// request, judged by decide.
#pragma once

#include "access/fact_rows.hpp"

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <optional>

namespace rookery::access {

/// What decides about one row. A row of a user-owned table has owner and unit. Of the others:
///   systemuser, team  the unit is its businessunitid, the owner is itself
///   role              the unit is its businessunitid, no owner
///   businessunit      the unit is itself, no owner
///   the rest          neither: only Global depth reaches it
/// Of a row to be created: the owner and unit that it will have.
struct RowFacts {
    Uuid id;
    std::optional<Principal> owner;
    Uuid owning_unit;  // nil: none
};

/// A privilege, and the row that it must reach; without a row the privilege at any depth is enough.
struct RowNeed {
    const schema::Privilege* privilege = nullptr;
    std::optional<RowFacts> row;
    /// This user does not need it: it is about himself, or his own. nil: everybody does.
    Uuid except = {};
};

enum class ColumnUse : std::uint8_t { read, create, update };

struct ColumnNeed {
    const schema::Column* column = nullptr;
    ColumnUse use = ColumnUse::read;
    /// Reading in clear: one_record for a GET of one row or its property, all_records for
    /// everything that may show several rows; none when it was not asked for.
    UnmaskLevel unmask = UnmaskLevel::none;
};

struct Needs {
    const schema::Table* table = nullptr;  // of the columns
    // As many in place as a read has.
    boost::container::small_vector<RowNeed, 1> rows;  // judged in this order
    boost::container::small_vector<ColumnNeed, 2>
        columns;  // judged once every row is allowed; columns in clear may be left out

    /// WhoAmI and its kind are for every enabled user; said, so that it is not merely forgotten.
    bool open_to_all = false;

    Needs& need(
        const schema::Table& of, schema::Right right, std::optional<RowFacts> row = std::nullopt
    ) {
        rows.push_back({&schema::privilege(of, right), std::move(row), {}});
        return *this;
    }

    /// A general privilege. Precondition: there is one of that name.
    Needs& need(std::string_view privilege) {
        rows.push_back({schema::privilege(privilege), std::nullopt, {}});
        return *this;
    }

    /// Nothing of it is needed by this user himself.
    Needs& except(const Uuid& user) {
        for (auto& row : rows) row.except = user;
        return *this;
    }

    Needs& use(
        const schema::Column& column, ColumnUse how, UnmaskLevel unmask = UnmaskLevel::none
    ) {
        columns.push_back({&column, how, unmask});
        return *this;
    }
};

}  // namespace rookery::access
