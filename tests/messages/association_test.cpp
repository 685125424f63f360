// Associate and Disassociate: pairs of an N:N relationship, and the lookup of a 1:N one.
#include "messages/sender.hpp"

namespace association_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view members = "teammembership_association";
constexpr std::string_view application = "msdyn_octwitterapplication";
constexpr std::string_view handle = "msdyn_octwitterhandle";

struct Fixture {
    TestVault vault;
    Sender system = test::system_of(vault);
    Uuid user = vault.user("member");
    Uuid team = value(system.create("team", std::pair{"name", std::string("team")}));

    Associate through_collection(const Uuid& parent, const Uuid& child) const {
        Associate message;
        message.relationship = relationship();
        message.parent = TestVault::target(application, parent);
        message.child = TestVault::target(handle, child);
        return message;
    }

    Disassociate out_of_collection(const Uuid& parent, const Uuid& child) const {
        Disassociate message;
        message.relationship = relationship();
        message.parent = TestVault::target(application, parent);
        message.child = TestVault::target(handle, child);
        return message;
    }

    static const schema::Relationship* relationship() {
        const auto all = schema::relationships();
        const auto found = std::ranges::find_if(all, [](const schema::Relationship& row) {
            return row.referencing == handle &&
                   row.referencing_column == "msdyn_octwitterapplicationid";
        });
        REQUIRE(found != all.end());
        return &*found;
    }

    std::optional<Uuid> parent_of(const Uuid& child) {
        const auto row = value(system.row(handle, child));
        const auto* ref = row->get<storage::RowRef>("msdyn_octwitterapplicationid");
        return ref == nullptr ? std::nullopt : std::optional(ref->id);
    }
};

}  // namespace

TEST_CASE("a pair is made once, ends once, and can be made again", "[messages]") {
    Fixture f;
    for (int round = 0; round < 2; ++round) {
        CHECK(f.system.associate(members, f.team, f.user));
        CHECK(code(f.system.associate(members, f.team, f.user)) == Errc::duplicate_id);
        CHECK(f.system.disassociate(members, f.team, f.user));
        CHECK(code(f.system.disassociate(members, f.team, f.user)) == Errc::not_found);
    }
}

TEST_CASE("a pair is the same from either side", "[messages]") {
    Fixture f;
    Associate other_way;
    other_way.association = schema::association(members);
    other_way.parent = TestVault::target("systemuser", f.user);
    other_way.child = TestVault::target("team", f.team);
    CHECK(f.system.send(other_way));
    CHECK(code(f.system.associate(members, f.team, f.user)) == Errc::duplicate_id);
    CHECK(f.system.disassociate(members, f.team, f.user));
}

TEST_CASE("both ends of a pair are there", "[messages]") {
    Fixture f;
    SystemRandom random;
    const auto nobody = Uuid::random(random);
    CHECK(code(f.system.associate(members, nobody, f.user)) == Errc::not_found);
    CHECK(code(f.system.associate(members, f.team, nobody)) == Errc::not_found);
    REQUIRE(f.system.remove("team", f.team));
    CHECK(code(f.system.associate(members, f.team, f.user)) == Errc::not_found);
}

