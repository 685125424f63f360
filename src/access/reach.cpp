#include "access/reach.hpp"

#include <algorithm>

namespace rookery::access {

using schema::Depth;
using schema::Ownership;
using schema::Right;

std::size_t privilege_index(const schema::Privilege& privilege) {
    return static_cast<std::size_t>(&privilege - schema::privileges().data());
}

Depth Reach::depth(const Assignment& assignment, const schema::Privilege& privilege) const {
    const auto given = (*assignment.depths)[privilege_index(privilege)];
    if (given == Depth::none) return Depth::none;
    const bool reads_only = mode == AccessMode::read || mode == AccessMode::support;
    if (privilege.table == nullptr) {
        const bool reads = privilege.name == schema::prv_read_audit ||
                           privilege.name == schema::prv_read_record_audit;
        return given == Depth::global && (reads || !reads_only) ? given : Depth::none;
    }
    // Rows without a unit know only Global (Dataverse: "Security roles and privileges").
    if (privilege.table->unit_column.empty() && given != Depth::global) return Depth::none;
    if (reads_only && privilege.right != Right::read) return Depth::none;
    if (mode == AccessMode::administrative && privilege.table->ownership == Ownership::user) {
        return Depth::none;
    }
    return given;
}

const Assignment* Reach::widest(const schema::Privilege& privilege) const {
    const Assignment* found = nullptr;
    auto greatest = Depth::none;
    for (const auto& assignment : assignments) {
        const auto given = depth(assignment, privilege);
        if (given > greatest) {
            greatest = given;
            found = &assignment;
        }
    }
    return found;
}

bool Reach::in_team(const Uuid& team) const {
    return std::binary_search(teams.begin(), teams.end(), team);
}

bool Reach::shares_with(const Uuid& team) const {
    return in_team(team) || std::binary_search(access_teams.begin(), access_teams.end(), team);
}

const ColumnReach* Reach::column(schema::TableId table, schema::ColumnId wanted) const {
    for (const auto& candidate : columns) {
        if (candidate.table == table && candidate.column == wanted) return &candidate;
    }
    return nullptr;
}

}  // namespace rookery::access
