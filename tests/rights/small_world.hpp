// Worlds for the tests of the oracle itself: no vault, and ids that are numbers.
//
//   root ─┬─ sales ── berlin
//         └─ support
#pragma once

#include "rights/invariants.hpp"
#include "rights/oracle.hpp"
#include "schema/known_tables.hpp"
#include "vault/genesis.hpp"

namespace rookery::rights {

namespace known = schema::known;

inline Uuid id_of(std::uint8_t number) {
    Uuid out;
    out.bytes[15] = number;
    return out;
}

inline const Uuid root = id_of(1);
inline const Uuid sales = id_of(2);
inline const Uuid berlin = id_of(3);
inline const Uuid support = id_of(4);
inline const Uuid alice = id_of(10);    // in sales
inline const Uuid bob = id_of(11);      // in berlin
inline const Uuid carol = id_of(12);    // in support; grants plaintext
inline const Uuid adam = id_of(13);     // in root; the administrator
inline const Uuid crew = id_of(20);     // a team in sales
inline const Uuid guests = id_of(21);   // an access team in sales
inline const Uuid reading = id_of(30);  // roles
inline const Uuid granting = id_of(31);
inline const Uuid administering = messages::system_administrator_role;
inline const Uuid unmasking = id_of(40);  // a profile
inline const Uuid record = id_of(50);
inline const Uuid credential = id_of(60);

inline constexpr auto& secrets = known::msdyn_octwitterhandlesecret;

inline const schema::ColumnId token = secrets.column("msdyn_useraccesstoken")->id;

inline void grant(
    World& world, const Uuid& role, const schema::Privilege& privilege, schema::Depth depth
) {
    world.roles[role].privileges[privilege.id] = depth;
}

inline void grant(
    World& world, const Uuid& role, schema::Right right, schema::Depth depth,
    const schema::Table& table = secrets
) {
    grant(world, role, schema::privilege(table, right), depth);
}

inline void grant(World& world, const Uuid& role, std::string_view general) {
    grant(world, role, *schema::privilege(general), schema::Depth::global);
}

inline Uuid permit(World& world, std::int64_t unmask, bool read = true) {
    Permission row;
    row.profile = unmasking;
    row.table = secrets.id;
    row.column = token;
    row.read = read;
    row.unmask = unmask;
    const auto id = id_of(static_cast<std::uint8_t>(100 + world.permissions.size()));
    world.permissions.emplace(id, row);
    return id;
}

/// Nobody reads anything yet: there is a record of alice's with a token, and a profile that unmasks
/// it for nobody. carol holds the grant, adam System Administrator.
inline World small_world() {
    World out;
    out.units = {{root, {}}, {sales, {root}}, {berlin, {sales}}, {support, {root}}};
    for (const auto& [user, unit] :
         {std::pair{alice, sales},
          std::pair{bob, berlin},
          std::pair{carol, support},
          std::pair{adam, root}}) {
        out.users[user].unit = unit;
    }
    out.teams = {{crew, {sales, 0}}, {guests, {sales, 1}}};
    out.roles = {{reading, {}}, {granting, {}}, {administering, {}}};
    grant(out, granting, schema::prv_grant_unmask);
    grant(out, administering, schema::prv_manage_credentials);
    grant(out, administering, schema::Right::write, schema::Depth::global, known::systemuser);
    out.user_roles = {{carol, granting}, {adam, administering}};
    out.profiles = {unmasking};
    permit(out, 1);
    Record row;
    row.table = secrets.id;
    row.owner = alice;
    row.values = {{token, 1}};
    out.records.emplace(record, row);
    return out;
}

}  // namespace rookery::rights
