// Who gets an older version of a record's tokens, restores it, and moves on from it.
#include "audit/log_reader.hpp"
#include "messages/token_scene.hpp"

#include <algorithm>

namespace token_version_use_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::TestVault;
using rookery::test::Texts;
using rookery::test::TokenScene;
using rookery::test::value;

namespace {

template <class M>
M about(const TokenScene& scene, std::uint64_t number) {
    M message;
    message.target = scene.at();
    message.number = number;
    return message;
}

audit::Event newest_event(TokenScene& scene) {
    const auto view = scene.vault.vault().view();
    const auto reader = value(audit::LogReader::open(view.store(), &view.keys().details));
    return value(reader.read(reader.size() - 1, audit::Sections::core)).event;
}

TokenHoldersReply holders(TokenScene& scene) {
    RetrieveTokenHolders message;
    message.target = scene.at();
    return scene.vault.run_as_system<TokenHoldersReply>(std::move(message));
}

}  // namespace

TEST_CASE("a version is shown as the record is: in clear, masked, or not at all", "[messages]") {
    TokenScene scene;
    scene.rotate("second-token");
    const auto one = std::uint64_t{1};
    const auto agent = TestVault::caller(scene.agent);
    CHECK(
        TokenScene::shown(value(scene.version(agent, one))) == Texts{"first-token", "first-secret"}
    );
    const auto unasked = value(scene.version(agent, one, false));
    CHECK(TokenScene::shown(unasked) == Texts{"masked", "masked"});
    CHECK(unasked.masked.front().reason == MaskReason::not_asked);
    const auto masked = value(scene.version(TestVault::caller(scene.reader), one));
    CHECK(TokenScene::shown(masked) == Texts{"masked", "masked"});
    CHECK(masked.masked.front().reason == MaskReason::no_permission);
    const auto writer = value(scene.version(TestVault::caller(scene.writer), one));
    CHECK(TokenScene::shown(writer) == Texts{"null", "null"});
    CHECK(code(scene.version(TestVault::caller(scene.outsider), one)) == Errc::no_row_access);
    CHECK(code(scene.version(TestVault::caller(scene.stranger), one)) == Errc::missing_privilege);
    auto unconfirmed = agent;
    unconfirmed.plaintext = false;
    const auto waits = value(scene.version(unconfirmed, one));
    CHECK(TokenScene::shown(waits) == Texts{"masked", "masked"});
    CHECK(waits.masked.front().reason == MaskReason::unconfirmed);
}

TEST_CASE("reading a version in clear has an entry of its own that names it", "[messages]") {
    TokenScene scene;
    scene.rotate("second-token");
    (void)value(scene.version(TestVault::caller(scene.agent), std::uint64_t{1}));
    const auto event = newest_event(scene);
    CHECK(event.action == audit::Action::retrieve);
    CHECK(event.record == scene.record);
    CHECK(event.release == audit::ReleaseMode::plaintext);
    CHECK(event.columns.size() == 2);
    const std::pair<std::string, audit::ExtraValue> version{"token-version", std::uint64_t{1}};
    CHECK(std::ranges::count(event.extras, version) == 1);
    CHECK(event.key_versions->dek_version == 1);
}

TEST_CASE("a version that is not there, of another record, or gone is one error", "[messages]") {
    TokenScene scene;
    scene.rotate("second-token");
    const auto agent = TestVault::caller(scene.agent);
    const auto missing = scene.version(agent, std::uint64_t{17});
    CHECK(code(missing) == Errc::not_found);
    const auto first = scene.record;
    scene.record = scene.create_record("other", "other");
    const auto of_another = scene.version(agent, std::uint64_t{2});
    CHECK(code(of_another) == Errc::not_found);
    CHECK(of_another.error().message == missing.error().message);
    CHECK(code(scene.version(agent, VersionLabel::previous)) == Errc::not_found);
    // Whoever may not read the record hears nothing of its versions.
    scene.record = first;
    const auto outsider = TestVault::caller(scene.outsider);
    CHECK(
        scene.version(outsider, std::uint64_t{1}).error().message ==
        scene.version(outsider, std::uint64_t{17}).error().message
    );
}

