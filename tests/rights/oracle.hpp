// The oracle: who can read what in clear, and who holds which right, written down once more from
// the rules alone and in the simplest way. It shares nothing with src/access, is slow, and keeps no
// index, so that the two can disagree. Values and plain functions; no vault.
#pragma once

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "schema/schema.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::rights {

struct User {
    Uuid unit;
    bool disabled = false;
    std::int64_t mode = 0;     // accessmode
    std::int64_t counter = 0;  // of his credentials
    std::optional<Uuid> application;
    std::optional<Uuid> entra_object;
};

struct Unit {
    std::optional<Uuid> parent;  // nothing: the root
    bool disabled = false;
};

struct Team {
    Uuid unit;
    std::int64_t type = 0;  // 0 owner, 1 access, 2 and 3 groups
};

struct Role {
    bool inherited = true;  // counts as the member's own when a team holds it
    std::map<std::uint16_t, schema::Depth> privileges;  // by Privilege::id
};

struct Permission {  // a row of fieldpermission
    Uuid profile;
    schema::TableId table = 0;
    schema::ColumnId column = 0;
    bool create = false;
    bool read = false;
    bool update = false;
    std::int64_t unmask = 0;  // 0, 1 one record, 3 all records
};

struct Credential {
    Uuid user;
    Uuid maker;
    Instant expires{};
    bool revoked = false;
    std::int64_t counter = 0;
    bool plaintext = true;  // the two marks
    bool administration = true;
};

struct Record {  // a row that somebody owns
    schema::TableId table = 0;
    Uuid owner;  // user or team
    bool active = true;
    // Sealed columns that hold a value, with the row version that brought it.
    std::map<schema::ColumnId, std::uint64_t> values;

    friend bool operator==(const Record&, const Record&) = default;
};

struct Share {       // a row of principalobjectaccess; none here ends
    Uuid principal;  // user or team
    Uuid record;
    std::int64_t rights = 0;
};

using Pairs = std::set<std::pair<Uuid, Uuid>>;

/// Everything that rights follow from.
struct World {
    std::map<Uuid, User> users;
    std::map<Uuid, Unit> units;
    std::map<Uuid, Team> teams;
    std::map<Uuid, Role> roles;
    std::set<Uuid> profiles;
    std::map<Uuid, Permission> permissions;
    std::map<Uuid, Credential> credentials;
    std::map<Uuid, Record> records;
    std::map<Uuid, Share> shares;
    std::map<Uuid, Record>
        deleted;  // as they stood: nobody reads them, and a Restore brings them back
    std::map<Uuid, Record> retained;  // likewise, and a RollbackRetain does
    Pairs memberships;                // team, user
    Pairs user_roles;                 // user, role
    Pairs team_roles;                 // team, role
    Pairs user_profiles;              // user, profile
    Pairs team_profiles;              // team, profile
};

/// real: as it stands. latent: as if every user and unit were enabled.
enum class Sight : std::uint8_t { real, latent };
inline constexpr Sight sights[] = {Sight::real, Sight::latent};
[[nodiscard]] std::string_view name(Sight sight);

/// A sealed value that somebody could read in clear.
struct Cell {
    schema::TableId table = 0;
    Uuid record;
    schema::ColumnId column = 0;

    friend auto operator<=>(const Cell&, const Cell&) = default;
};

using Reach = std::set<Cell>;

/// The anchor is nil for Basic, which asks for no unit, and for Global, which asks for any.
struct PrivilegeRight {
    std::uint16_t privilege = 0;  // Privilege::id
    schema::Depth depth = schema::Depth::none;
    Uuid anchor;

    friend auto operator<=>(const PrivilegeRight&, const PrivilegeRight&) = default;
};

enum class ColumnUse : std::uint8_t { create, read, update, unmask_one, unmask_all };

struct ColumnRight {
    schema::TableId table = 0;
    schema::ColumnId column = 0;
    ColumnUse use = ColumnUse::read;

    friend auto operator<=>(const ColumnRight&, const ColumnRight&) = default;
};

struct Rights {
    std::set<PrivilegeRight> privileges;
    std::set<ColumnRight> columns;
    bool administrator = false;  // holds System Administrator
};

