// Who may restore a deleted record, and that what anybody reads again by it is a grant: never to oneself, and on the log.
#include "audit/log_reader.hpp"
#include "messages/token_scene.hpp"

namespace restore_reach_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::input_of;
using rookery::test::TestVault;
using rookery::test::TokenScene;
using rookery::test::value;

namespace {

/// The record of the team lies in the bin. `maker` makes records of everybody; `granter` may grant as well; `owner` makes
/// those of his own.
struct Restoring : TokenScene {
    Uuid maker, granter, owner;

    Restoring() {
        maker = vault.user("maker");
        granter = vault.user("granter");
        owner = vault.user("owner");
        const auto all = vault.role(
            "Make",
            {"prvReadmsdyn_octwitterhandlesecret",
             "prvCreatemsdyn_octwitterhandlesecret",
             "prvAssignmsdyn_octwitterhandlesecret"},
            schema::Depth::global
        );
        const auto own = vault.role(
            "Make own",
            {"prvReadmsdyn_octwitterhandlesecret", "prvCreatemsdyn_octwitterhandlesecret"},
            schema::Depth::basic
        );
        const auto grant = vault.role("Grant", {"prvrkyGrantUnmask"}, schema::Depth::global);
        for (const auto& user : {maker, granter}) {
            vault.associate("systemuserroles_association", user, all);
        }
        vault.associate("systemuserroles_association", granter, grant);
        vault.associate("systemuserroles_association", owner, own);
        vault.keep_deleted(std::chrono::days{30});
    }

    void remove() { REQUIRE(test::system_of(vault).remove(secrets, record)); }

    template <class... Cells>
    Result<RestoreReply> restore(const Uuid& by, Cells&&... cells) {
        Restore message;
        message.target = at();
        message.input = input_of(secrets, std::forward<Cells>(cells)...);
        return vault.run<RestoreReply>(TestVault::caller(by), std::move(message));
    }

    /// Entries that say that somebody came to read this record in clear.
    std::size_t grants() {
        const auto view = vault.vault().view();
        const auto log = value(audit::LogReader::open(view.store(), &view.keys().details));
        std::size_t out = 0;
        for (std::uint64_t i = 0; i < log.size(); ++i) {
            const auto entry = value(log.read(i, audit::Sections::core));
            if (entry.while_sealed || entry.event.record != record) continue;
            for (const auto& [name, said] : entry.event.extras) out += name == "grant" ? 1 : 0;
        }
        return out;
    }

    static Target to(const Uuid& user) { return TestVault::target("systemuser", user); }
};

}  // namespace

TEST_CASE(
    "a record that somebody reads again is restored by whoever may grant that", "[messages]"
) {
    Restoring scene;
    scene.remove();
    CHECK(code(scene.restore(scene.maker)) == Errc::grant_unmask_denied);
    CHECK(scene.grants() == 0);
    REQUIRE(scene.restore(scene.granter));
    CHECK(scene.grants() == 1);
    CHECK(
        TokenScene::shown(value(scene.version(TestVault::caller(scene.agent), VersionLabel::current)
                          ))
            .front() == "first-token"
    );
}

TEST_CASE("a record that nobody reads in clear is restored without the grant", "[messages]") {
    Restoring scene;
    SECTION("for an owner who sees masks") {
        scene.remove();
        REQUIRE(scene.restore(scene.maker, std::pair{"ownerid", Restoring::to(scene.maker)}));
    }
    SECTION("inactive") {
        scene.remove();
        REQUIRE(scene.restore(scene.maker, std::pair{"statecode", std::int64_t{1}}));
        // To make it active is the grant then.
        const auto again =
            scene.as(scene.writer)
                .update(TokenScene::secrets, scene.record, std::pair{"statecode", std::int64_t{0}});
        CHECK(code(again) == Errc::grant_unmask_denied);
    }
    CHECK(scene.grants() == 0);
}

TEST_CASE("nobody restores a record for himself to read, whatever he may grant", "[messages]") {
    Restoring scene;
    scene.permit("unmask all", {scene.granter}, 4, 3, 0);
    scene.remove();
    CHECK(code(scene.restore(scene.granter)) == Errc::access_denied);
    CHECK(
        code(scene.restore(scene.granter, std::pair{"ownerid", Restoring::to(scene.granter)})) ==
        Errc::access_denied
    );
    CHECK(scene.grants() == 0);
}