TEST_CASE(
    "an agent gets the previous version while its grace time lasts, and no older one", "[messages]"
) {
    TokenScene scene;
    scene.rotate("second-token");
    scene.vault.clock().advance(std::chrono::hours{23});
    scene.rotate("third-token");
    const auto agent = TokenScene::application(scene.agent);
    const auto person = TestVault::caller(scene.agent);
    const auto previous = value(scene.version(agent, VersionLabel::previous));
    CHECK(TokenScene::shown(previous).front() == "second-token");
    CHECK(
        TokenScene::shown(value(scene.version(agent, std::uint64_t{2}))).front() == "second-token"
    );
    CHECK(code(scene.version(agent, std::uint64_t{1})) == Errc::access_denied);
    CHECK(
        TokenScene::shown(value(scene.version(person, std::uint64_t{1}))).front() == "first-token"
    );

    scene.vault.clock().advance(std::chrono::hours{24});
    CHECK(code(scene.version(agent, VersionLabel::previous)) == Errc::not_found);
    CHECK(code(scene.version(agent, std::uint64_t{2})) == Errc::access_denied);
    CHECK(
        TokenScene::shown(value(scene.version(person, std::uint64_t{2}))).front() == "second-token"
    );
    CHECK(
        TokenScene::shown(value(scene.version(agent, VersionLabel::current))).front() ==
        "third-token"
    );
}

TEST_CASE("without a grace time agents get the current version alone", "[messages]") {
    TokenScene scene;
    scene.vault.tokens().grace = std::chrono::hours{0};
    REQUIRE(scene.vault.reopen());
    scene.rotate("second-token");
    const auto agent = TokenScene::application(scene.agent);
    CHECK(code(scene.version(agent, VersionLabel::previous)) == Errc::not_found);
    CHECK(code(scene.version(agent, std::uint64_t{1})) == Errc::access_denied);
}

TEST_CASE("an inactive record gives no version in clear", "[messages]") {
    TokenScene scene;
    scene.rotate("second-token");
    REQUIRE(scene.as(scene.writer)
                .update(TokenScene::secrets, scene.record, std::pair{"statecode", std::int64_t{1}})
    );
    const auto agent = TestVault::caller(scene.agent);
    CHECK(code(scene.version(agent, std::uint64_t{1})) == Errc::record_inactive);
    CHECK(code(scene.version(agent, VersionLabel::current)) == Errc::record_inactive);
    CHECK(
        TokenScene::shown(value(scene.version(agent, std::uint64_t{1}, false))) ==
        Texts{"masked", "masked"}
    );
}

TEST_CASE("a restored version is a new one, sealed under a key of its own", "[messages]") {
    TokenScene scene;
    scene.rotate("second-token");
    const auto before = value(test::system_of(scene.vault).row(TokenScene::secrets, scene.record));
    REQUIRE(scene.as(scene.writer).send(about<RestoreTokenVersion>(scene, 1)));
    const auto after = value(test::system_of(scene.vault).row(TokenScene::secrets, scene.record));
    CHECK(after->row_version == before->row_version + 1);
    CHECK(after->dek_version == before->dek_version + 1);
    CHECK(after->wrapped_dek != before->wrapped_dek);
    for (const auto& row : scene.stored()) CHECK(row->wrapped_dek != after->wrapped_dek);
    const auto agent = TestVault::caller(scene.agent);
    const auto current = value(scene.version(agent, VersionLabel::current));
    CHECK(current.version.set.number == 3);
    CHECK(TokenScene::shown(current) == Texts{"first-token", "first-secret"});
    CHECK(
        TokenScene::shown(value(scene.version(agent, std::uint64_t{2}))).front() == "second-token"
    );
    CHECK(newest_event(scene).record == scene.record);
}

