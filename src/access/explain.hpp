// Explain: what decides, listed for people. Who reads a record's tokens in clear and by which paths, and
// what a user may do at all. It computes no right of its own: the ways are each_path's, levels and depths
// those of reach, rows those of scope, exactly as decide and judge take them.
//
// A pure function on ids, like they are. Called by messages.
#pragma once

#include "access/facts.hpp"
#include "access/needs.hpp"
#include "access/path.hpp"
#include "access/scope.hpp"

#include <optional>
#include <vector>

namespace rookery::access {

/// A profile that lets a user see a column in clear.
struct UnmaskSource {
    Uuid profile;
    Uuid team;  // that holds the profile; nil: the user himself
    UnmaskLevel level = UnmaskLevel::none;
};

struct ClearColumn {
    const schema::Column* column = nullptr;
    UnmaskLevel level = UnmaskLevel::none;  // the highest of the sources
    std::vector<UnmaskSource> sources;
};

struct Reader {
    Uuid user;
    bool enabled =
        true;  // false: he does not read it now, and would, were he and all units enabled
    std::vector<Path> paths;           // to the row; at least one
    bool more_paths = false;           // there are more than are listed
    std::vector<ClearColumn> columns;  // of the query's; at least one
};

struct ReadersQuery {
    const schema::Table* table = nullptr;
    RowFacts row;
    std::vector<const schema::Column*> columns;  // sealed ones of the table
    Uuid after;                                  // nil: from the first user on
    std::size_t top = 50;                        // readers, at most
    std::size_t examined_max = 10'000;           // holders of a profile that are looked at, at most
    std::size_t paths_max = 20;                  // of one reader
};

struct Readers {
    std::vector<Reader> readers;     // ascending by user
    std::optional<Uuid> next_after;  // set: users above it were not looked at
    std::size_t examined = 0;        // holders that were
};

/// The users who could read one of the columns of the row in clear, were they to ask.
[[nodiscard]] Readers readers_of(const ReadersQuery& query, const Facts& facts);

struct ColumnAccess {
    const schema::Column* column = nullptr;
    bool create = false;
    bool read = false;
    bool update = false;
    UnmaskLevel unmask = UnmaskLevel::none;
};

/// A table with rows that the user may read, or sealed columns that he has a permission on.
struct TableAccess {
    const schema::Table* table = nullptr;
    Scope rows;                         // that he may read
    std::vector<ColumnAccess> columns;  // sealed ones
};

struct HeldPrivilege {
    const schema::Privilege* privilege = nullptr;
    Path path;  // of the greatest depth; Path::Rule::role
};

struct UserAccess {
    bool enabled = true;                    // false: all below as if he and all units were enabled
    std::vector<TableAccess> tables;        // ascending by id
    std::vector<HeldPrivilege> privileges;  // ascending by id: what he may do, and give
    bool system_administrator = false;      // may give what is ordinary, whether he holds it or not
    bool administers = false;               // has something that a credential may not carry
};

/// Nothing for an unknown user.
[[nodiscard]] std::optional<UserAccess> access_of(const Uuid& user, const Facts& facts);

}  // namespace rookery::access
