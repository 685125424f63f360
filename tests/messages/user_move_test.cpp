// ReassignObjectsSystemUser and SetBusinessSystemUser: all that a user has goes to somebody else, and he to another unit.
#include "messages/row_planner.hpp"
#include "messages/sender.hpp"
#include "messages/token_scene.hpp"
#include "vault/verify_store.hpp"

namespace user_move_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view application = "msdyn_octwitterapplication";
constexpr std::string_view handle = "msdyn_octwitterhandle";
constexpr std::string_view secret = "msdyn_octwitterhandlesecret";

struct Fixture {
    TestVault vault;
    Sender system = test::system_of(vault);
    Uuid root = vault.vault().root_business_unit();
    Uuid unit = value(system.create(
        "businessunit", std::pair{"name", std::string("unit")},
        std::pair{"parentbusinessunitid", TestVault::target("businessunit", root)}
    ));
    Uuid user = vault.user("user");
    Uuid heir = vault.user("heir");
    Uuid role = vault.role("some", {"prvReadmsdyn_octwitterhandle"}, schema::Depth::local);

    Uuid owned(std::string_view table, const Uuid& by) {
        return value(system.create(table, std::pair{"ownerid", TestVault::target("systemuser", by)})
        );
    }

    Uuid owner_of(std::string_view table, const Uuid& id) {
        return value(system.row(table, id))->get<storage::RowRef>("ownerid")->id;
    }

    Uuid unit_of(const Uuid& id) {
        return value(system.row("systemuser", id))->get<storage::RowRef>("businessunitid")->id;
    }

    ReassignObjectsSystemUser reassign(const Uuid& from, const Target& to) const {
        return {TestVault::target("systemuser", from), to};
    }

    SetBusinessSystemUser move(const Uuid& who, const Target& to) const {
        return {TestVault::target("systemuser", who), TestVault::target("businessunit", unit), to};
    }

    static Target a_user(const Uuid& id) { return TestVault::target("systemuser", id); }

    std::size_t roles_of(const Uuid& id) {
        return vault.vault().view().facts().roles_of_user(id).size();
    }

    /// Of somebody with these privileges over everything.
    Sender holder(const std::string& name, std::initializer_list<std::string_view> privileges) {
        const auto who = vault.user(name);
        const auto his = vault.role(name, {}, schema::Depth::global);
        AddPrivilegesRole message;
        message.role = TestVault::target("role", his);
        for (const auto one : privileges) {
            REQUIRE(schema::privilege(one) != nullptr);
            message.privileges.push_back({schema::privilege(one), schema::Depth::global});
        }
        REQUIRE(system.send(message));
        vault.associate("systemuserroles_association", who, his);
        return {vault, TestVault::caller(who)};
    }
};

}  // namespace

TEST_CASE("all records of a user get the new owner, and nobody else's", "[messages]") {
    Fixture f;
    const auto team = value(f.system.create("team", std::pair{"name", std::string("team")}));
    const bool to_team = GENERATE(false, true);
    const auto to = to_team ? TestVault::target("team", team) : Fixture::a_user(f.heir);
    const auto other = f.vault.user("other");
    const auto kept = f.owned(handle, other);
    std::vector<std::pair<std::string_view, Uuid>> rows;
    for (const auto table :
         {application,
          handle,
          secret,
          std::string_view("mailboxtrackingfolder"),
          std::string_view("processsession")}) {
        rows.emplace_back(table, f.owned(table, f.user));
        rows.emplace_back(table, f.owned(table, f.user));
    }
    const auto before = f.vault.vault().view().snapshot().log_size;
    REQUIRE(f.system.send(f.reassign(f.user, to)));
    CHECK(f.vault.vault().view().snapshot().log_size == before + rows.size() + 1);
    for (const auto& [table, id] : rows) CHECK(f.owner_of(table, id) == std::get<Uuid>(to.by));
    CHECK(f.owner_of(handle, kept) == other);
    REQUIRE(f.vault.reopen());
    CHECK(value(verify_store(f.vault.vault())).ok());
}

TEST_CASE("a user without records is reassigned on the record all the same", "[messages]") {
    Fixture f;
    REQUIRE(f.system.send(f.reassign(f.user, Fixture::a_user(f.heir))));
    const auto log = f.vault.run_as_system<LogReply>(RetrieveAuditEvents{}).entries;
    CHECK(log.front().event.message == "ReassignObjectsSystemUser");
    CHECK(log.front().event.record == f.user);
    CHECK(
        code(f.system.send(f.reassign(f.user, Fixture::a_user(f.user)))) == Errc::invalid_argument
    );
    SystemRandom random;
    const auto nobody = Uuid::random(random);
    CHECK(code(f.system.send(f.reassign(nobody, Fixture::a_user(f.heir)))) == Errc::not_found);
    CHECK(code(f.system.send(f.reassign(f.user, Fixture::a_user(nobody)))) == Errc::not_found);
}

