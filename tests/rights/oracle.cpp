#include "rights/oracle.hpp"

#include "vault/genesis.hpp"

#include <algorithm>

namespace rookery::rights {
namespace {

using schema::Depth;
using schema::Right;

constexpr std::int64_t access_team = 1;
constexpr std::int64_t mode_administrative = 1;
constexpr std::int64_t mode_read = 2;
constexpr std::int64_t mode_support = 3;
constexpr std::string_view administrative_privileges[] = {
    schema::prv_manage_credentials,
    schema::prv_manage_keys,
    schema::prv_manage_sync,
    schema::prv_act_on_behalf,
};

/// A tree of units may not have a circle; should one be written, nothing here runs in it.
constexpr int height_max = 64;

bool unit_stands(const World& world, const Uuid& unit, Sight sight) {
    auto at = unit;
    for (int height = 0; height < height_max; ++height) {
        const auto found = world.units.find(at);
        if (found == world.units.end()) return false;
        if (sight == Sight::real && found->second.disabled) return false;
        if (!found->second.parent) return true;
        at = *found->second.parent;
    }
    return false;
}

const schema::Privilege& privilege_of(std::uint16_t id) {
    const auto all = schema::privileges();
    return *std::ranges::lower_bound(all, id, {}, &schema::Privilege::id);
}

/// One role that somebody holds, and where its depths are measured from.
struct HeldRole {
    const Role* role = nullptr;
    Uuid id;
    Uuid anchor;
    std::optional<Uuid> team_only;  // not the members' own: of owned rows it reaches the team's
};

std::vector<HeldRole> held_roles(const World& world, const Uuid& user, Sight sight) {
    std::vector<HeldRole> out;
    if (!stands(world, user, sight)) return out;
    for (const auto& [holder, id] : world.user_roles) {
        const auto role = world.roles.find(id);
        if (holder != user || role == world.roles.end()) continue;
        out.push_back({&role->second, id, world.users.at(user).unit, std::nullopt});
    }
    for (const auto& team : teams_of(world, user, sight)) {
        for (const auto& [holder, id] : world.team_roles) {
            const auto role = world.roles.find(id);
            if (holder != team || role == world.roles.end()) continue;
            const auto only = role->second.inherited ? std::nullopt : std::optional(team);
            out.push_back({&role->second, id, world.teams.at(team).unit, only});
        }
    }
    return out;
}

/// Some privileges count at one depth only, and an access mode takes some away.
bool counts(const schema::Privilege& privilege, Depth depth, std::int64_t mode) {
    const auto* table = privilege.table;
    if (table == nullptr || table->unit_column.empty()) {
        if (depth != Depth::global) return false;
    }
    const bool reads_only = mode == mode_read || mode == mode_support;
    if (table == nullptr) {  // reading the log is reading too
        return !reads_only || privilege.name == schema::prv_read_audit ||
               privilege.name == schema::prv_read_record_audit;
    }
    if (mode == mode_administrative) return table->ownership != schema::Ownership::user;
    if (reads_only) return privilege.right == Right::read;
    return true;
}

/// With him, or with a team that he is in.
bool is_his(const World& world, const Uuid& user, Sight sight, const Share& share) {
    if (!stands(world, user, sight)) return false;
    if (share.principal == user) return true;
    const auto teams = sharing_teams_of(world, user, sight);
    return std::find(teams.begin(), teams.end(), share.principal) != teams.end();
}

/// To create is no right on a row that is there.
bool gives(const Share& share, Right right) {
    return right != Right::create && (share.rights & schema::name_of(right).access_bit) != 0;
}

bool is_shared(const World& world, const Uuid& user, Sight sight, Right right, const Uuid& record) {
    return std::ranges::any_of(world.shares, [&](const auto& entry) {
        const auto& share = entry.second;
        return share.record == record && gives(share, right) && is_his(world, user, sight, share);
    });
}

std::vector<Uuid> profiles_of(const World& world, const Uuid& user, Sight sight) {
    std::vector<Uuid> out;
    if (!stands(world, user, sight)) return out;
    for (const auto& [holder, profile] : world.user_profiles) {
        if (holder == user) out.push_back(profile);
    }
    for (const auto& team : teams_of(world, user, sight)) {
        for (const auto& [holder, profile] : world.team_profiles) {
            if (holder == team) out.push_back(profile);
        }
    }
    return out;
}

std::set<ColumnRight> column_rights(const World& world, const Uuid& user, Sight sight) {
    std::set<ColumnRight> out;
    const auto profiles = profiles_of(world, user, sight);
    for (const auto& entry : world.permissions) {
        const auto& row = entry.second;
        if (std::find(profiles.begin(), profiles.end(), row.profile) == profiles.end()) continue;
        const auto add = [&](bool given, ColumnUse use) {
            if (given) out.insert({row.table, row.column, use});
        };
        add(row.create, ColumnUse::create);
        add(row.read, ColumnUse::read);
        add(row.update, ColumnUse::update);
        add(row.read && row.unmask >= 1, ColumnUse::unmask_one);
        add(row.read && row.unmask >= 3, ColumnUse::unmask_all);
    }
    return out;
}

}  // namespace

std::string_view name(Sight sight) {
    return sight == Sight::real ? "now" : "if everybody were enabled";
}

bool stands(const World& world, const Uuid& user, Sight sight) {
    const auto found = world.users.find(user);
    if (found == world.users.end()) return false;
    if (sight == Sight::real && found->second.disabled) return false;
    return unit_stands(world, found->second.unit, sight);
}

std::vector<Uuid> sharing_teams_of(const World& world, const Uuid& user, Sight sight) {
    std::vector<Uuid> out;
    for (const auto& [team, member] : world.memberships) {
        const auto found = world.teams.find(team);
        if (member != user || found == world.teams.end()) continue;
        if (unit_stands(world, found->second.unit, sight)) out.push_back(team);
    }
    return out;
}

std::vector<Uuid> teams_of(const World& world, const Uuid& user, Sight sight) {
    auto out = sharing_teams_of(world, user, sight);
    std::erase_if(out, [&](const Uuid& team) { return world.teams.at(team).type == access_team; });
    return out;
}

std::set<SharedRight> shared(const World& world, const Uuid& user, Sight sight) {
    std::set<SharedRight> out;
    for (const auto& entry : world.shares) {
        const auto& share = entry.second;
        if (!world.records.contains(share.record) || !is_his(world, user, sight, share)) continue;
        for (const auto& name : schema::right_names) {
            if (gives(share, name.right)) out.insert({share.record, name.right});
        }
    }
    return out;
}

bool below(const World& world, const Uuid& unit, const Uuid& top) {
    auto at = unit;
    for (int height = 0; height < height_max; ++height) {
        if (at == top) return true;
        const auto found = world.units.find(at);
        if (found == world.units.end() || !found->second.parent) return false;
        at = *found->second.parent;
    }
    return false;
}

Rights rights(const World& world, const Uuid& user, Sight sight) {
    Rights out;
    for (const auto& held : held_roles(world, user, sight)) {
        if (held.id == messages::system_administrator_role) out.administrator = true;
        for (const auto& [privilege, depth] : held.role->privileges) {
            if (!counts(privilege_of(privilege), depth, world.users.at(user).mode)) continue;
            const bool anchored = depth == Depth::local || depth == Depth::deep;
            out.privileges.insert({privilege, depth, anchored ? held.anchor : Uuid{}});
        }
    }
    out.columns = column_rights(world, user, sight);
    return out;
}

std::optional<Uuid> unit_of_owner(const World& world, const Uuid& owner) {
    const auto user = world.users.find(owner);
    if (user != world.users.end()) return user->second.unit;
    const auto team = world.teams.find(owner);
    if (team != world.teams.end()) return team->second.unit;
    return std::nullopt;
}

Grip grip(
    const World& world, const Uuid& user, Sight sight, const schema::Privilege& privilege,
    const Place& place
) {
    const auto teams = teams_of(world, user, sight);
    const bool of_his_team =
        place.owner && std::find(teams.begin(), teams.end(), *place.owner) != teams.end();
    const bool shared_with_him =
        privilege.table != nullptr && is_shared(world, user, sight, privilege.right, place.id);

    auto out = Grip::none;
    for (const auto& held : held_roles(world, user, sight)) {
        const auto given = held.role->privileges.find(privilege.id);
        if (given == held.role->privileges.end()) continue;
        const auto depth = given->second;
        if (!counts(privilege, depth, world.users.at(user).mode)) continue;
        out = Grip::elsewhere;
        const bool owns = place.owner && (held.team_only ? *place.owner == *held.team_only
                                                         : *place.owner == user || of_his_team);
        if (owns || depth == Depth::global) return Grip::here;
        if (shared_with_him) return Grip::here;  // beside the privilege at any depth
        if (!place.unit) continue;
        if (depth == Depth::local && *place.unit == held.anchor) return Grip::here;
        if (depth == Depth::deep && below(world, *place.unit, held.anchor)) return Grip::here;
    }
    return out;
}

bool may(const World& world, const Uuid& user, Sight sight, Right right, const Uuid& record) {
    const auto found = world.records.find(record);
    if (found == world.records.end()) return false;
    const auto& row = found->second;
    const auto unit = unit_of_owner(world, row.owner);
    if (!unit) return false;
    const auto& privilege = schema::privilege(*schema::table(row.table), right);
    return grip(world, user, sight, privilege, {record, row.owner, unit}) == Grip::here;
}

std::int64_t unmask_level(
    const World& world, const Uuid& user, Sight sight, schema::TableId table,
    schema::ColumnId column
) {
    const auto columns = column_rights(world, user, sight);
    if (columns.contains({table, column, ColumnUse::unmask_all})) return 3;
    return columns.contains({table, column, ColumnUse::unmask_one}) ? 1 : 0;
}

Reach reach(const World& world, const Uuid& user, Sight sight) {
    Reach out;
    const auto columns = column_rights(world, user, sight);
    for (const auto& [id, record] : world.records) {
        Reach in_clear;
        for (const auto& [column, version] : record.values) {
            if (columns.contains({record.table, column, ColumnUse::unmask_one})) {
                in_clear.insert({record.table, id, column});
            }
        }
        if (!record.active || in_clear.empty()) continue;
        if (may(world, user, sight, Right::read, id)) out.merge(in_clear);
    }
    return out;
}

bool administers(const schema::Privilege& privilege) {
    if (privilege.table != nullptr) {
        return privilege.table->access_fact && privilege.right != Right::read;
    }
    return std::find(
               std::begin(administrative_privileges),
               std::end(administrative_privileges),
               privilege.name
           ) != std::end(administrative_privileges);
}

Rights rights(const World& world, const Means& means) {
    auto out = rights(world, means.user, Sight::real);
    if (!means.plaintext) {
        std::erase_if(out.columns, [](const ColumnRight& one) {
            return one.use == ColumnUse::unmask_one || one.use == ColumnUse::unmask_all;
        });
        std::erase_if(out.privileges, [](const PrivilegeRight& one) {
            return privilege_of(one.privilege).name == schema::prv_grant_unmask;
        });
    }
    if (!means.administration) {
        std::erase_if(out.privileges, [](const PrivilegeRight& one) {
            return administers(privilege_of(one.privilege));
        });
        out.administrator = false;
    }
    return out;
}

Reach reach(const World& world, const Means& means) {
    return means.plaintext ? reach(world, means.user, Sight::real) : Reach{};
}

bool may(const World& world, const Means& means, Right right, const Uuid& record) {
    // No record is an access fact, so that neither mark takes a right on one away.
    return may(world, means.user, Sight::real, right, record);
}

std::set<Grasp> grasp(const World& world, const Uuid& user, Sight sight) {
    std::set<Grasp> out;
    for (const auto& held : held_roles(world, user, sight)) {
        for (const auto& [privilege, depth] : held.role->privileges) {
            if (!counts(privilege_of(privilege), depth, world.users.at(user).mode)) continue;
            if (held.team_only) {
                out.insert({privilege, Grasp::Over::rows_of_team, *held.team_only});
            } else {
                out.insert({privilege, Grasp::Over::own, {}});
            }
            if (depth == Depth::global) out.insert({privilege, Grasp::Over::all, {}});
            for (const auto& [unit, row] : world.units) {
                const bool reached = (depth == Depth::local && unit == held.anchor) ||
                                     (depth == Depth::deep && below(world, unit, held.anchor));
                if (reached) out.insert({privilege, Grasp::Over::unit, unit});
            }
        }
    }
    return out;
}

std::set<Grasp> gained(
    const std::set<Grasp>& before, const World& world_before, const std::set<Grasp>& after
) {
    std::set<Grasp> out;
    for (const auto& one : after) {
        if (before.contains(one)) continue;
        if (before.contains({one.privilege, Grasp::Over::all, {}})) continue;
        const bool owned = one.over == Grasp::Over::rows_of_team;
        if (owned && before.contains({one.privilege, Grasp::Over::own, {}})) continue;
        if (one.over == Grasp::Over::unit && !world_before.units.contains(one.id)) continue;
        out.insert(one);
    }
    return out;
}

bool covered(
    const PrivilegeRight& wanted, const std::set<PrivilegeRight>& held, const World& before,
    const World& after
) {
    const auto& tree = before.units.contains(wanted.anchor) ? before : after;
    return std::any_of(held.begin(), held.end(), [&](const PrivilegeRight& one) {
        if (one.privilege != wanted.privilege) return false;
        if (wanted.depth == Depth::basic || one.depth == Depth::global) return true;
        if (one.depth == Depth::local) {
            return wanted.depth == Depth::local && wanted.anchor == one.anchor;
        }
        if (one.depth != Depth::deep) return false;
        const bool in_units = wanted.depth == Depth::local || wanted.depth == Depth::deep;
        return in_units && below(tree, wanted.anchor, one.anchor);
    });
}

bool covered(const ColumnRight& wanted, const std::set<ColumnRight>& held) {
    return held.contains(wanted);
}

bool holds(const Rights& rights, std::string_view general_privilege) {
    return rights.privileges.contains(
        {schema::privilege(general_privilege)->id, Depth::global, Uuid{}}
    );
}

bool live(const World& world, const Credential& credential, Instant now) {
    const auto user = world.users.find(credential.user);
    return user != world.users.end() && !credential.revoked && now < credential.expires &&
           credential.counter == user->second.counter;
}

}  // namespace rookery::rights
