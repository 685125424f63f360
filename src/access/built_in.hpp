// The principals and roles that are the vault itself. Their ids are fixed and reach the disk; nobody but
// the vault changes their rows, or the pairs that they are in.
#pragma once

#include "base/uuid.hpp"

#include <cstddef>
#include <cstdint>

namespace rookery::access {

/// rookery in a version 8 GUID (RFC 9562 section 5.8), and a number.
constexpr Uuid built_in_id(std::uint8_t number) {
    return {{0x72, 0x6f, 0x6f, 0x6b, 0x65, 0x72, 0x80, 0x79, 0x80, 0x10, 0, 0, 0, 0, 0, number}};
}

/// Writes the first rows and whatever the vault does by itself; can hold no credential.
inline constexpr Uuid system_user = built_in_id(1);
/// Every privilege but prvrkyGrantUnmask.
inline constexpr Uuid system_administrator_role = built_in_id(2);
/// Every privilege; the SYSTEM user's alone.
inline constexpr Uuid system_role = built_in_id(3);
/// The sync worker, and its role.
inline constexpr Uuid sync_user = built_in_id(4);
inline constexpr Uuid sync_role = built_in_id(5);
/// The job runner, and its role.
inline constexpr Uuid jobs_user = built_in_id(6);
inline constexpr Uuid jobs_role = built_in_id(7);

/// The form of all of them: nobody else takes an id that a later version may need.
constexpr bool is_built_in_form(const Uuid& id) {
    for (std::size_t i = 0; i < 8; ++i) {
        if (id.bytes[i] != system_user.bytes[i]) return false;
    }
    return true;
}

/// What works in the background as a user of its own: only SYSTEM writes its rows, and administrators may disable it.
constexpr bool is_service_user(const Uuid& id) { return id == sync_user || id == jobs_user; }

constexpr bool is_service_role(const Uuid& id) { return id == sync_role || id == jobs_role; }

constexpr bool is_built_in_user(const Uuid& id) { return id == system_user || is_service_user(id); }

/// A role that nobody but its own user may hold.
constexpr bool is_reserved_role(const Uuid& id) { return id == system_role || is_service_role(id); }

}  // namespace rookery::access
