// What is the vault's own: its users and roles, their names, their ids and what they hold.
#include "messages/sender.hpp"
#include "sync/sync_principal.hpp"

namespace vaults_own_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

struct Fixture {
    TestVault vault;
    Sender system = test::system_of(vault);
    Sender administrator = test::administrator_of(vault);

    Result<Uuid> user(const std::string& last_name) {
        return administrator.create(
            "systemuser",
            std::pair{"domainname", std::string("somebody")},
            std::pair{"lastname", last_name}
        );
    }

    Result<Uuid> role(const std::string& name) {
        return administrator.create("role", std::pair{"name", name});
    }
};

Uuid numbered(std::uint8_t number) { return access::built_in_id(number); }

}  // namespace

TEST_CASE("no user passes for the vault by his name, in any spelling", "[messages]") {
    Fixture f;
    const auto name = GENERATE(
        as<std::string>{},
        "SYSTEM",
        "system",
        "System ",
        "Rookery Sync",
        "ROOKERY SYNC",
        "rookery sync   ",
        "Rookery  Jobs",
        "Rookery\u00A0Jobs",
        "Rookery\u200B Jobs",
        "Rookery J\u00ADobs"
    );
    CAPTURE(name);
    const auto refused = f.user(name);
    REQUIRE(code(refused) == Errc::duplicate_key);
    CHECK(refused.error().message.find("'fullname'") != std::string::npos);
    const auto other = value(f.user("Somebody"));
    CHECK(
        code(f.administrator.update("systemuser", other, std::pair{"lastname", name})) ==
        Errc::duplicate_key
    );
    CHECK(*value(f.system.row("systemuser", other))->get<std::string>("lastname") == "Somebody");
}

TEST_CASE("no user passes for the vault by the parts of his name", "[messages]") {
    Fixture f;
    const auto refused = f.administrator.create(
        "systemuser",
        std::pair{"domainname", std::string("somebody")},
        std::pair{"firstname", std::string("rookery")},
        std::pair{"lastname", std::string("sync")}
    );
    CHECK(code(refused) == Errc::duplicate_key);
    // Without any name the domain name is the full name.
    CHECK(
        code(f.administrator.create("systemuser", std::pair{"domainname", std::string("System")})
        ) == Errc::duplicate_key
    );
}

TEST_CASE("no role passes for one of the vault's by its name, in any spelling", "[messages]") {
    Fixture f;
    const auto name = GENERATE(
        as<std::string>{},
        "System Administrator",
        "system administrator",
        "Rookery System",
        "ROOKERY SYSTEM ",
        "Rookery Sync",
        "Rookery-Jobs",
        "System\u00A0Administrator"
    );
    CAPTURE(name);
    const auto refused = f.role(name);
    REQUIRE(code(refused) == Errc::duplicate_key);
    CHECK(refused.error().message.find("'name'") != std::string::npos);
    const auto other = value(f.role("Other"));
    CHECK(
        code(f.administrator.update("role", other, std::pair{"name", name})) == Errc::duplicate_key
    );
}

TEST_CASE("a name that only resembles one of the vault's is anybody's", "[messages]") {
    Fixture f;
    const auto name = GENERATE(as<std::string>{}, "SYSTEM 2", "The System", "Systém", "Rookery");
    CAPTURE(name);
    CHECK(f.user(name));
    CHECK(f.role(name));
    // What is a user's name alone is free for a role, and the other way round.
    CHECK(f.role("SYSTEM"));
    CHECK(f.administrator.create(
        "systemuser",
        std::pair{"domainname", std::string("admin")},
        std::pair{"lastname", std::string("System Administrator")}
    ));
    CHECK(f.administrator.create("team", std::pair{"name", std::string("SYSTEM")}));
}

TEST_CASE("the built-in users and roles are changed by nobody", "[messages]") {
    Fixture f;

    struct Case {
        std::string_view table;
        Uuid id;
        std::string_view column;
    };

    const auto c = GENERATE(
        Case{"systemuser", system_user, "firstname"},
        Case{"role", system_role, "name"},
        Case{"role", system_administrator_role, "name"}
    );
    CAPTURE(c.table, c.column);
    for (auto* sender : {&f.system, &f.administrator}) {
        const auto refused =
            sender->update(c.table, c.id, std::pair{c.column, std::string("Mine")});
        REQUIRE(code(refused) == Errc::built_in_protected);
        CHECK(refused.error().message.find("belongs to the vault") != std::string::npos);
    }
    const auto removed = f.administrator.remove(c.table, c.id);
    CHECK(code(removed) == (c.table == "role" ? Errc::built_in_protected : Errc::restricted));
    CHECK(f.system.there(c.table, c.id));
}

TEST_CASE("the built-in user is not disabled by anybody", "[messages]") {
    Fixture f;
    for (auto* sender : {&f.system, &f.administrator}) {
        CHECK(
            code(sender->update("systemuser", system_user, std::pair{"isdisabled", true})) ==
            Errc::built_in_protected
        );
    }
    CHECK(f.vault.vault().view().facts().enabled(system_user));
}

