#include "access/explain.hpp"

#include "access/administration.hpp"
#include "access/as_if_enabled.hpp"
#include "access/each_path.hpp"
#include "access/holders.hpp"
#include "access/reach.hpp"
#include "access/scope_growth.hpp"

#include <algorithm>

namespace rookery::access {
namespace {

/// The profiles that show a column in clear to a user.
std::vector<UnmaskSource> sources_of(
    const Uuid& user, const Reach& reach, const Facts& facts, const schema::Table& table,
    const schema::Column& column
) {
    std::vector<UnmaskSource> out;
    const auto add = [&](const Uuid& profile, const Uuid& team) {
        if (facts.profile(profile) == nullptr) return;
        auto level = UnmaskLevel::none;
        facts.field_permissions().each<&FieldPermission::profile>(
            profile,
            [&](const Uuid&, const FieldPermission& row) {
                if (row.table != table.id || row.column != column.id || !row.read) return;
                level = std::max(level, row.unmask);
            }
        );
        if (level != UnmaskLevel::none) out.push_back({profile, team, level});
    };
    facts.user_profiles().each<&UserProfile::user>(user, [&](const Uuid&, const UserProfile& pair) {
        add(pair.profile, Uuid{});
    });
    for (const auto& team : reach.teams) {
        facts.team_profiles().each<&TeamProfile::team>(
            team, [&](const Uuid&, const TeamProfile& pair) { add(pair.profile, team); }
        );
    }
    return out;
}

std::vector<ClearColumn> clear_columns(
    const Uuid& user, const Reach& reach, const Facts& facts, const ReadersQuery& query
) {
    std::vector<ClearColumn> out;
    for (const auto* column : query.columns) {
        const auto* permission = reach.column(query.table->id, column->id);
        if (permission == nullptr || permission->unmask == UnmaskLevel::none) continue;
        out.push_back(
            {column, permission->unmask, sources_of(user, reach, facts, *query.table, *column)}
        );
    }
    return out;
}

/// Nothing for a user who reads nothing of it.
std::optional<Reader> reader(const Uuid& user, const Facts& facts, const ReadersQuery& query) {
    const auto* reach = facts.reach(user);
    if (reach == nullptr || !reach->enabled) return std::nullopt;
    Reader out;
    out.user = user;
    out.columns = clear_columns(user, *reach, facts, query);
    if (out.columns.empty()) return std::nullopt;
    const auto& privilege = schema::privilege(*query.table, schema::Right::read);
    out.more_paths = each_path(user, *reach, facts, privilege, query.row, [&](const Path& path) {
        if (out.paths.size() == query.paths_max) return true;
        out.paths.push_back(path);
        return false;
    });
    if (out.paths.empty()) return std::nullopt;
    return out;
}

std::vector<TableAccess> tables_of(const Uuid& user, const Reach& reach, const Facts& facts) {
    std::vector<TableAccess> out;
    for (const auto* table : schema::tables()) {
        TableAccess access{table, scope_of(user, *table, schema::Right::read, facts), {}};
        for (const auto& column : reach.columns) {
            if (column.table != table->id) continue;
            access.columns.push_back(
                {table->column(column.column),
                 column.create,
                 column.read,
                 column.update,
                 column.unmask}
            );
        }
        if (!access.rows.none() || !access.columns.empty()) out.push_back(std::move(access));
    }
    return out;
}

}  // namespace

Readers readers_of(const ReadersQuery& query, const Facts& facts) {
    auto users = holders_of_permission(facts, [&](const FieldPermission& row) {
        return row.table == query.table->id &&
               std::ranges::any_of(query.columns, [&](const schema::Column* column) {
                   return column->id == row.column;
               });
    });
    users.erase(users.begin(), std::ranges::upper_bound(users, query.after));
    Readers out;
    if (users.size() > query.examined_max) {
        users.resize(query.examined_max);
        out.next_after = users.back();
    }
    const auto as_if = as_if_enabled(facts, users);
    for (const auto& user : users) {
        ++out.examined;
        auto found = reader(user, facts, query);
        const bool now = found.has_value();
        if (!found && as_if) found = reader(user, *as_if, query);
        if (!found) continue;
        if (out.readers.size() == query.top) {
            out.next_after = out.readers.back().user;
            break;
        }
        found->enabled = now;
        out.readers.push_back(std::move(*found));
    }
    return out;
}

std::optional<UserAccess> access_of(const Uuid& user, const Facts& facts) {
    if (facts.user(user) == nullptr) return std::nullopt;
    const auto as_if = as_if_enabled(facts, std::span{&user, 1});
    const auto& is = as_if && !facts.enabled(user) ? *as_if : facts;
    const auto& reach = *is.reach(user);
    UserAccess out;
    out.enabled = facts.enabled(user);
    out.tables = tables_of(user, reach, is);
    for (const auto& privilege : schema::privileges()) {
        const auto* held = reach.widest(privilege);
        if (held == nullptr) continue;
        out.privileges.push_back(
            {&privilege,
             {Path::Rule::role, held->role, held->role, held->team, reach.depth(*held, privilege)}}
        );
    }
    out.system_administrator = is_system_administrator(user, is);
    out.administers = administers_something(user, is);
    return out;
}

}  // namespace rookery::access
