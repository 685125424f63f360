// Retained records that come back with other values than they had: what they belonged to may be gone by then.
#include "messages/token_scene.hpp"
#include "vault/verify_store.hpp"

#include <utility>

namespace retention_values_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::TestVault;
using rookery::test::TokenScene;
using rookery::test::value;

namespace {

constexpr std::string_view application = "msdyn_octwitterapplication";
constexpr std::string_view handle = "msdyn_octwitterhandle";
constexpr std::string_view lookup = "msdyn_octwitterapplicationid";
constexpr std::string_view unique = "msdyn_octwitteruniquehandleid";

/// `keeper` makes, retains and assigns records of everybody; `granter` may grant as well; `maker` assigns none.
struct Returning : TokenScene {
    Uuid keeper, granter, maker;

    Returning() {
        keeper = vault.user("keeper");
        granter = vault.user("granter");
        maker = vault.user("maker");
        const auto role = [&](std::string name,
                              std::initializer_list<std::string_view>
                                  privileges,
                              std::initializer_list<Uuid>
                                  users) {
            const auto id = vault.role(std::move(name), privileges, schema::Depth::global);
            for (const auto& user : users) {
                vault.associate("systemuserroles_association", user, id);
            }
        };
        role(
            "Make",
            {"prvReadmsdyn_octwitterhandlesecret",
             "prvCreatemsdyn_octwitterhandlesecret",
             "prvDeletemsdyn_octwitterhandlesecret",
             "prvReadUser",
             "prvrkyRetain"},
            {keeper, granter, maker}
        );
        role("Assign", {"prvAssignmsdyn_octwitterhandlesecret"}, {keeper, granter});
        role("Grant", {"prvrkyGrantUnmask"}, {granter});
        vault.retain_records();
    }

    template <class... Cells>
    Result<RetainReply> roll_back(
        const access::Caller& by, std::string_view table, const Uuid& id, Cells... cells
    ) {
        RollbackRetain message;
        message.target = TestVault::target(table, id);
        (message.input.cells.push_back(TestVault::cell(table, cells.first, std::move(cells.second))
         ),
         ...);
        return vault.run<RetainReply>(by, std::move(message));
    }

    void retain(std::string_view table, const Uuid& id) {
        Retain message;
        message.target = TestVault::target(table, id);
        REQUIRE(vault.run<RetainReply>(vault.vault().system(), std::move(message)));
    }

    [[nodiscard]] access::Caller system() { return vault.vault().system(); }

    [[nodiscard]] RowPtr row(std::string_view table, const Uuid& id) {
        return value(test::system_of(vault).row(table, id));
    }

    void own(const Uuid& user) {
        REQUIRE(test::system_of(vault).update(
            secrets, record, std::pair{"ownerid", TestVault::target("systemuser", user)}
        ));
    }

    [[nodiscard]] static std::pair<std::string_view, Target> to(const Uuid& user) {
        return {"ownerid", TestVault::target("systemuser", user)};
    }

    void check() { CHECK(value(verify_store(vault.vault())).ok()); }
};

}  // namespace

TEST_CASE("a retained record whose owner is gone comes back for another one", "[messages]") {
    Returning scene;
    const auto root = scene.vault.vault().root_business_unit();
    const auto owner = scene.vault.create(
        "team",
        std::pair{"name", std::string("gone")},
        std::pair{"businessunitid", TestVault::target("businessunit", root)}
    );
    const auto app = scene.vault.create(
        application,
        std::pair{"msdyn_name", std::string("app")},
        std::pair{"ownerid", TestVault::target("team", owner)}
    );
    scene.retain(application, app);
    REQUIRE(test::system_of(scene.vault).remove("team", owner));
    const auto refused = scene.roll_back(scene.system(), application, app);
    REQUIRE(code(refused) == Errc::restore_parent_gone);
    CHECK(refused.error().hint == "bring that one back first, or name another one");
    REQUIRE(scene.roll_back(scene.system(), application, app, Returning::to(scene.keeper)));
    CHECK(scene.row(application, app)->get<storage::RowRef>("ownerid")->id == scene.keeper);
    scene.check();
}

