// AddPrivilegesRole, ReplacePrivilegesRole and RemovePrivilegeRole.
#include "messages/sender.hpp"

#include <map>

namespace role_privileges_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

using Held = std::map<std::string, std::int64_t>;

const schema::Privilege& privilege(std::string_view name) {
    const auto* found = schema::privilege(name);
    REQUIRE(found != nullptr);
    return *found;
}

constexpr std::string_view reading = "prvReadmsdyn_octwitterapplication";
constexpr std::string_view writing = "prvWritemsdyn_octwitterapplication";
constexpr std::string_view creating = "prvCreatemsdyn_octwitterapplication";

struct Fixture {
    TestVault vault;
    Sender system = test::system_of(vault);
    Uuid role = value(system.create("role", std::pair{"name", std::string("role")}));

    AddPrivilegesRole adding(
        std::vector<std::pair<std::string_view, schema::Depth>> wanted, bool replace = false
    ) const {
        AddPrivilegesRole message;
        message.role = TestVault::target("role", role);
        for (const auto& [name, depth] : wanted)
            message.privileges.push_back({&privilege(name), depth});
        message.replace = replace;
        return message;
    }

    RemovePrivilegeRole removing(std::string_view name) const {
        return {TestVault::target("role", role), &privilege(name)};
    }

    Held held() {
        RetrieveMultiple message;
        message.table = schema::table("roleprivileges");
        const auto list = vault.run_as_system<ListReply>(std::move(message));
        Held out;
        for (const auto& shown : list.rows) {
            if (shown.row->get<storage::RowRef>("roleid")->id != role) continue;
            for (const auto name : {reading, writing, creating}) {
                const auto id = schema::privilege_id(privilege(name));
                if (shown.row->get<storage::RowRef>("privilegeid")->id != id) continue;
                out.emplace(name, *shown.row->get<std::int64_t>("privilegedepthmask"));
            }
        }
        return out;
    }
};

}  // namespace

TEST_CASE("privileges that a role gets are added to what it has", "[messages]") {
    Fixture f;
    CHECK(f.held().empty());
    REQUIRE(f.system.send(f.adding({{reading, schema::Depth::basic}})));
    REQUIRE(f.system.send(f.adding({{writing, schema::Depth::global}})));
    CHECK(f.held() == Held{{std::string(reading), 1}, {std::string(writing), 8}});
}

TEST_CASE("a privilege that a role has gets the new depth, up or down", "[messages]") {
    Fixture f;
    REQUIRE(f.system.send(f.adding({{reading, schema::Depth::local}})));
    for (const auto depth : {schema::Depth::global, schema::Depth::basic}) {
        REQUIRE(f.system.send(f.adding({{reading, depth}})));
        CHECK(f.held() == Held{{std::string(reading), static_cast<std::int64_t>(depth)}});
    }
}

TEST_CASE("replacing leaves a role what is named and nothing else", "[messages]") {
    Fixture f;
    REQUIRE(
        f.system.send(f.adding({{reading, schema::Depth::basic}, {writing, schema::Depth::basic}}))
    );
    REQUIRE(f.system.send(
        f.adding({{writing, schema::Depth::deep}, {creating, schema::Depth::basic}}, true)
    ));
    CHECK(f.held() == Held{{std::string(writing), 4}, {std::string(creating), 1}});
    REQUIRE(f.system.send(f.adding({}, true)));
    CHECK(f.held().empty());
}

TEST_CASE("a privilege that is named twice counts once", "[messages]") {
    Fixture f;
    REQUIRE(
        f.system.send(f.adding({{reading, schema::Depth::basic}, {reading, schema::Depth::global}}))
    );
    CHECK(f.held().size() == 1);
}

TEST_CASE("a privilege is taken from a role that has it, once", "[messages]") {
    Fixture f;
    REQUIRE(
        f.system.send(f.adding({{reading, schema::Depth::basic}, {writing, schema::Depth::basic}}))
    );
    CHECK(f.system.send(f.removing(reading)));
    CHECK(f.held() == Held{{std::string(writing), 1}});
    CHECK(code(f.system.send(f.removing(reading))) == Errc::not_found);
}

TEST_CASE("the privileges of a role that is not there are nobody's to change", "[messages]") {
    Fixture f;
    REQUIRE(f.system.remove("role", f.role));
    CHECK(code(f.system.send(f.adding({{reading, schema::Depth::basic}}))) == Errc::not_found);
    CHECK(code(f.system.send(f.removing(reading))) == Errc::not_found);
}

TEST_CASE("who may not write a role changes nothing of it", "[messages]") {
    Fixture f;
    REQUIRE(f.system.send(f.adding({{reading, schema::Depth::basic}})));
    const auto user = f.vault.user("reader");
    f.vault.associate(
        "systemuserroles_association",
        user,
        f.vault.role("reader", {"prvReadRole"}, schema::Depth::global)
    );
    Sender reader(f.vault, TestVault::caller(user));
    CHECK(
        code(reader.send(f.adding({{writing, schema::Depth::basic}}))) == Errc::missing_privilege
    );
    CHECK(code(reader.send(f.adding({}, true))) == Errc::missing_privilege);
    CHECK(code(reader.send(f.removing(reading))) == Errc::missing_privilege);
    CHECK(f.held() == Held{{std::string(reading), 1}});
}

TEST_CASE("what a role gets counts for its holders at once, and what it loses too", "[messages]") {
    Fixture f;
    const auto user = f.vault.user("holder");
    f.vault.associate("systemuserroles_association", user, f.role);
    Sender holder(f.vault, TestVault::caller(user));
    const auto make = [&] {
        return code(
            holder.create("msdyn_octwitterapplication", std::pair{"msdyn_name", std::string("a")})
        );
    };
    CHECK(make() == Errc::missing_privilege);
    REQUIRE(f.system.send(f.adding({{creating, schema::Depth::basic}})));
    CHECK(make() == Errc::count_);
    REQUIRE(f.system.send(f.removing(creating)));
    CHECK(make() == Errc::missing_privilege);
}

}  // namespace role_privileges_test