TEST_CASE("one record that may not be assigned leaves all of them where they are", "[messages]") {
    Fixture f;
    const auto first = f.owned(application, f.user);
    const auto second = f.owned(handle, f.user);
    auto half = f.holder(
        "half",
        {"prvReadUser", "prvWritemsdyn_octwitterapplication", "prvAssignmsdyn_octwitterapplication"}
    );
    // Neither which record nor of which table.
    const auto refused = half.send(f.reassign(f.user, Fixture::a_user(f.heir)));
    REQUIRE(code(refused) == Errc::no_row_access);
    CHECK(refused.error().message == "The caller may not assign every record that the user has.");
    CHECK(f.owner_of(application, first) == f.user);
    auto whole = f.holder(
        "whole",
        {"prvReadUser",
         "prvWritemsdyn_octwitterapplication",
         "prvAssignmsdyn_octwitterapplication",
         "prvWritemsdyn_octwitterhandle",
         "prvAssignmsdyn_octwitterhandle"}
    );
    CHECK(whole.send(f.reassign(f.user, Fixture::a_user(f.heir))));
    CHECK(f.owner_of(application, first) == f.heir);
    CHECK(f.owner_of(handle, second) == f.heir);
    Sender stranger(f.vault, TestVault::caller(f.heir));
    CHECK(
        code(stranger.send(f.reassign(f.user, Fixture::a_user(f.heir)))) == Errc::missing_privilege
    );
}

TEST_CASE("more records than a request changes are not reassigned", "[messages]") {
    Fixture f;
    CreateMultiple many;
    many.table = schema::table(application);
    for (std::size_t i = 0; i < rows_changed_max; ++i) {
        many.rows.push_back(
            test::input_of(application, std::pair{"ownerid", Fixture::a_user(f.user)})
        );
    }
    REQUIRE(f.vault.run<IdsReply>(f.vault.vault().system(), std::move(many)));
    SECTION("as many") { CHECK(f.system.send(f.reassign(f.user, Fixture::a_user(f.heir)))); }
    SECTION("one more, of another table") {
        const auto last = f.owned(handle, f.user);
        const auto refused = f.system.send(f.reassign(f.user, Fixture::a_user(f.heir)));
        REQUIRE(code(refused) == Errc::too_many_rows);
        CHECK(refused.error().message.find("1000") != std::string::npos);
        CHECK(f.owner_of(handle, last) == f.user);
    }
}

TEST_CASE("reassigning tokens to who could read them is a grant", "[messages]") {
    test::TokenScene scene;
    auto system = test::system_of(scene.vault);
    REQUIRE(system.update(
        scene.secrets, scene.record, std::pair{"ownerid", Fixture::a_user(scene.stranger)}
    ));
    // The outsider unmasks what he owns.
    const ReassignObjectsSystemUser message{
        Fixture::a_user(scene.stranger), Fixture::a_user(scene.outsider)};
    const auto clerk = scene.vault.user("clerk");
    scene.vault.associate(
        "systemuserroles_association",
        clerk,
        scene.vault.role(
            "clerk",
            {"prvReadUser",
             "prvWritemsdyn_octwitterhandlesecret",
             "prvAssignmsdyn_octwitterhandlesecret"},
            schema::Depth::global
        )
    );
    CHECK(code(scene.as(clerk).send(message)) == Errc::grant_unmask_denied);
    CHECK(system.send(message));
    const auto log = scene.vault.run_as_system<LogReply>(RetrieveAuditEvents{}).entries;
    const auto grants = std::ranges::count_if(log, [](const auto& entry) {
        return entry.event.action == audit::Action::grant &&
               entry.event.message == "ReassignObjectsSystemUser";
    });
    CHECK(grants == 1);
}

TEST_CASE("a user who moves loses his roles, and his records go or come along", "[messages]") {
    Fixture f;
    f.vault.associate("systemuserroles_association", f.user, f.role);
    const auto row = f.owned(handle, f.user);
    REQUIRE(f.roles_of(f.user) == 1);
    SECTION("to somebody else") {
        REQUIRE(f.system.send(f.move(f.user, Fixture::a_user(f.heir))));
        CHECK(f.owner_of(handle, row) == f.heir);
    }
    SECTION("with him, and to his unit") {
        REQUIRE(f.system.send(f.move(f.user, Fixture::a_user(f.user))));
        CHECK(f.owner_of(handle, row) == f.user);
        const auto shown = value(f.system.row(handle, row));
        CHECK(shown->get<storage::RowRef>("owningbusinessunit")->id == f.unit);
    }
    CHECK(f.unit_of(f.user) == f.unit);
    CHECK(f.roles_of(f.user) == 0);
    REQUIRE(f.vault.reopen());
    CHECK(f.roles_of(f.user) == 0);
    CHECK(value(verify_store(f.vault.vault())).ok());
}