TEST_CASE(
    "an access team has no roles and no column profiles, and members like any other", "[messages]"
) {
    Fixture f;
    const auto guests = value(f.system.create(
        "team", std::pair{"name", std::string("guests")}, std::pair{"teamtype", std::int64_t{1}}
    ));
    const auto role = f.vault.role("Reader", {"prvReadTeam"}, schema::Depth::global);
    const auto profile =
        value(f.system.create("fieldsecurityprofile", std::pair{"name", std::string("profile")}));
    const auto administrator = test::administrator_of(f.vault);

    struct Pair {
        std::string_view association;
        std::string_view table;
        Uuid id;
    };

    const Pair pairs[] = {
        {"teamroles_association", "role", role},
        {"teamprofiles_association", "fieldsecurityprofile", profile}};
    for (const auto& pair : pairs) {
        CAPTURE(pair.association);
        for (auto sender : {f.system, administrator}) {
            CHECK(code(sender.associate(pair.association, guests, pair.id)) == Errc::access_team);
            Associate other_way;
            other_way.association = schema::association(pair.association);
            other_way.parent = TestVault::target(pair.table, pair.id);
            other_way.child = TestVault::target("team", guests);
            CHECK(code(sender.send(other_way)) == Errc::access_team);
            // What was given before this was refused can be taken away.
            CHECK(code(sender.disassociate(pair.association, guests, pair.id)) == Errc::not_found);
        }
        CHECK(f.system.associate(pair.association, f.team, pair.id));
        Sender nobody(f.vault, TestVault::caller(f.user));
        CHECK(code(nobody.associate(pair.association, guests, pair.id)) == Errc::missing_privilege);
    }
    CHECK(f.system.associate(members, guests, f.user));
    const auto changed = f.system.update("team", guests, std::pair{"teamtype", std::int64_t{0}});
    CHECK(code(changed) != Errc::access_team);
    CHECK(*value(f.system.row("team", guests))->get<std::int64_t>("teamtype") == 1);
}

TEST_CASE("a pair needs Append on both of its rows", "[messages]") {
    Fixture f;

    struct Case {
        std::vector<std::string_view> privileges;
        bool allowed;
    };

    const auto c = GENERATE(
        Case{{"prvAppendTeam", "prvAppendUser"}, true},
        Case{{"prvAppendTeam"}, false},
        Case{{"prvAppendUser"}, false},
        Case{{"prvAppendToTeam", "prvAppendToUser"}, false},
        Case{{"prvWriteTeam", "prvWriteUser"}, false}
    );
    const auto keeper = f.vault.user("keeper");
    const auto role = f.vault.role("keeper", {}, schema::Depth::global);
    AddPrivilegesRole message;
    message.role = TestVault::target("role", role);
    for (const auto name : c.privileges) {
        REQUIRE(schema::privilege(name) != nullptr);
        message.privileges.push_back({schema::privilege(name), schema::Depth::global});
    }
    REQUIRE(f.system.send(message));
    f.vault.associate("systemuserroles_association", keeper, role);
    Sender sender(f.vault, TestVault::caller(keeper));
    const auto made = sender.associate(members, f.team, f.user);
    CHECK(made.has_value() == c.allowed);
    if (!made) CHECK(code(made) == Errc::missing_privilege);
}

TEST_CASE("a member of a collection is a child whose lookup says so", "[messages]") {
    Fixture f;
    const auto first =
        value(f.system.create(application, std::pair{"msdyn_name", std::string("1")}));
    const auto second =
        value(f.system.create(application, std::pair{"msdyn_name", std::string("2")}));
    const auto child = value(f.system.create(handle, std::pair{"msdyn_name", std::string("@a")}));
    CHECK(f.parent_of(child) == std::nullopt);
    CHECK(f.system.send(f.through_collection(first, child)));
    CHECK(f.parent_of(child) == first);
    // It has one parent: another takes it over.
    CHECK(f.system.send(f.through_collection(second, child)));
    CHECK(f.parent_of(child) == second);
    CHECK(f.system.send(f.out_of_collection(second, child)));
    CHECK(f.parent_of(child) == std::nullopt);
}

TEST_CASE("a collection takes no child and no parent that is not there", "[messages]") {
    Fixture f;
    SystemRandom random;
    const auto parent =
        value(f.system.create(application, std::pair{"msdyn_name", std::string("1")}));
    const auto child = value(f.system.create(handle, std::pair{"msdyn_name", std::string("@a")}));
    CHECK(
        code(f.system.send(f.through_collection(Uuid::random(random), child))) == Errc::not_found
    );
    CHECK(
        code(f.system.send(f.through_collection(parent, Uuid::random(random)))) == Errc::not_found
    );
    CHECK(f.parent_of(child) == std::nullopt);
}

}  // namespace association_test
