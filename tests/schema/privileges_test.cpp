#include "schema/known_tables.hpp"
#include "schema/schema.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace rookery::schema::privileges_test {

// A new Right without its words would have no privilege.
static_assert(right_count == 8);
static_assert(static_cast<std::size_t>(Right::share) + 1 == right_count);
static_assert(name_of(Right::create).privilege_word == "Create");
static_assert(name_of(Right::read).privilege_word == "Read");
static_assert(name_of(Right::write).privilege_word == "Write");
static_assert(name_of(Right::remove).privilege_word == "Delete");
static_assert(name_of(Right::append).privilege_word == "Append");
static_assert(name_of(Right::append_to).privilege_word == "AppendTo");
static_assert(name_of(Right::assign).privilege_word == "Assign");
static_assert(name_of(Right::share).privilege_word == "Share");

TEST_CASE("every served table has a privilege for every right", "[schema]") {
    for (const auto* row : tables()) {
        for (const auto& right : right_names) {
            CAPTURE(row->name, right.privilege_word);
            const auto& found = privilege(*row, right.right);
            if (row->of_log && right.right == Right::read) {
                // dataverse: who reads audits holds the privilege for their summary.
                CHECK(&found == privilege(prv_read_audit));
                CHECK(privilege("prvReadAudit") != &found);
                continue;
            }
            CHECK(found.table == row);
            CHECK(found.right == right.right);
            CHECK(privilege(found.name) == &found);
            CHECK(privilege(privilege_id(found)) == &found);
        }
    }
}

TEST_CASE("privileges have Dataverse's names", "[schema]") {
    CHECK(
        privilege(known::msdyn_octwitterhandlesecret, Right::read).name ==
        "prvReadmsdyn_octwitterhandlesecret"
    );
    CHECK(privilege(known::systemuser, Right::write).name == "prvWriteUser");
    CHECK(privilege(known::businessunit, Right::append_to).name == "prvAppendToBusinessUnit");
    CHECK(privilege(known::team, Right::remove).name == "prvDeleteTeam");
    CHECK(privilege("prvreadmsdyn_octwitterhandlesecret") == nullptr);
    CHECK(privilege("") == nullptr);
    CHECK(privilege("prvReadmsdyn_liveworkstream") == nullptr);
}

TEST_CASE("general privileges belong to no table", "[schema]") {
    for (const auto name :
         {prv_grant_unmask,
          prv_read_audit,
          prv_manage_credentials,
          prv_override_created_on,
          prv_act_on_behalf,
          prv_manage_keys,
          prv_read_record_audit,
          prv_sync,
          prv_manage_sync}) {
        CAPTURE(name);
        const auto* found = privilege(name);
        REQUIRE(found != nullptr);
        CHECK(found->table == nullptr);
        CHECK(privilege(privilege_id(*found)) == found);
    }
}

TEST_CASE("privilege ids are unique, ascending and the ones already on disks", "[schema]") {
    std::set<Uuid> rows;
    std::uint16_t last = 0;
    for (const auto& row : privileges()) {
        CHECK(row.id > last);
        last = row.id;
        rows.insert(privilege_id(row));
    }
    CHECK(rows.size() == privileges().size());
    CHECK(
        to_string(privilege_id(privilege(known::msdyn_octwitterhandlesecret, Right::read))) ==
        "726f6f6b-6572-8079-8001-000000000009"
    );
    CHECK(
        to_string(privilege_id(*privilege(prv_grant_unmask))) ==
        "726f6f6b-6572-8079-8001-00000000f001"
    );
    CHECK(
        to_string(privilege_id(*privilege(prv_manage_sync))) ==
        "726f6f6b-6572-8079-8001-00000000f009"
    );
    CHECK(privilege(known::syncerror, Right::remove).name == "prvDeleteSyncError");
}

TEST_CASE("an id that is no privilege's finds none", "[schema]") {
    CHECK(privilege(Uuid{}) == nullptr);
    auto id = privilege_id(privilege(known::team, Right::read));
    id.bytes[0] ^= 1;
    CHECK(privilege(id) == nullptr);
}

}  // namespace rookery::schema::privileges_test
