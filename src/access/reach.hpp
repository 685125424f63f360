// Reach: what one user may do, put together from roles, teams and profiles. Derived from Facts once
// per user until a change touches him, so that a decision is a few comparisons. Internal to access.
#pragma once

#include "access/fact_rows.hpp"
#include "access/unit_tree.hpp"

#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <vector>

namespace rookery::access {

/// More than every privilege there is; see privilege_index.
inline constexpr std::size_t privilege_slots = 320;

/// Position of a privilege in schema::privileges().
[[nodiscard]] std::size_t privilege_index(const schema::Privilege& privilege);

/// Depth of each privilege in one role, by privilege_index.
struct RoleDepths {
    std::array<schema::Depth, privilege_slots> depths{};
    std::bitset<privilege_slots> held;  // where the depth is not none

    [[nodiscard]] schema::Depth operator[](std::size_t index) const { return depths[index]; }
};

/// One role that works for the user, through himself or through a team.
struct Assignment {
    Uuid role;
    Uuid team;        // nil: held by the user himself
    Uuid unit;        // the holder's
    UnitRange below;  // the holder's unit and those below
    bool own = true;  // counts as the user's own: his rows and those of all his teams
    std::shared_ptr<const RoleDepths> depths;  // outlives the snapshot, as the reach may
};

struct ColumnReach {
    schema::TableId table = 0;
    schema::ColumnId column = 0;
    bool create = false;
    bool read = false;
    bool update = false;
    UnmaskLevel unmask = UnmaskLevel::none;
};

struct Reach {
    bool enabled = false;  // the user and his unit are
    AccessMode mode = AccessMode::read_write;
    std::vector<Uuid> teams;              // that can own rows, ascending
    std::vector<Uuid> access_teams;       // that only share, ascending
    std::vector<Assignment> assignments;  // the user's own first
    std::vector<ColumnReach> columns;     // sealed columns only, ascending by table and column
    std::size_t role_count = 0;           // held by the user himself
    std::size_t privilege_count = 0;      // different ones, from all assignments

    /// The depth at which an assignment gives a privilege: none when the user's access mode or the
    /// table's ownership leaves nothing of it.
    [[nodiscard]] schema::Depth depth(
        const Assignment& assignment, const schema::Privilege& privilege
    ) const;
    /// The first of those that give a privilege at the greatest depth; null when none does.
    [[nodiscard]] const Assignment* widest(const schema::Privilege& privilege) const;
    [[nodiscard]] bool in_team(const Uuid& team) const;
    /// Also for access teams.
    [[nodiscard]] bool shares_with(const Uuid& team) const;
    /// Null without any permission on the column.
    [[nodiscard]] const ColumnReach* column(schema::TableId table, schema::ColumnId column) const;
};

}  // namespace rookery::access
