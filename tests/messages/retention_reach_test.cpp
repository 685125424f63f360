// Who may retain a record, roll that back and purge it, that nobody learns anything of it meanwhile, and that what anybody
// reads again is a grant: never to oneself, and on the log.
#include "audit/log_reader.hpp"
#include "messages/token_scene.hpp"

namespace retention_reach_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::TestVault;
using rookery::test::TokenScene;
using rookery::test::value;

namespace {

/// `keeper` may do to records of everybody whatever retaining them takes; `granter` may grant as well; `remover` may delete
/// them and has not the privilege to retain.
struct Retaining : TokenScene {
    Uuid keeper, granter, remover;

    Retaining() {
        keeper = vault.user("keeper");
        granter = vault.user("granter");
        remover = vault.user("remover");
        const auto all = vault.role(
            "All",
            {"prvReadmsdyn_octwitterhandlesecret",
             "prvCreatemsdyn_octwitterhandlesecret",
             "prvAssignmsdyn_octwitterhandlesecret",
             "prvDeletemsdyn_octwitterhandlesecret"},
            schema::Depth::global
        );
        const auto retain = vault.role("Retain", {"prvrkyRetain"}, schema::Depth::global);
        const auto grant = vault.role("Grant", {"prvrkyGrantUnmask"}, schema::Depth::global);
        for (const auto& user : {keeper, granter, remover}) {
            vault.associate("systemuserroles_association", user, all);
        }
        for (const auto& user : {keeper, granter, stranger, agent, outsider}) {
            vault.associate("systemuserroles_association", user, retain);
        }
        vault.associate("systemuserroles_association", granter, grant);
        vault.retain_records();
    }

    Result<RetainReply> retain(const Uuid& by) {
        Retain message;
        message.target = at();
        return vault.run<RetainReply>(TestVault::caller(by), std::move(message));
    }

    Result<RetainReply> roll_back(const access::Caller& by) {
        RollbackRetain message;
        message.target = at();
        return vault.run<RetainReply>(by, std::move(message));
    }

    Result<RetainReply> roll_back(const Uuid& by) { return roll_back(TestVault::caller(by)); }

    Result<PurgeRetainedReply> purge(const Uuid& by, const schema::Table* table = nullptr) {
        PurgeRetainedContent message;
        message.table = table;
        return vault.run<PurgeRetainedReply>(TestVault::caller(by), std::move(message));
    }

    Result<ListReply> list(const Uuid& by, bool unmasked) {
        RetrieveMultiple message;
        message.table = schema::table(secrets);
        message.source = RowSource::retained;
        message.selection.unmasked = unmasked;
        return vault.run<ListReply>(TestVault::caller(by), std::move(message));
    }