TEST_CASE("a record whose older tokens alone are kept is a grant too", "[messages]") {
    Restoring scene;
    REQUIRE(scene.as(scene.writer)
                .update(
                    TokenScene::secrets,
                    scene.record,
                    std::pair{TokenScene::token, std::monostate{}},
                    std::pair{TokenScene::token_secret, std::monostate{}}
                ));
    scene.remove();
    CHECK(code(scene.restore(scene.maker)) == Errc::grant_unmask_denied);
    // Once nobody is given them any more, it is none.
    scene.vault.tokens().keep = std::chrono::days{1};
    REQUIRE(scene.vault.reopen());
    scene.vault.clock().advance(std::chrono::days{2});
    CHECK(scene.restore(scene.maker));
}

TEST_CASE(
    "a restored record is made for its owner, and handed on by whoever may assign it", "[messages]"
) {
    Restoring scene;
    scene.permit("nobody", {}, 0, 0, 0);
    REQUIRE(
        test::system_of(scene.vault)
            .update(
                TokenScene::secrets, scene.record, std::pair{"ownerid", Restoring::to(scene.reader)}
            )
    );
    scene.remove();
    // He may make records of his own; this one is another's, and taking it is an Assign of that one.
    CHECK(code(scene.restore(scene.owner)) == Errc::no_row_access);
    const auto for_himself = [&](const Uuid& user) {
        return code(scene.restore(user, std::pair{"ownerid", Restoring::to(user)}));
    };
    CHECK(for_himself(scene.owner) == Errc::no_row_access);
    const auto everybodys = scene.vault.role(
        "Make everybody's",
        {"prvReadmsdyn_octwitterhandlesecret", "prvCreatemsdyn_octwitterhandlesecret"},
        schema::Depth::global
    );
    scene.vault.associate("systemuserroles_association", scene.owner, everybodys);
    CHECK(code(scene.restore(scene.owner)) == Errc::missing_privilege);
    CHECK(for_himself(scene.owner) == Errc::missing_privilege);
    CHECK(code(scene.restore(scene.stranger)) == Errc::missing_privilege);
    CHECK(code(scene.restore(scene.agent)) == Errc::missing_privilege);
    REQUIRE(scene.restore(scene.maker));
}

TEST_CASE("whoever owned a record restores it when nobody reads its tokens by that", "[messages]") {
    Restoring scene;
    REQUIRE(
        test::system_of(scene.vault)
            .update(
                TokenScene::secrets, scene.record, std::pair{"ownerid", Restoring::to(scene.owner)}
            )
    );
    scene.remove();
    REQUIRE(scene.restore(scene.owner));
}

TEST_CASE("on behalf of another a record is restored by what both may", "[messages]") {
    Restoring scene;
    scene.remove();
    auto both = TestVault::caller(scene.maker);
    both.delegate = scene.granter;
    Restore message;
    message.target = scene.at();
    CHECK(
        code(scene.vault.run<RestoreReply>(both, std::move(message))) == Errc::grant_unmask_denied
    );
}

TEST_CASE(
    "a record that goes with its handle is judged by itself when it comes back", "[messages]"
) {
    Restoring scene;
    const auto handle =
        scene.vault.create("msdyn_octwitterhandle", std::pair{"msdyn_name", std::string("@one")});
    REQUIRE(test::system_of(scene.vault)
                .update(
                    TokenScene::secrets,
                    scene.record,
                    std::pair{
                        "msdyn_octwitterhandleid",
                        TestVault::target("msdyn_octwitterhandle", handle)}
                ));
    REQUIRE(test::system_of(scene.vault).remove("msdyn_octwitterhandle", handle));
    const auto restore = [&](const Uuid& by) {
        Restore message;
        message.target = TestVault::target("msdyn_octwitterhandle", handle);
        return scene.vault.run<RestoreReply>(TestVault::caller(by), std::move(message));
    };
    const auto handles = scene.vault.role(
        "Handles",
        {"prvCreatemsdyn_octwitterhandle",
         "prvAssignmsdyn_octwitterhandle",
         "prvAppendTomsdyn_octwitterhandle"},
        schema::Depth::global
    );
    const auto append =
        scene.vault.role("Append", {"prvAppendmsdyn_octwitterhandlesecret"}, schema::Depth::global);
    const auto only_handles = scene.vault.user("only handles");
    scene.vault.associate("systemuserroles_association", only_handles, handles);
    CHECK(code(restore(only_handles)) == Errc::missing_privilege);
    for (const auto& user : {scene.maker, scene.granter}) {
        scene.vault.associate("systemuserroles_association", user, handles);
    }
    CHECK(code(restore(scene.granter)) == Errc::missing_privilege);  // Append of the record
    for (const auto& user : {scene.maker, scene.granter}) {
        scene.vault.associate("systemuserroles_association", user, append);
    }
    CHECK(code(restore(scene.maker)) == Errc::grant_unmask_denied);
    CHECK(scene.grants() == 0);
    REQUIRE(restore(scene.granter));
    CHECK(scene.grants() == 1);
}

}  // namespace restore_reach_test