/// How somebody acts: as himself, or by a credential that carries less than its user has.
struct Means {
    Uuid user;
    Uuid credential;
    bool plaintext = true;
    bool administration = true;
};

/// Whether the user counts at all: he is there and, really, he and every unit above him are
/// enabled.
[[nodiscard]] bool stands(const World& world, const Uuid& user, Sight sight);
/// The teams that give him something: no access team, and really none below a disabled unit.
[[nodiscard]] std::vector<Uuid> teams_of(const World& world, const Uuid& user, Sight sight);
/// Those by which something is shared with him: access teams too.
[[nodiscard]] std::vector<Uuid> sharing_teams_of(const World& world, const Uuid& user, Sight sight);
/// Whether `unit` is `top` or lies below it.
[[nodiscard]] bool below(const World& world, const Uuid& unit, const Uuid& top);

/// What shares hold for him, whether or not he has the privilege that it takes.
struct SharedRight {
    Uuid record;
    schema::Right right = schema::Right::read;

    friend auto operator<=>(const SharedRight&, const SharedRight&) = default;
};

[[nodiscard]] std::set<SharedRight> shared(const World& world, const Uuid& user, Sight sight);

[[nodiscard]] Rights rights(const World& world, const Uuid& user, Sight sight);
[[nodiscard]] Reach reach(const World& world, const Uuid& user, Sight sight);
[[nodiscard]] bool may(
    const World& world, const Uuid& user, Sight sight, schema::Right right, const Uuid& record
);

/// What depths and shares are measured by. A row that somebody owns is his and in his unit; a user or a team is its own and
/// in its unit; a role is in its unit; a unit is in itself; every other row is nobody's and nowhere.
struct Place {
    Uuid id;
    std::optional<Uuid> owner;  // user or team
    std::optional<Uuid> unit;
};

/// How far somebody's privilege comes: he has none, it ends before the row, it reaches it.
enum class Grip : std::uint8_t { none, elsewhere, here };

[[nodiscard]] Grip grip(
    const World& world, const Uuid& user, Sight sight, const schema::Privilege& privilege,
    const Place& place
);
/// Of a user or a team.
[[nodiscard]] std::optional<Uuid> unit_of_owner(const World& world, const Uuid& owner);
/// 0, 1 or 3.
[[nodiscard]] std::int64_t unmask_level(
    const World& world, const Uuid& user, Sight sight, schema::TableId table,
    schema::ColumnId column
);

// The same by the means that somebody acts by; always as it stands.
[[nodiscard]] Rights rights(const World& world, const Means& means);
[[nodiscard]] Reach reach(const World& world, const Means& means);
[[nodiscard]] bool may(
    const World& world, const Means& means, schema::Right right, const Uuid& record
);

/// What a privilege reaches once the tree is taken into account: moving a unit below another, or
/// letting a team's role count as its members' own, changes this and not the list of rights.
struct Grasp {
    std::uint16_t privilege = 0;
    enum class Over : std::uint8_t { own, rows_of_team, unit, all } over = Over::all;
    Uuid id;  // of the team or unit

    friend auto operator<=>(const Grasp&, const Grasp&) = default;
};

[[nodiscard]] std::set<Grasp> grasp(const World& world, const Uuid& user, Sight sight);
/// What is in `after` without being covered by `before`, units that were not there left out.
[[nodiscard]] std::set<Grasp> gained(
    const std::set<Grasp>& before, const World& world_before, const std::set<Grasp>& after
);

/// Whether a holder of one of `held` may do all that `wanted` allows. A unit that is new in `after`
/// lies where it lies there.
[[nodiscard]] bool covered(
    const PrivilegeRight& wanted, const std::set<PrivilegeRight>& held, const World& before,
    const World& after
);
[[nodiscard]] bool covered(const ColumnRight& wanted, const std::set<ColumnRight>& held);

/// The general privilege, held Globally.
[[nodiscard]] bool holds(const Rights& rights, std::string_view general_privilege);

/// Not revoked, not expired, and of its user's present counter.
[[nodiscard]] bool live(const World& world, const Credential& credential, Instant now);

/// What a credential without the administration mark acts without.
[[nodiscard]] bool administers(const schema::Privilege& privilege);

}  // namespace rookery::rights
