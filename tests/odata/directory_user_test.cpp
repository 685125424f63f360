// Users by their objects in Microsoft Entra ID.
#include "render_for_test.hpp"
#include "support/test_vault.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

namespace directory_user_test {

using namespace rookery;
using namespace rookery::odata;
using test::TestVault;
using test::value;

namespace {

using Json = nlohmann::json;

const std::string api = "/api/data/v9.2/";
const std::string object = "44444444-4444-4444-8444-444444444444";

}  // namespace

TEST_CASE("the privileges and roles of a user are told by his directory object", "[odata]") {
    TestVault vault;
    const auto user = vault.create(
        "systemuser",
        std::pair{"domainname", std::string("ann@example.com")},
        std::pair{"lastname", std::string("ann")},
        std::pair{
            "businessunitid",
            TestVault::target("businessunit", vault.vault().root_business_unit())},
        std::pair{"azureactivedirectoryobjectid", Uuid::parse(object).value()}
    );
    vault.associate(
        "systemuserroles_association",
        user,
        vault.role("Reader", {"prvReadmsdyn_octwitterhandle"}, schema::Depth::local)
    );
    const auto ask = [&](const access::Caller& caller, const std::string& path) {
        auto parsed = odata::parse(request("GET", api + path), test_root, anyone, user);
        if (const auto* rejected = message_if<messages::Rejected>(parsed)) {
            FAIL(path << ": " << rejected->error.message);
        }
        return render(parsed.context, value(vault.vault().run(caller, parsed.message)));
    };
    const auto system = vault.vault().system();
    const auto privileges =
        ask(system, "RetrieveAadUserPrivileges(DirectoryObjectId=" + object + ")");
    REQUIRE(privileges.status == 200);
    const auto held = Json::parse(body_of(privileges)).at("RolePrivileges");
    REQUIRE(held.size() == 1);
    CHECK(held[0].at("PrivilegeName") == "prvReadmsdyn_octwitterhandle");
    CHECK(held[0].at("Depth") == "Local");
    const auto roles =
        ask(system, "RetrieveAadUserRoles(DirectoryObjectId=@p1)?@p1=" + object + "&$select=name");
    REQUIRE(roles.status == 200);
    const auto rows = Json::parse(body_of(roles)).at("value");
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].at("name") == "Reader");
    CHECK_FALSE(rows[0].contains("description"));
    // Who that is, is for those to know who read users, whoever it is.
    const auto path = "RetrieveAadUserPrivileges(DirectoryObjectId=" + object + ")";
    const auto other = vault.user("other");
    for (const auto& caller : {user, other})
        CHECK(ask(TestVault::caller(caller), path).status == 403);
    CHECK(
        ask(TestVault::caller(other), "RetrieveAadUserRoles(DirectoryObjectId=" + object + ")")
            .status == 403
    );
}

TEST_CASE("a directory object is a GUID, and of a user that there is", "[odata]") {
    for (const std::string function : {"RetrieveAadUserPrivileges", "RetrieveAadUserRoles"}) {
        CHECK(refused("GET", api + function + "(DirectoryObjectId='x')") == Errc::malformed);
        CHECK(refused("GET", api + function + "()") == Errc::malformed);
        CHECK(
            refused("POST", api + function + "(DirectoryObjectId=" + object + ")") ==
            Errc::method_not_allowed
        );
    }
    TestVault vault;
    auto out = odata::parse(
        request("GET", api + "RetrieveAadUserPrivileges(DirectoryObjectId=" + object + ")"),
        test_root,
        anyone
    );
    const auto answer =
        render(out.context, value(vault.vault().run(vault.vault().system(), out.message)));
    CHECK(answer.status == 404);
}

}  // namespace directory_user_test
