// Whoever comes to read a record comes to read what its tokens were before: handing it to somebody is a grant, also when the
// same request, or one before it, replaces or clears the tokens.
#include "audit/log_reader.hpp"
#include "messages/token_scene.hpp"

namespace token_version_reach_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::TestVault;
using rookery::test::Texts;
using rookery::test::TokenScene;
using rookery::test::value;

namespace {

using Token = std::pair<std::string_view, SecretBytes>;

/// Somebody who writes and assigns every record, writes tokens, and may not grant anybody to read them.
struct Taking : TokenScene {
    Uuid taker, granter;

    Taking() {
        taker = vault.user("taker");
        granter = vault.user("granter");
        const auto all = vault.role(
            "Take",
            {"prvReadmsdyn_octwitterhandlesecret",
             "prvWritemsdyn_octwitterhandlesecret",
             "prvAssignmsdyn_octwitterhandlesecret"},
            schema::Depth::global
        );
        const auto grant = vault.role("Grant", {"prvrkyGrantUnmask"}, schema::Depth::global);
        for (const auto& user : {taker, granter}) {
            vault.associate("systemuserroles_association", user, all);
        }
        vault.associate("systemuserroles_association", granter, grant);
        permit("write too", {taker, granter}, 0, 0, 4);
    }

    [[nodiscard]] static Target to(const Uuid& user) {
        return TestVault::target("systemuser", user);
    }

    [[nodiscard]] static Token first(std::string_view text) {
        return {token, SecretBytes::copy_of(text)};
    }

    [[nodiscard]] static Token second(std::string_view text) {
        return {token_secret, SecretBytes::copy_of(text)};
    }

    Result<void> give(const Uuid& by, const Uuid& user) {
        return as(by).update(secrets, record, std::pair{"ownerid", to(user)});
    }

    Result<void> give_with_new_tokens(const Uuid& by, const Uuid& user) {
        return as(by).update(
            secrets, record, std::pair{"ownerid", to(user)}, first("mine"), second("mine too")
        );
    }

    void clear() {
        REQUIRE(as(taker).update(
            secrets,
            record,
            std::pair{token, std::monostate{}},
            std::pair{token_secret, std::monostate{}}
        ));
    }
};

}  // namespace

TEST_CASE(
    "a record is not given away with new tokens to whoever then reads the old ones", "[messages]"
) {
    Taking scene;
    CHECK(code(scene.give(scene.taker, scene.outsider)) == Errc::grant_unmask_denied);
    CHECK(
        code(scene.give_with_new_tokens(scene.taker, scene.outsider)) == Errc::grant_unmask_denied
    );
    // To whoever sees no token it may go, and so may a new record with the tokens that come with it.
    CHECK(scene.give_with_new_tokens(scene.taker, scene.reader));
}

TEST_CASE(
    "a record is not given away once its tokens are cleared, while a version keeps them",
    "[messages]"
) {
    Taking scene;
    scene.clear();
    CHECK(code(scene.give(scene.taker, scene.outsider)) == Errc::grant_unmask_denied);
    scene.vault.clock().advance(std::chrono::days{90});
    CHECK(scene.give(scene.taker, scene.outsider));
    const auto new_owner = TestVault::caller(scene.outsider);
    CHECK(code(scene.version(new_owner, std::uint64_t{1})) == Errc::not_found);
}

TEST_CASE(
    "an inactive record is not made active with new tokens for whoever reads the old ones",
    "[messages]"
) {
    Taking scene;
    REQUIRE(scene.as(scene.taker)
                .update(TokenScene::secrets, scene.record, std::pair{"statecode", std::int64_t{1}})
    );
    const auto again = scene.as(scene.taker)
                           .update(
                               TokenScene::secrets,
                               scene.record,
                               std::pair{"statecode", std::int64_t{0}},
                               Taking::first("mine"),
                               Taking::second("mine too")
                           );
    CHECK(code(again) == Errc::grant_unmask_denied);
}

TEST_CASE("nobody takes a record for himself by writing its tokens anew", "[messages]") {
    Taking scene;
    scene.permit("unmask as well", {scene.taker, scene.granter}, 4, 1, 0);
    const auto basic = scene.vault.user("basic");
    const auto take = scene.vault.role(
        "Take blindly",
        {"prvWritemsdyn_octwitterhandlesecret", "prvAssignmsdyn_octwitterhandlesecret"},
        schema::Depth::global
    );
    const auto own =
        scene.vault.role("Own", {"prvReadmsdyn_octwitterhandlesecret"}, schema::Depth::basic);
    scene.vault.associate("systemuserroles_association", basic, take);
    scene.vault.associate("systemuserroles_association", basic, own);
    scene.permit("unmask and write", {basic}, 4, 1, 4);
    CHECK(code(scene.give_with_new_tokens(basic, basic)) == Errc::access_denied);
}

TEST_CASE("who may grant it gives a record away, and the grant is on the log", "[messages]") {
    Taking scene;
    REQUIRE(scene.give_with_new_tokens(scene.granter, scene.outsider));
    const auto new_owner = TestVault::caller(scene.outsider);
    CHECK(
        TokenScene::shown(value(scene.version(new_owner, std::uint64_t{1}))) ==
        Texts{"first-token", "first-secret"}
    );
    const auto view = scene.vault.vault().view();
    const auto reader = value(audit::LogReader::open(view.store(), &view.keys().details));
    std::size_t grants = 0;
    for (std::uint64_t i = 0; i < reader.size(); ++i) {
        const auto event = value(reader.read(i, audit::Sections::core)).event;
        if (event.action == audit::Action::grant && event.record == scene.record) ++grants;
    }
    CHECK(grants == 1);
}

TEST_CASE(
    "an agent is made a person by a grant alone: his older versions come with it", "[messages]"
) {
    Taking scene;
    auto system = test::system_of(scene.vault);
    const auto application = Uuid::random(scene.vault.random());
    REQUIRE(system.update("systemuser", scene.agent, std::pair{"applicationid", application}));
    auto administrator = test::administrator_of(scene.vault);
    const auto no_agent = [&](test::Sender sender) {
        return code(
            sender.update("systemuser", scene.agent, std::pair{"applicationid", std::monostate{}})
        );
    };
    CHECK(no_agent(administrator) == Errc::grant_unmask_denied);
    const auto both = scene.vault.user("both");
    scene.vault.associate("systemuserroles_association", both, messages::system_administrator_role);
    const auto grant =
        scene.vault.role("Grant again", {"prvrkyGrantUnmask"}, schema::Depth::global);
    scene.vault.associate("systemuserroles_association", both, grant);
    CHECK(no_agent(scene.as(both)) == Errc::count_);
}

}  // namespace token_version_reach_test
