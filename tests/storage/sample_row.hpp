// A row of the main table with one column of every kind that it has, and the keys to store it
// under.
#pragma once

#include "base/clock.hpp"
#include "crypto/record_sealer.hpp"
#include "crypto/support.hpp"
#include "storage/row.hpp"

namespace rookery::storage::test {

inline const Uuid sample_id = *Uuid::parse("00112233-4455-4677-8899-aabbccddeeff");
inline const Uuid other_id = *Uuid::parse("00112233-4455-4677-8899-aabbccddee00");
inline const Uuid sample_user = *Uuid::parse("11111111-1111-4111-8111-111111111111");

inline const schema::Table& sample_table() { return *schema::table("msdyn_octwitterhandlesecret"); }

inline Row sample_row(const Uuid& id = sample_id) {
    const auto& users = *schema::table("systemuser");
    Row row;
    row.table = &sample_table();
    row.id = id;
    row.row_version = 7;
    row.dek_version = 3;
    row.versionnumber = 4711;
    row.wrapped_dek = Bytes(crypto::wrapped_key_bytes, 0x5A);
    row.wrap_generation = 2;
    row.set("msdyn_name", std::string("Contoso"));
    row.set("msdyn_octwitteruniquehandleid", std::string("12345"));
    row.set("msdyn_useraccesstoken", SealedValue{7, Bytes(216, 0x11)});
    row.set("createdon", from_ms(1767225600000));
    row.set("modifiedon", from_ms(1767225601000));
    row.set("ownerid", RowRef{users.id, sample_user});
    row.set("owninguser", RowRef{users.id, sample_user});
    row.set("statecode", std::int64_t{0});
    row.set("statuscode", std::int64_t{1});
    return row;
}

/// Row tags under fixed keys.
struct Keys {
    crypto::Keyring keyring = crypto::test::counting_keyring();
    crypto::RowAuthenticator authenticator{keyring};
};

}  // namespace rookery::storage::test
