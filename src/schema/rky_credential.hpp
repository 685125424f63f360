// Local bearer credentials: what is known about one without the secret in it. Issued and revoked by
// actions only, which is why no message writes the table.
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

namespace credential {

constexpr Column digest(Label label) {
    return column_row(label, Type::digest, 0, Required::system);
}

inline constexpr std::array own = {
    primary_id({1, "rky_credentialid", "rky_CredentialId", "Credential"}, read_only),
    text({2, "rky_name", "rky_Name", "Name"}, 100, read_only, Required::application),
    lookup<"systemuserid">(3, "SystemUserId", "User", to_systemuser, read_only, Required::system),
    digest({4, "rky_hash", "rky_Hash", "Hash"}),
    datetime({5, "rky_expireson", "rky_ExpiresOn", "Expires On"}, read_only),
    datetime({6, "rky_revokedon", "rky_RevokedOn", "Revoked On"}, read_only),
    // The user's rky_credentialcounter when it was issued.
    bigint({7, "rky_counter", "rky_Counter", "Counter"}, read_only),
    // Lower-case hex SHA-256 of the client certificate it is bound to; null: unbound.
    text({8, "rky_certificate", "rky_Certificate", "Client certificate"}, 64, read_only),
    // What it carries of its user's rights, now and later: set when it is made, or confirmed, by somebody
    // who could give that.
    boolean({9, "rky_plaintext", "rky_Plaintext", "Carries plaintext"}, read_only),
    boolean({10, "rky_administration", "rky_Administration", "Carries administration"}, read_only),
    lookup<"rky_confirmedby">(11, "rky_ConfirmedBy", "Confirmed By", to_systemuser, read_only),
};

inline constexpr auto columns = compose(own, audit_columns, version_column);

// All that is not the hash.
inline constexpr ColumnId logged[] = {2, 3, 5, 6, 7, 8, 9, 10, 11, 100};

inline constexpr std::array parents = {
    many_to_one(
        "systemuser_rky_credential", "rky_credential", "systemuserid", "systemuser", "systemuserid",
        Cascade::cascade
    ),
    many_to_one(
        "systemuser_rky_credential_confirmedby", "rky_credential", "rky_confirmedby", "systemuser",
        "systemuserid"
    ),
};

inline constexpr auto relationships =
    all_relationships(parents, audit_relationships<"rky_credential">);

}  // namespace credential

namespace known {

inline constexpr Table rky_credential{
    .id = 18,
    .name = "rky_credential",
    .schema_name = "rky_credential",
    .set_name = "rky_credentials",
    .display_name = "Credential",
    .display_collection_name = "Credentials",
    .primary_id = "rky_credentialid",
    .primary_name = "rky_name",
    .ownership = Ownership::organization,
    .object_type_code = 10904,
    .access_fact = true,
    .writable = false,
    .columns = credential::columns.rows,
    .by_name = credential::columns.by_name,
    .logged = credential::logged,
    .relationships = credential::relationships,
};

}  // namespace known
}  // namespace rookery::schema