TEST_CASE(
    "a retained record whose parent is gone comes back beneath another one, or none", "[messages]"
) {
    Returning scene;
    const auto app_of = [&](std::string name) {
        return scene.vault.create(application, std::pair{"msdyn_name", std::move(name)});
    };
    const auto handle_of = [&](const Uuid& parent, std::string number) {
        return scene.vault.create(
            handle,
            std::pair{"msdyn_name", "@" + number},
            std::pair{unique, std::move(number)},
            std::pair{lookup, TestVault::target(application, parent)}
        );
    };
    const auto app = app_of("first");
    const auto other = app_of("second");
    const auto moved = handle_of(app, "1");
    const auto free = handle_of(app, "2");
    scene.retain(handle, moved);
    scene.retain(handle, free);
    REQUIRE(test::system_of(scene.vault).remove(application, app));
    CHECK(code(scene.roll_back(scene.system(), handle, moved)) == Errc::restore_parent_gone);
    // Nor beneath what is not there either.
    const auto nowhere = std::pair{lookup, TestVault::target(application, app)};
    CHECK(code(scene.roll_back(scene.system(), handle, moved, nowhere)) == Errc::not_found);
    REQUIRE(scene.roll_back(
        scene.system(), handle, moved, std::pair{lookup, TestVault::target(application, other)}
    ));
    REQUIRE(scene.roll_back(scene.system(), handle, free, std::pair{lookup, std::monostate{}}));
    CHECK(scene.row(handle, moved)->get<storage::RowRef>(lookup)->id == other);
    CHECK(scene.row(handle, free)->get<storage::RowRef>(lookup) == nullptr);
    scene.check();
}

TEST_CASE("a retained record whose key is taken comes back with another one", "[messages]") {
    Returning scene;
    const auto handle_of = [&] {
        return scene.vault.create(
            handle, std::pair{"msdyn_name", std::string("@")}, std::pair{unique, std::string("1")}
        );
    };
    const auto first = handle_of();
    scene.retain(handle, first);
    handle_of();
    CHECK(code(scene.roll_back(scene.system(), handle, first)) == Errc::restore_key_taken);
    const auto as = [](std::string key) { return std::pair{unique, std::move(key)}; };
    CHECK(code(scene.roll_back(scene.system(), handle, first, as("1"))) == Errc::restore_key_taken);
    REQUIRE(scene.roll_back(scene.system(), handle, first, as("2")));
    CHECK(*scene.row(handle, first)->get<std::string>(unique) == "2");
    scene.check();
}

TEST_CASE("a retained record comes back with its own tokens and no others", "[messages]") {
    Returning scene;
    scene.retain(TokenScene::secrets, scene.record);
    RollbackRetain message;
    message.target = scene.at();
    message.input.cells.push_back(TestVault::cell(
        TokenScene::secrets,
        TokenScene::token,
        SecretBytes::copy_of(std::string_view("another-token"))
    ));
    CHECK(
        code(scene.vault.run<RetainReply>(scene.system(), std::move(message))) == Errc::unsupported
    );
}

TEST_CASE(
    "another owner for what comes back takes Assign, and a grant if he reads it", "[messages]"
) {
    Returning scene;
    scene.own(scene.stranger);
    scene.retain(TokenScene::secrets, scene.record);
    const auto back = [&](const Uuid& by, const Uuid& owner) {
        return code(scene.roll_back(
            TestVault::caller(by), TokenScene::secrets, scene.record, Returning::to(owner)
        ));
    };
    CHECK(back(scene.maker, scene.keeper) == Errc::missing_privilege);
    CHECK(back(scene.keeper, scene.outsider) == Errc::grant_unmask_denied);  // who reads his own
    REQUIRE(scene.roll_back(
        TestVault::caller(scene.keeper),
        TokenScene::secrets,
        scene.record,
        Returning::to(scene.maker)
    ));
    CHECK(
        scene.row(TokenScene::secrets, scene.record)->get<storage::RowRef>("ownerid")->id ==
        scene.maker
    );
    // Who reads all of them brings none back, for nobody's sake.
    scene.retain(TokenScene::secrets, scene.record);
    scene.permit("unmask", {scene.granter}, 4, 3, 0);
    CHECK(back(scene.granter, scene.granter) == Errc::access_denied);
    scene.check();
}

}  // namespace retention_values_test