TEST_CASE(
    "the privileges of a built-in role are neither given nor taken by anybody but the vault",
    "[messages]"
) {
    Fixture f;
    const auto role = GENERATE(values<Uuid>({system_role, system_administrator_role}));
    const auto* privilege = schema::privilege("prvReadmsdyn_octwitterhandlesecret");
    AddPrivilegesRole more;
    more.role = TestVault::target("role", role);
    more.privileges.push_back({privilege, schema::Depth::basic});
    more.replace = GENERATE(false, true);
    CHECK(code(f.administrator.send(more)) == Errc::built_in_protected);
    CHECK(
        code(f.administrator.send(RemovePrivilegeRole{TestVault::target("role", role), privilege})
        ) == Errc::built_in_protected
    );
}

TEST_CASE("an id of the vault's form is taken by nobody, whatever the table", "[messages]") {
    Fixture f;
    for (const int last : {0, 1, 5, 6, 255}) {
        const auto number = static_cast<std::uint8_t>(last);
        CAPTURE(last);
        CHECK(
            code(f.administrator.create(
                "role",
                std::pair{"roleid", numbered(number)},
                std::pair{"name", std::string("taken")}
            )) == Errc::built_in_protected
        );
        CHECK(
            code(f.administrator.create(
                "msdyn_octwitterapplication",
                std::pair{"msdyn_octwitterapplicationid", numbered(number)},
                std::pair{"msdyn_name", std::string("taken")}
            )) == Errc::built_in_protected
        );
    }
    Upsert upsert;
    upsert.target = TestVault::target("team", numbered(77));
    upsert.input = test::input_of("team", std::pair{"name", std::string("taken")});
    CHECK(code(f.administrator.send(std::move(upsert))) == Errc::built_in_protected);
    CHECK_FALSE(f.system.there("team", numbered(77)));
}

TEST_CASE("an id that only resembles the vault's form is anybody's", "[messages]") {
    Fixture f;
    auto id = numbered(7);
    id.bytes[7] = static_cast<std::uint8_t>(id.bytes[7] ^ 1);
    CHECK(f.administrator.create(
        "role", std::pair{"roleid", id}, std::pair{"name", std::string("free")}
    ));
    CHECK(f.system.there("role", id));
}

TEST_CASE("the role of the vault's user is given to nobody else", "[messages]") {
    Fixture f;
    const auto user = f.vault.user("climber");
    const auto team =
        value(f.administrator.create("team", std::pair{"name", std::string("climbers")}));
    CHECK(
        code(f.administrator.associate("systemuserroles_association", user, system_role)) ==
        Errc::built_in_protected
    );
    CHECK(
        code(f.administrator.associate("teamroles_association", team, system_role)) ==
        Errc::built_in_protected
    );
    CHECK(f.vault.vault().view().facts().user(user) != nullptr);
    CHECK(code(f.administrator.remove("role", system_role)) == Errc::built_in_protected);
}

TEST_CASE("what the vault's user holds is not taken away, and he gets nothing more", "[messages]") {
    Fixture f;
    const auto other = value(f.role("Other"));
    const auto team = value(f.administrator.create("team", std::pair{"name", std::string("team")}));
    const auto profile =
        value(f.system.create("fieldsecurityprofile", std::pair{"name", std::string("profile")}));
    CHECK(
        code(f.administrator.disassociate("systemuserroles_association", system_user, system_role)
        ) == Errc::last_administrator
    );
    CHECK(
        code(f.administrator.associate("systemuserroles_association", system_user, other)) ==
        Errc::built_in_protected
    );
    CHECK(
        code(f.administrator.associate("teammembership_association", team, system_user)) ==
        Errc::built_in_protected
    );
    CHECK(
        code(f.administrator.associate("systemuserprofiles_association", system_user, profile)) ==
        Errc::built_in_protected
    );
}

TEST_CASE("the vault's own users get no credential", "[messages]") {
    Fixture f;
    const auto user = GENERATE(values<Uuid>({system_user, sync_user, jobs_user}));
    CreateCredential message;
    message.user = user;
    message.name = "mine";
    message.lifetime = std::chrono::hours{1};
    for (const auto& caller : {f.vault.vault().system()}) {
        const auto refused = f.vault.run<CredentialReply>(caller, message);
        REQUIRE(code(refused) == Errc::built_in_protected);
        CHECK(refused.error().message.find("no credential") != std::string::npos);
    }
}

TEST_CASE("the role of administrators is given by those who hold it, and taken", "[messages]") {
    Fixture f;
    const auto user = f.vault.user("next");
    CHECK(f.administrator.associate("systemuserroles_association", user, system_administrator_role)
    );
    CHECK(
        f.administrator.disassociate("systemuserroles_association", user, system_administrator_role)
    );
}

}  // namespace vaults_own_test
