// When tokens are due to be rotated.
#include "messages/token_scene.hpp"

namespace token_policy_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::TestVault;
using rookery::test::TokenScene;
using rookery::test::value;

namespace {

SetTokenPolicy policy(const TokenScene& scene, std::optional<std::int64_t> days) {
    SetTokenPolicy message;
    message.target = scene.at();
    message.rotation_days = days;
    return message;
}

DueTokensReply due(
    TokenScene& scene, const Uuid& user, int within_days = 0, std::uint32_t top = 50
) {
    RetrieveDueTokens message;
    message.table = schema::table(TokenScene::secrets);
    message.within = std::chrono::days{within_days};
    message.top = top;
    return value(scene.vault.run<DueTokensReply>(TestVault::caller(user), std::move(message)));
}

}  // namespace

TEST_CASE(
    "a record's own rule says when its tokens are due, until they are rotated", "[messages]"
) {
    TokenScene scene;
    CHECK(scene.list(scene.reader).rotation.rule == RotationRule::none);
    REQUIRE(scene.as(scene.writer).send(policy(scene, 30)));
    const auto rotation = scene.list(scene.reader).rotation;
    CHECK(rotation.rule == RotationRule::record);
    CHECK(rotation.days == 30);
    REQUIRE(rotation.due);
    CHECK(due(scene, scene.reader).tokens.empty());
    REQUIRE(due(scene, scene.reader, 31).tokens.size() == 1);
    CHECK_FALSE(due(scene, scene.reader, 31).tokens.front().overdue);

    scene.vault.clock().advance(std::chrono::days{30});
    const auto overdue = due(scene, scene.reader).tokens;
    REQUIRE(overdue.size() == 1);
    CHECK(overdue.front().record == scene.record);
    CHECK(overdue.front().overdue);
    scene.rotate("second-token");
    CHECK(due(scene, scene.reader).tokens.empty());
}

TEST_CASE(
    "the configuration says when tokens are due that have no rule of their own", "[messages]"
) {
    TokenScene scene;
    scene.vault.tokens().rotate_after = std::chrono::days{60};
    REQUIRE(scene.vault.reopen());
    CHECK(scene.list(scene.reader).rotation.rule == RotationRule::configuration);
    scene.vault.clock().advance(std::chrono::days{60});
    CHECK(due(scene, scene.reader).tokens.size() == 1);
    REQUIRE(scene.as(scene.writer).send(policy(scene, 90)));
    CHECK(due(scene, scene.reader).tokens.empty());
    REQUIRE(scene.as(scene.writer).send(policy(scene, std::nullopt)));
    CHECK(due(scene, scene.reader).tokens.size() == 1);
    REQUIRE(scene.as(scene.writer).send(policy(scene, std::nullopt))
    );  // there is none: nothing to take away
}

TEST_CASE("a rule is set by whoever may write the record, within its bounds", "[messages]") {
    TokenScene scene;
    CHECK(code(scene.as(scene.outsider).send(policy(scene, 30))) == Errc::no_row_access);
    CHECK(code(scene.as(scene.stranger).send(policy(scene, 30))) == Errc::missing_privilege);
    for (const auto days : {0, -1, 3651}) {
        CHECK(code(scene.as(scene.writer).send(policy(scene, days))) == Errc::out_of_range);
    }
    CHECK(scene.as(scene.writer).send(policy(scene, 1)));
    CHECK(scene.as(scene.writer).send(policy(scene, 3650)));
}

TEST_CASE(
    "a list of due tokens has only what its reader may read, is in pages, and leaves out what is "
    "off",
    "[messages]"
) {
    TokenScene scene;
    scene.vault.tokens().rotate_after = std::chrono::days{1};
    REQUIRE(scene.vault.reopen());
    std::vector<Uuid> records = {scene.record};
    for (int i = 0; i < 4; ++i) records.push_back(scene.create_record("a", "b"));
    scene.vault.clock().advance(std::chrono::days{2});
    CHECK(due(scene, scene.outsider).tokens.empty());
    RetrieveDueTokens stranger;
    stranger.table = schema::table(TokenScene::secrets);
    CHECK(
        code(scene.vault.run<DueTokensReply>(TestVault::caller(scene.stranger), std::move(stranger))
        ) == Errc::missing_privilege
    );
    REQUIRE(
        scene.as(scene.writer)
            .update(TokenScene::secrets, records.back(), std::pair{"statecode", std::int64_t{1}})
    );

    std::size_t found = 0;
    RetrieveDueTokens page;
    page.table = schema::table(TokenScene::secrets);
    page.top = 3;
    const auto first =
        value(scene.vault.run<DueTokensReply>(TestVault::caller(scene.reader), page));
    found += first.tokens.size();
    REQUIRE(first.next_after);
    page.after = *first.next_after;
    const auto second =
        value(scene.vault.run<DueTokensReply>(TestVault::caller(scene.reader), page));
    found += second.tokens.size();
    CHECK_FALSE(second.next_after);
    CHECK(found == 4);
}

}  // namespace token_policy_test
