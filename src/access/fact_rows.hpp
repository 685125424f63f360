// The rows that decide access, as plain values. Whoever reads rows from the store turns them into
// these; nothing here knows how they are stored.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "schema/schema.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace rookery::access {

enum class PrincipalKind : std::uint8_t { user, team };

struct Principal {
    PrincipalKind kind = PrincipalKind::user;
    Uuid id;

    friend auto operator<=>(const Principal&, const Principal&) = default;
};

/// dataverse: systemuser.accessmode.
enum class AccessMode : std::uint8_t {
    read_write = 0,
    administrative = 1,  // no rows that users own
    read = 2,
    support = 3,  // as read
    non_interactive = 4,
    delegated_admin = 5,
};

struct User {
    Uuid business_unit;
    bool disabled = false;
    AccessMode mode = AccessMode::read_write;
    std::string full_name;
    Uuid entra_object;  // azureactivedirectoryobjectid; nil: none
    Uuid application;   // applicationid; nil: none
    std::uint64_t credential_counter = 0;
};

enum class TeamType : std::uint8_t { owner = 0, access = 1, security_group = 2, office_group = 3 };

struct Team {
    Uuid business_unit;
    TeamType type = TeamType::owner;
    std::string name;
    Uuid administrator;
    bool is_default = false;

    /// Access teams own nothing and hold neither roles nor profiles.
    [[nodiscard]] bool can_own() const { return type != TeamType::access; }
};

struct BusinessUnit {
    Uuid parent;  // nil: the root
    bool disabled = false;
    std::string name;
};

struct Role {
    Uuid business_unit;
    std::string name;
    bool inherited = true;  // isinherited: privileges of a team's role count as the member's own
    Uuid template_id;       // roletemplateid; nil: none
};

struct Profile {
    std::string name;
};

struct Organization {
    std::string name;
};

struct Membership {
    Uuid team;
    Uuid user;
};

struct UserRole {
    Uuid user;
    Uuid role;
};

struct TeamRole {
    Uuid team;
    Uuid role;
};

struct UserProfile {
    Uuid user;
    Uuid profile;
};

struct TeamProfile {
    Uuid team;
    Uuid profile;
};

struct RolePrivilege {
    Uuid role;
    const schema::Privilege* privilege = nullptr;
    schema::Depth depth = schema::Depth::none;  // another value than 1, 2, 4, 8 grants nothing
};

/// dataverse: fieldpermission.canreadunmasked. A higher level includes the lower.
enum class UnmaskLevel : std::uint8_t { none = 0, one_record = 1, all_records = 3 };

struct FieldPermission {
    Uuid profile{};
    schema::TableId table = 0;    // 0 when entityname names no table: grants nothing
    schema::ColumnId column = 0;  // 0 when attributelogicalname names no column: grants nothing
    bool create = false;
    bool read = false;
    bool update = false;
    UnmaskLevel unmask = UnmaskLevel::none;  // counts only together with read
};

struct Credential {
    Uuid user;
    Digest hash{};
    Instant expires{};
    std::optional<Instant> revoked;
    std::uint64_t counter = 0;   // the user's when it was issued
    std::string certificate;     // it is bound to; empty: unbound
    Uuid maker;                  // createdby
    bool plaintext = true;       // carries its user's plaintext
    bool administration = true;  // carries its user's administration
};

/// Rights on one row. They count for whoever has the privilege at some depth: a share is no privilege.
struct Share {
    Uuid principal;  // user or team
    PrincipalKind kind = PrincipalKind::user;
    schema::TableId table = 0;
    Uuid row;
    std::uint32_t rights = 0;          // bits of AccessRights
    Instant expires = Instant::max();  // over from then on

    [[nodiscard]] bool gives(schema::Right right) const {
        // A row that is made is nobody's yet.
        return right != schema::Right::create && (rights & schema::name_of(right).access_bit) != 0;
    }

    [[nodiscard]] bool over(Instant now) const {
        return expires != Instant::max() && expires <= now;
    }
};

/// A sealed column on one row: its mask, and to set it. Never its value.
struct ColumnShare {
    Uuid principal;  // user or team
    PrincipalKind kind = PrincipalKind::user;
    schema::TableId table = 0;
    Uuid row;
    schema::ColumnId column = 0;
    bool read = false;
    bool update = false;
};

/// In the order of no table: see table_of.
using Fact = std::variant<
    User, Team, BusinessUnit, Role, Profile, Organization, Membership, UserRole, TeamRole,
    UserProfile, TeamProfile, RolePrivilege, FieldPermission, Credential, Share, ColumnShare>;

/// The table whose rows a Fact describes.
[[nodiscard]] schema::TableId table_of(const Fact& fact);

/// A row of an access-fact table as it is after a commit; nothing when it is gone.
struct FactChange {
    schema::TableId table = 0;
    Uuid id;
    std::optional<Fact> after;
};

}  // namespace rookery::access