TEST_CASE("restoring needs what writing the tokens needs, and shows them to nobody", "[messages]") {
    TokenScene scene;
    scene.rotate("second-token");
    CHECK(
        code(scene.as(scene.agent).send(about<RestoreTokenVersion>(scene, 1))) ==
        Errc::column_update_denied
    );
    CHECK(
        code(scene.as(scene.outsider).send(about<RestoreTokenVersion>(scene, 1))) ==
        Errc::no_row_access
    );
    CHECK(
        code(scene.as(scene.stranger).send(about<RestoreTokenVersion>(scene, 1))) ==
        Errc::missing_privilege
    );
    CHECK(
        code(scene.as(scene.writer).send(about<RestoreTokenVersion>(scene, 2))) == Errc::restricted
    );
    CHECK(
        code(scene.as(scene.writer).send(about<RestoreTokenVersion>(scene, 9))) == Errc::not_found
    );
    CHECK(scene.stored().size() == 1);
}

TEST_CASE(
    "who got an older version and did not move on is told to whoever reads the log", "[messages]"
) {
    TokenScene scene;
    const auto read = [&](const Uuid& user) {
        Retrieve message;
        message.target = scene.at();
        message.selection.unmasked = true;
        (void)value(scene.vault.run<RowReply>(TestVault::caller(user), std::move(message)));
    };
    const auto second_agent = scene.vault.user("second agent");
    scene.vault.associate("teammembership_association", scene.team, second_agent);
    scene.permit("unmask too", {second_agent}, 4, 1, 0);
    read(scene.agent);
    read(second_agent);
    read(scene.reader);  // sees the mask
    scene.rotate("second-token");

    auto found = holders(scene);
    CHECK(found.current == 2);
    REQUIRE(found.holders.size() == 2);
    for (const auto& one : found.holders) {
        CHECK(one.version == 1);
        CHECK(one.holds_older);
        CHECK_FALSE(one.acknowledged);
    }
    read(scene.agent);
    REQUIRE(scene.as(second_agent).send(about<AcknowledgeTokenVersion>(scene, 2)));
    found = holders(scene);
    for (const auto& one : found.holders) {
        CHECK(one.version == 2);
        CHECK_FALSE(one.holds_older);
        CHECK(one.acknowledged == (one.user == second_agent));
    }
    // What somebody took last is what he uses: the older one again, until he takes or acknowledges the new one.
    (void)value(scene.version(TestVault::caller(scene.agent), std::uint64_t{1}));
    for (const auto& one : holders(scene).holders) {
        CHECK(one.holds_older == (one.user == scene.agent));
    }
    REQUIRE(scene.as(scene.agent).send(about<AcknowledgeTokenVersion>(scene, 2)));
    for (const auto& one : holders(scene).holders) CHECK_FALSE(one.holds_older);

    RetrieveTokenHolders message;
    message.target = scene.at();
    const auto refused =
        scene.vault.run<TokenHoldersReply>(TestVault::caller(scene.agent), std::move(message));
    CHECK(code(refused) == Errc::missing_privilege);
}

TEST_CASE("who took a token on behalf of another holds it, and so does the other", "[messages]") {
    TokenScene scene;
    const auto sender = scene.vault.user("second agent");
    scene.vault.associate("teammembership_association", scene.team, sender);
    scene.permit("unmask too", {sender}, 4, 1, 0);
    auto both = TestVault::caller(scene.agent);
    both.delegate = sender;
    Retrieve message;
    message.target = scene.at();
    message.selection.unmasked = true;
    (void)value(scene.vault.run<RowReply>(both, std::move(message)));
    const auto found = holders(scene);
    REQUIRE(found.holders.size() == 2);
    for (const auto& user : {scene.agent, sender}) {
        CHECK(std::ranges::any_of(found.holders, [&](const TokenHolder& one) {
            return one.user == user && one.version == 1;
        }));
    }
}