    void own(const Uuid& user) {
        REQUIRE(test::system_of(vault).update(
            secrets, record, std::pair{"ownerid", TestVault::target("systemuser", user)}
        ));
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

    [[nodiscard]] bool there() { return test::system_of(vault).there(secrets, record); }
};

}  // namespace

TEST_CASE("who may not delete a record, or may not retain any, retains none", "[messages]") {
    Retaining scene;
    CHECK(code(scene.retain(scene.stranger)) == Errc::missing_privilege);
    CHECK(code(scene.retain(scene.remover)) == Errc::missing_privilege);
    CHECK(code(scene.retain(scene.outsider)) == Errc::no_row_access);
    CHECK(scene.there());
    scene.own(scene.reader);
    // He has Delete on records of his team, and this one is none by now.
    CHECK(code(scene.retain(scene.agent)) == Errc::no_row_access);
    CHECK(scene.there());
    REQUIRE(scene.retain(scene.keeper));
    CHECK_FALSE(scene.there());
}

TEST_CASE("a System Administrator retains and purges without any other role", "[messages]") {
    Retaining scene;
    const auto user = scene.vault.user("administrator");
    scene.vault.associate("systemuserroles_association", user, system_administrator_role);
    REQUIRE(scene.retain(user));
    // What others read again takes prvrkyGrantUnmask, which he has not by that.
    CHECK(code(scene.roll_back(user)) == Errc::grant_unmask_denied);
    CHECK(value(scene.purge(user)).ended.size() == 1);
}

TEST_CASE("nothing of a retained record is shown in clear, nor to whom it was not", "[messages]") {
    Retaining scene;
    REQUIRE(scene.retain(scene.keeper));
    const auto agent = TestVault::caller(scene.agent);
    CHECK(code(scene.version(agent, VersionLabel::current)) == Errc::not_found);
    CHECK(code(scene.as(scene.agent).row(TokenScene::secrets, scene.record)) == Errc::not_found);
    CHECK(code(scene.list(scene.agent, true)) == Errc::unsupported);
    const auto shown = value(scene.list(scene.agent, false));
    REQUIRE(shown.rows.size() == 1);
    CHECK(shown.rows.front().row->id == scene.record);
    for (const auto& cell : shown.rows.front().cells) {
        CHECK_FALSE(std::holds_alternative<SecretBytes>(cell.value));
    }
    // Judged by the row as it stood.
    CHECK(value(scene.list(scene.outsider, false)).rows.empty());
    CHECK(code(scene.list(scene.stranger, false)) == Errc::missing_privilege);
}

TEST_CASE("no message about a record tells anybody of a retained one", "[messages]") {
    Retaining scene;
    REQUIRE(scene.retain(scene.keeper));
    const auto refused = [&](auto message) {
        INFO(message.facts().name);
        message.target = scene.at();
        const Message sent(std::move(message));
        for (const auto& caller :
             {scene.vault.vault().system(), TestVault::caller(scene.granter)}) {
            const auto why = code(scene.vault.run<NoContent>(caller, sent));
            CHECK((why == Errc::not_found || why == Errc::missing_privilege));
        }
    };
    Retrieve retrieve;
    retrieve.selection.unmasked = true;
    refused(std::move(retrieve));
    RetrieveTokenVersion version;
    version.selection.unmasked = true;
    refused(std::move(version));
    refused(RetrieveTokenVersions{});
    refused(RetrieveTokenHolders{});
    refused(RetrieveWhoCan{});
    refused(RetrieveSharedPrincipalsAndAccess{});
    RestoreTokenVersion restore;
    restore.number = 1;
    refused(std::move(restore));
    SetTokenPolicy policy;
    policy.rotation_days = 30;
    refused(std::move(policy));
    // Who reads the log has its history, as of whatever is gone; nobody else has.
    const auto role =
        scene.vault.role("History", {"prvReadRecordAuditHistory"}, schema::Depth::global);
    scene.vault.associate("systemuserroles_association", scene.granter, role);
    RetrieveRecordChangeHistory history;
    history.target = scene.at();
    const auto granter = TestVault::caller(scene.granter);
    CHECK(code(scene.vault.run<HistoryReply>(granter, std::move(history))) == Errc::not_found);
}

TEST_CASE("a retained record is gone for who asks what has changed", "[messages]") {
    Retaining scene;
    RetrieveMultiple tracked;
    tracked.table = schema::table(TokenScene::secrets);
    tracked.track_changes = true;
    tracked.query_digest = std::string(32, 'q');
    const auto keeper = TestVault::caller(scene.keeper);
    const auto start = value(scene.vault.run<ListReply>(keeper, std::move(tracked)));
    REQUIRE(start.rows.size() == 1);
    REQUIRE(start.delta_token);
    REQUIRE(scene.retain(scene.keeper));
    RetrieveChanges changes;
    changes.table = schema::table(TokenScene::secrets);
    changes.query_digest = std::string(32, 'q');
    changes.delta_token = *start.delta_token;
    const auto reply = value(scene.vault.run<ListReply>(keeper, std::move(changes)));
    CHECK(reply.rows.empty());
    REQUIRE(reply.delta);
    CHECK(reply.delta->removed == std::vector{scene.record});
}

TEST_CASE(
    "a retained record that somebody reads again comes back by whoever may grant that", "[messages]"
) {
    Retaining scene;
    REQUIRE(scene.retain(scene.keeper));
    CHECK(code(scene.roll_back(scene.keeper)) == Errc::grant_unmask_denied);
    CHECK(code(scene.roll_back(scene.remover)) == Errc::missing_privilege);
    CHECK(scene.grants() == 0);
    REQUIRE(scene.roll_back(scene.granter));
    CHECK(scene.grants() == 1);
    CHECK(
        TokenScene::shown(value(scene.version(TestVault::caller(scene.agent), VersionLabel::current)
                          ))
            .front() == "first-token"
    );
}

TEST_CASE(
    "a retained record that nobody reads in clear comes back without the grant", "[messages]"
) {
    Retaining scene;
    scene.own(scene.keeper);
    REQUIRE(scene.retain(scene.keeper));
    REQUIRE(scene.roll_back(scene.keeper));
    CHECK(scene.grants() == 0);
}

TEST_CASE("nobody rolls back the retention of a record for himself to read", "[messages]") {
    Retaining scene;
    scene.permit("unmask all", {scene.granter}, 4, 3, 0);
    REQUIRE(scene.retain(scene.keeper));
    CHECK(code(scene.roll_back(scene.granter)) == Errc::access_denied);
    CHECK(scene.grants() == 0);
}

TEST_CASE("on behalf of another a retention is rolled back by what both may", "[messages]") {
    Retaining scene;
    REQUIRE(scene.retain(scene.keeper));
    auto both = TestVault::caller(scene.keeper);
    both.delegate = scene.granter;
    CHECK(code(scene.roll_back(both)) == Errc::grant_unmask_denied);
}

TEST_CASE("a purge leaves what its caller may not delete, and does not count it", "[messages]") {
    Retaining scene;
    const auto& secrets = *schema::table(TokenScene::secrets);
    scene.own(scene.reader);
    REQUIRE(scene.retain(scene.keeper));
    // Delete of his team's records alone; and of no other table.
    const auto left = value(scene.purge(scene.agent));
    CHECK(left.ended.empty());
    CHECK(left.failed == 1);
    CHECK_FALSE(left.more);
    CHECK(value(scene.purge(scene.stranger)).ended.empty());
    CHECK(code(scene.purge(scene.stranger, &secrets)) == Errc::missing_privilege);
    CHECK(code(scene.purge(scene.remover)) == Errc::missing_privilege);
    REQUIRE(value(scene.list(scene.keeper, false)).rows.size() == 1);
    CHECK(value(scene.purge(scene.keeper, &secrets)).ended.size() == 1);
    CHECK(value(scene.list(scene.keeper, false)).rows.empty());
}

}  // namespace retention_reach_test
