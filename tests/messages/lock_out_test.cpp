// Nobody locks himself out, and nobody ends administration.
#include "messages/sender.hpp"

namespace lock_out_test {

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
    Uuid own = vault.user("administrator");
    Uuid other = vault.user("other administrator");

    Fixture() {
        for (const auto& user : {own, other}) {
            vault.associate("systemuserroles_association", user, system_administrator_role);
        }
    }

    Sender administrator{vault, TestVault::caller(own)};

    Uuid unit(const std::string& name) {
        return value(system.create(
            "businessunit",
            std::pair{"name", name},
            std::pair{
                "parentbusinessunitid",
                TestVault::target("businessunit", vault.vault().root_business_unit())}
        ));
    }
};

}  // namespace

TEST_CASE("nobody disables himself, another does", "[messages]") {
    Fixture f;
    const auto refused = f.administrator.update("systemuser", f.own, std::pair{"isdisabled", true});
    REQUIRE(code(refused) == Errc::access_denied);
    CHECK(refused.error().message == "Nobody locks himself out.");
    CHECK(f.administrator.update("systemuser", f.other, std::pair{"isdisabled", true}));
    CHECK(f.vault.vault().view().facts().enabled(f.own));
    CHECK_FALSE(f.vault.vault().view().facts().enabled(f.other));
}

TEST_CASE("nobody disables the unit that he is in", "[messages]") {
    Fixture f;
    const auto unit = f.unit("unit");
    const auto home = std::pair{"businessunitid", TestVault::target("businessunit", unit)};
    REQUIRE(f.system.update(
        "systemuser", f.own, std::pair{home.first, TestVault::target("businessunit", unit)}
    ));
    CHECK(
        code(f.administrator.update("businessunit", unit, std::pair{"isdisabled", true})) ==
        Errc::access_denied
    );
    const auto empty = f.unit("empty");
    CHECK(f.administrator.update("businessunit", empty, std::pair{"isdisabled", true}));
}

TEST_CASE("the root unit is never disabled, and never below another", "[messages]") {
    Fixture f;
    const auto root = f.vault.vault().root_business_unit();
    CHECK(
        code(f.administrator.update("businessunit", root, std::pair{"isdisabled", true})) ==
        Errc::built_in_protected
    );
    const auto unit = f.unit("unit");
    CHECK(
        code(f.administrator.update(
            "businessunit",
            root,
            std::pair{"parentbusinessunitid", TestVault::target("businessunit", unit)}
        )) == Errc::built_in_protected
    );
    CHECK(f.administrator.update("businessunit", root, std::pair{"name", std::string("renamed")}));
}

TEST_CASE("a unit is below the root, and not below itself", "[messages]") {
    Fixture f;
    const auto upper = f.unit("upper");
    const auto lower = value(f.system.create(
        "businessunit",
        std::pair{"name", std::string("lower")},
        std::pair{"parentbusinessunitid", TestVault::target("businessunit", upper)}
    ));
    for (const auto& below : {upper, lower}) {
        CHECK(
            code(f.administrator.update(
                "businessunit",
                upper,
                std::pair{"parentbusinessunitid", TestVault::target("businessunit", below)}
            )) == Errc::invalid_argument
        );
    }
    CHECK(
        code(f.administrator.update(
            "businessunit", upper, std::pair{"parentbusinessunitid", std::monostate{}}
        )) == Errc::invalid_argument
    );
}

TEST_CASE("the last administrator stays one", "[messages]") {
    Fixture f;
    REQUIRE(f.administrator.disassociate(
        "systemuserroles_association", f.other, system_administrator_role
    ));
    const auto refused = f.administrator.disassociate(
        "systemuserroles_association", f.own, system_administrator_role
    );
    REQUIRE(code(refused) == Errc::last_administrator);
    // Not even for another who could disable him.
    const auto keeper = f.vault.user("keeper");
    f.vault.associate(
        "systemuserroles_association",
        keeper,
        f.vault.role("keeper", {"prvReadUser", "prvWriteUser"}, schema::Depth::global)
    );
    Sender sender(f.vault, TestVault::caller(keeper));
    CHECK_FALSE(sender.update("systemuser", f.own, std::pair{"isdisabled", true}));
    CHECK(f.vault.vault().view().facts().enabled(f.own));
}

TEST_CASE("who is disabled is refused, and let in again when he is enabled", "[messages]") {
    Fixture f;
    Sender other(f.vault, TestVault::caller(f.other));
    CHECK(f.vault.run<WhoAmIReply>(TestVault::caller(f.other), WhoAmI{}));
    REQUIRE(f.administrator.update("systemuser", f.other, std::pair{"isdisabled", true}));
    CHECK(
        code(f.vault.run<WhoAmIReply>(TestVault::caller(f.other), WhoAmI{})) == Errc::user_disabled
    );
    CHECK(code(other.row("systemuser", f.own)) == Errc::user_disabled);
    REQUIRE(f.administrator.update("systemuser", f.other, std::pair{"isdisabled", false}));
    CHECK(f.vault.run<WhoAmIReply>(TestVault::caller(f.other), WhoAmI{}));
}

TEST_CASE("who is in a disabled unit is refused", "[messages]") {
    Fixture f;
    const auto unit = f.unit("unit");
    REQUIRE(f.system.update(
        "systemuser", f.other, std::pair{"businessunitid", TestVault::target("businessunit", unit)}
    ));
    REQUIRE(f.administrator.update("businessunit", unit, std::pair{"isdisabled", true}));
    CHECK(
        code(f.vault.run<WhoAmIReply>(TestVault::caller(f.other), WhoAmI{})) == Errc::user_disabled
    );
}

}  // namespace lock_out_test