TEST_CASE("moving a user needs what each part of it needs", "[messages]") {
    Fixture f;
    const auto message = f.move(f.user, Fixture::a_user(f.heir));
    const auto links = {"prvAppendUser", "prvAppendToBusinessUnit"};
    auto reader = f.holder("reader", {"prvReadUser"});
    CHECK(code(reader.send(message)) == Errc::missing_privilege);
    auto writer = f.holder("writer", {"prvReadUser", "prvWriteUser"});
    CHECK(code(writer.send(message)) == Errc::missing_privilege);
    auto mover =
        f.holder("mover", {"prvReadUser", "prvWriteUser", *links.begin(), *(links.begin() + 1)});
    SECTION("a role that he may not take away") {
        f.vault.associate("systemuserroles_association", f.user, f.role);
        CHECK(code(mover.send(message)) == Errc::missing_privilege);
        CHECK(f.roles_of(f.user) == 1);
    }
    SECTION("a record that he may not assign") {
        f.owned(handle, f.user);
        CHECK(code(mover.send(message)) == Errc::no_row_access);
    }
    SECTION("neither") {
        CHECK(mover.send(message));
        CHECK(f.unit_of(f.user) == f.unit);
        return;
    }
    CHECK(f.unit_of(f.user) == f.root);
}

TEST_CASE("nobody moves the last administrator, or one of the vault's own users", "[messages]") {
    Fixture f;
    auto admin = test::administrator_of(f.vault);
    const auto who =
        value(f.system.create("systemuser", std::pair{"domainname", std::string("b")}));
    f.vault.associate("systemuserroles_association", who, system_administrator_role);
    REQUIRE(admin.send(f.move(who, Fixture::a_user(f.heir))));
    CHECK(f.roles_of(who) == 0);
    for (const auto& own : {system_user, jobs_user}) {
        const auto refused = admin.send(f.move(own, Fixture::a_user(f.heir)));
        CHECK((code(refused) == Errc::built_in_protected || code(refused) == Errc::not_found));
    }
}

TEST_CASE(
    "who moves does not take his tokens to readers of the other unit unjudged", "[messages]"
) {
    test::TokenScene scene;
    auto system = test::system_of(scene.vault);
    const auto unit = value(system.create(
        "businessunit",
        std::pair{"name", std::string("unit")},
        std::pair{
            "parentbusinessunitid",
            TestVault::target("businessunit", scene.vault.vault().root_business_unit())}
    ));
    const auto local =
        scene.vault.role("local", {"prvReadmsdyn_octwitterhandlesecret"}, schema::Depth::local);
    const auto spy = scene.vault.create(
        "systemuser",
        std::pair{"domainname", std::string("spy")},
        std::pair{"businessunitid", TestVault::target("businessunit", unit)}
    );
    scene.vault.associate("systemuserroles_association", spy, local);
    scene.permit("spy", {spy}, 4, 1, 0);
    REQUIRE(system.update(
        scene.secrets, scene.record, std::pair{"ownerid", Fixture::a_user(scene.stranger)}
    ));
    const auto mover = scene.vault.user("mover");
    scene.vault.associate(
        "systemuserroles_association",
        mover,
        scene.vault.role(
            "mover",
            {"prvReadUser",
             "prvWriteUser",
             "prvAppendUser",
             "prvAppendToBusinessUnit",
             "prvWritemsdyn_octwitterhandlesecret",
             "prvAssignmsdyn_octwitterhandlesecret"},
            schema::Depth::global
        )
    );
    const auto target = TestVault::target("businessunit", unit);
    const SetBusinessSystemUser along{
        Fixture::a_user(scene.stranger), target, Fixture::a_user(scene.stranger)};
    CHECK(code(scene.as(mover).send(along)) == Errc::grant_unmask_denied);
    // Left to somebody who stays where he is, nothing of it gets there.
    const SetBusinessSystemUser left{
        Fixture::a_user(scene.stranger), target, Fixture::a_user(scene.reader)};
    CHECK(scene.as(mover).send(left));
}

}  // namespace user_move_test
