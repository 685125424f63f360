#include "schema/schema.hpp"

#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>

namespace rookery::schema::schema_test {

TEST_CASE("a table is found by name, id and set, and by nothing else", "[schema]") {
    for (const auto* row : tables()) {
        CAPTURE(row->name);
        CHECK(table(row->name) == row);
        CHECK(table(row->id) == row);
        CHECK(table_by_set(row->set_name) == row);
        CHECK(bind_target(row->set_name) == row);
    }
    for (const auto* name : {"", "MSDYN_OCTWITTERHANDLE", "systemusers", "zzz", "account"}) {
        CAPTURE(name);
        CHECK(table(std::string_view{name}) == nullptr);
    }
    CHECK(table(TableId{0}) == nullptr);
    CHECK(table(static_cast<TableId>(tables().size() + 1)) == nullptr);
    CHECK(table_by_set("systemuser") == nullptr);
}

TEST_CASE("a URL cannot name another product's table, a bind can", "[schema]") {
    for (const auto* name : {"msdyn_liveworkstream", "msdyn_oclanguage", "msfp_survey"}) {
        CAPTURE(name);
        const auto* row = table(std::string_view{name});
        REQUIRE(row != nullptr);
        CHECK(row->outside);
        CHECK(table(row->id) == row);
        CHECK(table_by_set(row->set_name) == nullptr);
        CHECK(bind_target(row->set_name) == row);
        for (const auto* served : tables()) CHECK(served != row);
    }
}

TEST_CASE("a column is found by name, id, property and navigation", "[schema]") {
    for (const auto* row : tables()) {
        for (const auto& column : row->columns) {
            CAPTURE(row->name, column.name);
            CHECK(row->column(column.name) == &column);
            CHECK(row->column(column.id) == &column);
            const auto* expected = column.may(can::odata) ? &column : nullptr;
            CHECK(row->property(column.wire_name()) == expected);
            if (!column.nav.empty()) CHECK(row->navigation(column.nav) == &column);
        }
    }
}

TEST_CASE("a lookup's property is its value name, its navigation the bare name", "[schema]") {
    const auto& secret = known::msdyn_octwitterhandlesecret;
    CHECK(secret.property("_ownerid_value") == secret.column("ownerid"));
    CHECK(secret.property("ownerid") == nullptr);
    CHECK(secret.navigation("ownerid") == secret.column("ownerid"));
    CHECK(secret.property("_msdyn_name_value") == nullptr);
    CHECK(secret.navigation("msdyn_name") == nullptr);
    CHECK(secret.navigation("") == nullptr);
    for (const auto* name :
         {"owneridname", "owneridyominame", "owneridtype", "_value", "__value", ""}) {
        CAPTURE(name);
        CHECK(secret.property(name) == nullptr);
    }
}

TEST_CASE("the survey lookup of a handle has its irregular navigation name", "[schema]") {
    const auto& handle = known::msdyn_octwitterhandle;
    const auto* column = handle.navigation("msdyn_PostConversationSurvey");
    REQUIRE(column != nullptr);
    CHECK(column->name == "msdyn_postconversationsurvey");
    CHECK(column->wire_name() == "_msdyn_postconversationsurvey_value");
    CHECK(handle.navigation("msdyn_postconversationsurvey") == nullptr);
}

TEST_CASE("the ends of an N:N row are plain Guid properties without navigation", "[schema]") {
    const auto& membership = known::teammembership;
    CHECK(membership.property("teamid") == membership.column("teamid"));
    CHECK(membership.property("_teamid_value") == nullptr);
    CHECK(membership.navigation("teamid") == nullptr);
    CHECK(membership.column("teamid")->is_lookup());
}

TEST_CASE("a composite key is found whatever the order of its columns", "[schema]") {
    const auto& permission = known::fieldpermission;
    const auto id = [&](const char* name) { return permission.column(name)->id; };
    const ColumnId any_order[] = {
        id("attributelogicalname"), id("fieldsecurityprofileid"), id("entityname")};
    REQUIRE(permission.key(any_order) != nullptr);
    const ColumnId part[] = {id("attributelogicalname"), id("entityname")};
    CHECK(permission.key(part) == nullptr);
    const ColumnId twice[] = {id("entityname"), id("entityname"), id("attributelogicalname")};
    CHECK(permission.key(twice) == nullptr);
}

TEST_CASE("the clear consumer columns name sealed siblings and cannot be filtered", "[schema]") {
    const auto& application = known::msdyn_octwitterapplication;
    for (const auto& [clear, secured] :
         {std::pair{"msdyn_twitterconsumerkey", "msdyn_securetwitterconsumerkey"},
          std::pair{"msdyn_twitterconsumersecret", "msdyn_securetwitterconsumersecret"}}) {
        CAPTURE(clear);
        const auto* column = application.column(clear);
        REQUIRE(column != nullptr);
        CHECK(column->may(can::redirected));
        CHECK_FALSE(column->may(can::filter));
        CHECK(column->sibling == secured);
        CHECK(application.column(secured)->type == Type::sealed);
        CHECK(application.column(secured)->length_max == 100);
    }
}

TEST_CASE("a credential's hash is never a property and takes part in nothing", "[schema]") {
    const auto* hash = known::rky_credential.column("rky_hash");
    REQUIRE(hash != nullptr);
    CHECK(hash->type == Type::digest);
    CHECK(hash->flags == 0);
    CHECK(known::rky_credential.property("rky_hash") == nullptr);
    CHECK_FALSE(known::rky_credential.writable);
}

TEST_CASE("exactly the tables whose rows decide access are access facts", "[schema]") {
    const std::set<std::string_view> expected = {
        "systemuser",
        "team",
        "businessunit",
        "role",
        "fieldsecurityprofile",
        "fieldpermission",
        "organization",
        "teammembership",
        "systemuserroles",
        "teamroles",
        "systemuserprofiles",
        "teamprofiles",
        "roleprivileges",
        "rky_credential",
        "principalobjectaccess",
        "principalobjectattributeaccess",
    };
    for (const auto* row : tables()) {
        CAPTURE(row->name);
        CHECK(row->access_fact == (expected.count(row->name) == 1));
        CHECK((!row->intersect || !row->writable));
    }
}

TEST_CASE("records, handles and applications are synced, nothing else is", "[schema]") {
    const std::set<std::string_view> expected = {
        "msdyn_octwitterhandlesecret", "msdyn_octwitterhandle", "msdyn_octwitterapplication"};
    for (const auto* row : tables()) {
        CAPTURE(row->name);
        CHECK(row->synced == (expected.count(row->name) == 1));
        if (!row->synced) continue;
        // What tells of a failed push finds its record.
        const auto& targets = known::syncerror.column("regardingobjectid")->targets;
        CHECK(std::count(targets.begin(), targets.end(), row->name) == 1);
    }
}

TEST_CASE("a sync error has the vendor's columns, and the vault alone writes it", "[schema]") {
    const auto& row = known::syncerror;

    struct Text {
        const char* name;
        std::uint32_t length_max;
    };

    for (const auto& [name, length_max] :
         {Text{"name", 100},
          Text{"action", 100},
          Text{"actiondata", 10000},
          Text{"description", 4000},
          Text{"errorcode", 100},
          Text{"errormessage", 1000}}) {
        CAPTURE(name);
        REQUIRE(row.property(name) != nullptr);
        CHECK(row.property(name)->length_max == length_max);
    }
    for (const auto* name :
         {"errordetail",
          "errortime",
          "errortype",
          "_regardingobjectid_value",
          "requestdata",
          "_ownerid_value",
          "statecode",
          "statuscode",
          "createdon",
          "_modifiedby_value"}) {
        CAPTURE(name);
        CHECK(row.property(name) != nullptr);
    }
    for (const auto* name : {"regardingobjecttypecode", "owneridtype", "owneridname"}) {
        CAPTURE(name);
        CHECK(row.column(name) != nullptr);
        CHECK(row.property(name) == nullptr);
    }
    CHECK(row.column("errortype")->options.size() == 4);
    CHECK(row.column("statuscode")->options[1].label == "Fixed");
    CHECK(row.column("statuscode")->options[1].state == 1);
    CHECK_FALSE(row.writable);
    CHECK(row.removable);
    for (const auto& column : row.columns) CHECK_FALSE(column.may(can::create | can::update));
    for (const auto* other : tables()) {
        CHECK(other->removable == (other == &row || other == &known::retentionoperation));
    }
}

TEST_CASE("a lookup of several tables has a navigation for each", "[schema]") {
    const auto& row = known::syncerror;
    const auto& regarding = *row.column("regardingobjectid");
    CHECK(row.navigation("regardingobjectid") == nullptr);
    for (const auto name : regarding.targets) {
        CHECK(navigation(row, regarding, *table(name)) == "regardingobjectid_" + std::string{name});
    }
    CHECK(navigation(row, regarding, known::systemuser).empty());
    CHECK(navigation(row, *row.column("ownerid"), known::team) == "ownerid");
}

TEST_CASE("an identity belongs to one user", "[schema]") {
    const auto& user = known::systemuser;
    for (const auto* name : {"azureactivedirectoryobjectid", "applicationid"}) {
        CAPTURE(name);
        const ColumnId columns[] = {user.column(name)->id};
        CHECK(user.key(columns) != nullptr);
        CHECK(user.column(name)->may(can::create));
        CHECK(user.column(name)->may(can::update));
    }
}

TEST_CASE("deleting a user, team, role or profile takes its N:N rows along", "[schema]") {
    std::size_t ends = 0;
    for (const auto& row : relationships()) {
        const auto* from = table(row.referencing);
        if (from == nullptr || !from->intersect) continue;
        CAPTURE(row.name);
        ++ends;
        CHECK(row.on_delete == Cascade::cascade);
        CHECK(row.nav.empty());
    }
    CHECK(ends == 12);
}

TEST_CASE("each lookup of a served table has one relationship per reach", "[schema]") {
    for (const auto* row : tables()) {
        for (const auto& column : row->columns) {
            if (!column.is_lookup()) continue;
            CAPTURE(row->name, column.name);
            std::size_t count = 0;
            for (const auto& link : relationships()) {
                if (link.referencing == row->name && link.referencing_column == column.name)
                    ++count;
            }
            const bool several = column.type == Type::lookup && column.targets.size() > 1;
            // The vendor's tables have no relationship with their audits: nobody follows one.
            if (row->of_log && several) {
                CHECK(count == 0);
                CHECK(column.nav.empty());
                continue;
            }
            CHECK(count == (several ? column.targets.size() : 1));
        }
    }
}

TEST_CASE("an association is found by its name and names the intersect's lookups", "[schema]") {
    for (const auto& row : associations()) {
        CAPTURE(row.name);
        CHECK(association(row.name) == &row);
        CHECK(table(row.intersect)->column(row.first_column)->targets[0] == row.first);
        CHECK(table(row.intersect)->column(row.second_column)->targets[0] == row.second);
    }
    CHECK(association("teammembership") == nullptr);
}

TEST_CASE("every column of every table is found by its name", "[schema]") {
    for (const auto* table : tables()) {
        for (const auto& column : table->columns) CHECK(table->column(column.name) == &column);
    }
}

}  // namespace rookery::schema::schema_test