TEST_CASE(
    "a version is acknowledged by whoever may see the tokens in clear, if it is there", "[messages]"
) {
    TokenScene scene;
    CHECK(
        code(scene.as(scene.outsider).send(about<AcknowledgeTokenVersion>(scene, 1))) ==
        Errc::no_row_access
    );
    CHECK(
        code(scene.as(scene.agent).send(about<AcknowledgeTokenVersion>(scene, 2))) ==
        Errc::not_found
    );
    // Who sees the mask holds no version, and is no holder by saying so.
    CHECK(
        code(scene.as(scene.reader).send(about<AcknowledgeTokenVersion>(scene, 1))) ==
        Errc::access_denied
    );
    CHECK(
        code(scene.as(scene.reader).send(about<AcknowledgeTokenVersion>(scene, 9))) ==
        Errc::access_denied
    );
    CHECK(holders(scene).holders.empty());
    CHECK(scene.as(scene.agent).send(about<AcknowledgeTokenVersion>(scene, 1)));
}

TEST_CASE(
    "what is done to a record by If-Match is done to that version of it alone", "[messages]"
) {
    TokenScene scene;
    scene.rotate("second-token");
    const auto row = value(test::system_of(scene.vault).row(TokenScene::secrets, scene.record));
    const auto with = [&](auto message, std::uint64_t version) {
        message.target = scene.at();
        message.preconditions.must_exist = true;
        message.preconditions.versions = {version};
        return message;
    };
    const auto restore = [&](std::uint64_t version) {
        return code(scene.as(scene.writer).send(with(about<RestoreTokenVersion>(scene, 1), version))
        );
    };
    const auto rule = [&](std::uint64_t version) {
        SetTokenPolicy message;
        message.rotation_days = 30;
        return code(scene.as(scene.writer).send(with(std::move(message), version)));
    };
    const auto acknowledge = [&](std::uint64_t version) {
        return code(
            scene.as(scene.agent).send(with(about<AcknowledgeTokenVersion>(scene, 2), version))
        );
    };
    const auto list = [&](std::uint64_t version) {
        return code(scene.vault.run<TokenVersionsReply>(
            TestVault::caller(scene.agent), with(RetrieveTokenVersions{}, version)
        ));
    };
    const auto one = [&](std::uint64_t version) {
        return code(scene.vault.run<TokenVersionReply>(
            TestVault::caller(scene.agent), with(RetrieveTokenVersion{}, version)
        ));
    };
    const auto who = [&](std::uint64_t version) {
        return code(scene.vault.run<TokenHoldersReply>(
            scene.vault.vault().system(), with(RetrieveTokenHolders{}, version)
        ));
    };
    const auto older = row->versionnumber - 1;
    CHECK(acknowledge(older) == Errc::version_mismatch);
    CHECK(acknowledge(row->versionnumber) == Errc::count_);
    CHECK(list(older) == Errc::version_mismatch);
    CHECK(list(row->versionnumber) == Errc::count_);
    CHECK(one(older) == Errc::version_mismatch);
    CHECK(one(row->versionnumber) == Errc::count_);
    CHECK(who(older) == Errc::version_mismatch);
    CHECK(who(row->versionnumber) == Errc::count_);
    CHECK(rule(older) == Errc::version_mismatch);
    CHECK(rule(row->versionnumber) == Errc::count_);
    CHECK(restore(older) == Errc::version_mismatch);
    CHECK(scene.stored().size() == 1);
    CHECK(restore(row->versionnumber) == Errc::count_);
    CHECK(restore(row->versionnumber) == Errc::version_mismatch);
    // Who may not write the record hears nothing of its version.
    CHECK(
        code(scene.as(scene.outsider)
                 .send(with(about<RestoreTokenVersion>(scene, 1), row->versionnumber))) ==
        Errc::no_row_access
    );
}

}  // namespace token_version_use_test
