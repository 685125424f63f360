// A column permission says what it does: one that could not count is refused, not kept.
#include "support/test_vault.hpp"

namespace field_permission_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view table = "fieldpermission";
constexpr std::string_view secrets = "msdyn_octwitterhandlesecret";
constexpr std::string_view token = "msdyn_useraccesstoken";

Create permission(const Uuid& profile, std::string_view entity, std::string_view attribute) {
    Create message;
    message.table = schema::table(table);
    const auto put = [&](std::string_view column, InputValue value) {
        message.input.cells.push_back(TestVault::cell(table, column, std::move(value)));
    };
    put("fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", profile));
    put("entityname", std::string(entity));
    put("attributelogicalname", std::string(attribute));
    put("canread", std::int64_t{4});
    put("canreadunmasked", std::int64_t{3});
    return message;
}

}  // namespace

TEST_CASE("a column permission is for a sealed column, in its own spelling", "[messages]") {
    struct Case {
        std::string_view entity, attribute, to_blame;
    };

    const auto c = GENERATE(
        Case{"MSDYN_octwitterhandlesecret", token, "entityname"},
        Case{"msdyn_octwitterhandlesecret ", token, "entityname"},
        Case{"msdyn_octwitterhandlesecrets", token, "entityname"},
        Case{"", token, "entityname"},
        Case{secrets, "Msdyn_UserAccessToken", "attributelogicalname"},
        Case{secrets, "msdyn_useraccesstoken ", "attributelogicalname"},
        Case{secrets, "nothing", "attributelogicalname"},
        Case{secrets, "msdyn_name", "attributelogicalname"},
        Case{"rky_credential", "rky_hash", "attributelogicalname"},
        Case{"msdyn_octwitterapplication", token, "attributelogicalname"}
    );
    CAPTURE(c.entity, c.attribute);
    TestVault vault;
    const auto profile = vault.create("fieldsecurityprofile", std::pair{"name", std::string("p")});
    const auto system = vault.vault().system();
    const auto refused = vault.run<NoContent>(system, permission(profile, c.entity, c.attribute));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::invalid_argument);
    CHECK(refused.error().message.find("'" + std::string(c.to_blame) + "'") != std::string::npos);
    // It left no trace that the right one would be a duplicate of.
    CHECK(vault.run<NoContent>(system, permission(profile, secrets, token)));
}

TEST_CASE("an upsert by key makes no column permission in another spelling either", "[messages]") {
    TestVault vault;
    const auto profile = vault.create("fieldsecurityprofile", std::pair{"name", std::string("p")});
    Upsert upsert;
    KeyValues key{&schema::known::fieldpermission.keys.front(), {}};
    key.values.emplace_back(storage::RowRef{schema::known::fieldsecurityprofile.id, profile});
    key.values.emplace_back(std::string("MSDYN_octwitterhandlesecret"));
    key.values.emplace_back(std::string(token));
    upsert.target = Target{schema::table(table), key};
    upsert.input.cells.push_back(TestVault::cell(table, "canread", std::int64_t{4}));
    const Message message(std::move(upsert));
    const auto refused = vault.run<NoContent>(vault.vault().system(), message);
    CHECK(refused.error().code == Errc::invalid_argument);

    // One that is there is found in any spelling, and keeps its own.
    const auto id =
        *value(vault.run<NoContent>(vault.vault().system(), permission(profile, secrets, token)))
             .id;
    CHECK(*value(vault.run<NoContent>(vault.vault().system(), message)).id == id);
}

}  // namespace field_permission_test
