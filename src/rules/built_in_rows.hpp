// The names of the rows that are the vault itself; their ids are access's (access/built_in.hpp).
#pragma once

#include "access/built_in.hpp"
#include "access/caller.hpp"
#include "base/result.hpp"
#include "storage/row.hpp"

#include <string_view>

namespace rookery::messages {

using access::jobs_role;
using access::jobs_user;
using access::sync_role;
using access::sync_user;
using access::system_administrator_role;
using access::system_role;
using access::system_user;

inline constexpr std::string_view system_name = "SYSTEM";
inline constexpr std::string_view system_administrator_name = "System Administrator";
inline constexpr std::string_view system_role_name = "Rookery System";
inline constexpr std::string_view sync_name = "Rookery Sync";
inline constexpr std::string_view jobs_name = "Rookery Jobs";

/// What the vault does by itself as SYSTEM may write them.
[[nodiscard]] inline bool is_system(const access::Caller& caller) { return caller.system; }

/// What everybody else is told.
[[nodiscard]] inline Error built_in_protected() {
    return {
        Errc::built_in_protected,
        "This record belongs to the vault and cannot be changed.",
        {},
        {}};
}

/// Nobody passes for the vault itself by a name: Errc::duplicate_key for a new primary name that is one of `taken`.
[[nodiscard]] Result<void> check_name_is_free(
    const storage::Row& row, const storage::Row* before, std::span<const std::string_view> taken
);

}  // namespace rookery::messages
