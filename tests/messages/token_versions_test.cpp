// What a record's tokens were before: kept by the write that replaced them, listed without showing them.
#include "audit/log_reader.hpp"
#include "messages/token_scene.hpp"
#include "schema/token_history.hpp"
#include "vault/verify_store.hpp"

#include <algorithm>

namespace token_versions_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::TestVault;
using rookery::test::Texts;
using rookery::test::TokenScene;
using rookery::test::value;

namespace {

std::vector<std::uint64_t> numbers(const TokenVersionsReply& reply) {
    std::vector<std::uint64_t> out;
    for (const auto& one : reply.versions) out.push_back(one.set.number);
    return out;
}

}  // namespace

TEST_CASE("every sealed column has a history but those that keep it", "[messages]") {
    for (const auto* table : schema::tables()) {
        if (table == &schema::known::rky_tokenversion) continue;
        for (const auto& column : table->columns) {
            INFO(table->name << "." << column.name);
            const bool kept = std::ranges::any_of(schema::kept_columns, [&](const auto& one) {
                return one.table == table && one.column == column.id;
            });
            CHECK((column.type == schema::Type::sealed) == kept);
        }
    }
    for (const auto& one : schema::kept_columns) {
        const auto* to = schema::known::rky_tokenversion.column(one.kept);
        REQUIRE(to != nullptr);
        CHECK(to->type == schema::Type::sealed);
        CHECK(to->length_max >= one.table->column(one.column)->length_max);
    }
}

TEST_CASE(
    "a write of a token keeps what it replaces, and a new record has no history", "[messages]"
) {
    TokenScene scene;
    CHECK(scene.stored().empty());
    CHECK(numbers(scene.list(scene.reader)) == std::vector<std::uint64_t>{1});

    scene.rotate("second-token");
    CHECK(scene.stored().size() == 1);
    const auto list = scene.list(scene.reader);
    CHECK(numbers(list) == std::vector<std::uint64_t>{2, 1});
    CHECK(list.versions[0].label == VersionLabel::current);
    CHECK(list.versions[1].label == VersionLabel::previous);
    CHECK(list.versions[1].replaced->number == 2);
    CHECK(list.versions[1].replaced->by == scene.writer);
    CHECK(list.versions[1].set.by == scene.vault.vault().system().user);
    CHECK(list.versions[0].set.by == scene.writer);
    CHECK(list.versions[1].columns.size() == 2);

    const auto agent = TestVault::caller(scene.agent);
    const auto first = value(scene.version(agent, std::uint64_t{1}));
    CHECK(TokenScene::shown(first) == Texts{"first-token", "first-secret"});
    const auto second = value(scene.version(agent, VersionLabel::current));
    CHECK(TokenScene::shown(second) == Texts{"second-token", "first-secret"});
}

TEST_CASE("a write that sets no token keeps nothing", "[messages]") {
    TokenScene scene;
    const auto done =
        scene.as(scene.writer)
            .update(
                TokenScene::secrets, scene.record, std::pair{"msdyn_name", std::string("renamed")}
            );
    REQUIRE(done);
    CHECK(scene.stored().empty());
    scene.rotate("second-token");
    CHECK(numbers(scene.list(scene.reader)) == std::vector<std::uint64_t>{3, 1});
}

TEST_CASE("the same token written again is no version, however often it is", "[messages]") {
    TokenScene scene;
    for (int i = 0; i < 3; ++i) scene.rotate("first-token");
    CHECK(scene.stored().empty());
    auto list = scene.list(scene.reader);
    CHECK(numbers(list) == std::vector<std::uint64_t>{1});
    CHECK(list.versions[0].set.on.has_value());  // as old as it was
    scene.rotate("second-token");
    const auto set = scene.list(scene.reader).versions[0].set.on;
    scene.vault.clock().advance(std::chrono::hours{1});
    for (int i = 0; i < 20; ++i) scene.rotate("second-token");
    list = scene.list(scene.reader);
    CHECK(numbers(list) == std::vector<std::uint64_t>{5, 1});
    CHECK(list.versions[0].set.on == set);
    const auto agent = TestVault::caller(scene.agent);
    CHECK(
        TokenScene::shown(value(scene.version(agent, VersionLabel::current))) ==
        Texts{"second-token", "first-secret"}
    );
    CHECK(value(verify_store(scene.vault.vault())).findings.empty());
}

TEST_CASE("one token of two that is another one makes a version", "[messages]") {
    TokenScene scene;
    const auto written = [&](const std::string& first, const std::string& second) {
        REQUIRE(scene.as(scene.writer)
                    .update(
                        TokenScene::secrets,
                        scene.record,
                        std::pair<std::string_view, SecretBytes>{
                            TokenScene::token, SecretBytes::copy_of(first)},
                        std::pair<std::string_view, SecretBytes>{
                            TokenScene::token_secret, SecretBytes::copy_of(second)}
                    ));
    };
    written("first-token", "first-secret");
    CHECK(numbers(scene.list(scene.reader)) == std::vector<std::uint64_t>{1});
    written("first-token", "second-secret");
    CHECK(numbers(scene.list(scene.reader)) == std::vector<std::uint64_t>{3, 1});
    const auto agent = TestVault::caller(scene.agent);
    CHECK(
        TokenScene::shown(value(scene.version(agent, std::uint64_t{1}))) ==
        Texts{"first-token", "first-secret"}
    );
}

TEST_CASE("the log tells a token that was written again by its hashes alone", "[messages]") {
    TokenScene scene;
    scene.rotate("first-token");
    const auto view = scene.vault.vault().view();
    const auto reader = value(audit::LogReader::open(view.store(), &view.keys().details));
    const auto entry = value(reader.read(reader.size() - 1, audit::Sections::core)).event;
    CHECK(entry.action == audit::Action::update);
    CHECK(entry.record == scene.record);
    REQUIRE(entry.value_changes.size() == 1);
    CHECK(entry.value_changes[0].before == entry.value_changes[0].after);
    CHECK(entry.value_changes[0].before.has_value());
}

TEST_CASE("a version that held nothing in a column shows nothing there", "[messages]") {
    TokenScene scene;
    const auto cleared = scene.as(scene.writer)
                             .update(
                                 TokenScene::secrets,
                                 scene.record,
                                 std::pair<std::string_view, std::monostate>{TokenScene::token, {}}
                             );
    REQUIRE(cleared);
    CHECK(scene.list(scene.reader).versions[0].columns.size() == 1);
    scene.rotate("third-token");
    const auto agent = TestVault::caller(scene.agent);
    CHECK(
        TokenScene::shown(value(scene.version(agent, std::uint64_t{2}))) ==
        Texts{"null", "first-secret"}
    );
}

TEST_CASE("a record whose first tokens came later has no version before them", "[messages]") {
    TokenScene scene;
    scene.record = scene.vault.create(
        TokenScene::secrets,
        std::pair{"msdyn_name", std::string("empty")},
        std::pair{"ownerid", TestVault::target("team", scene.team)}
    );
    CHECK(numbers(scene.list(scene.reader)) == std::vector<std::uint64_t>{0});
    const auto agent = TestVault::caller(scene.agent);
    CHECK(code(scene.version(agent, VersionLabel::current)) == Errc::not_found);
    scene.rotate("a-token");
    const auto list = scene.list(scene.reader);
    CHECK(numbers(list) == std::vector<std::uint64_t>{2});
    CHECK(list.versions[0].set.by == scene.writer);  // which the empty version tells
    CHECK(list.versions[0].set.on.has_value());
}

TEST_CASE("a history keeps as many versions as it is to keep, the newest", "[messages]") {
    TokenScene scene;
    scene.vault.tokens().keep_versions = 3;
    REQUIRE(scene.vault.reopen());
    for (int i = 2; i <= 7; ++i) scene.rotate("token-" + std::to_string(i));
    CHECK(scene.stored().size() == 3);
    CHECK(numbers(scene.list(scene.reader)) == std::vector<std::uint64_t>{7, 6, 5, 4});
    const auto agent = TestVault::caller(scene.agent);
    CHECK(code(scene.version(agent, std::uint64_t{3})) == Errc::not_found);
    CHECK(TokenScene::shown(value(scene.version(agent, std::uint64_t{4}))).front() == "token-4");
}

TEST_CASE("a limit that was lowered is met over a few writes", "[messages]") {
    TokenScene scene;
    scene.vault.tokens().keep_versions = 40;
    REQUIRE(scene.vault.reopen());
    for (int i = 2; i <= 30; ++i) scene.rotate("token-" + std::to_string(i));
    CHECK(scene.stored().size() == 29);
    scene.vault.tokens().keep_versions = 2;
    REQUIRE(scene.vault.reopen());
    scene.rotate("one");
    CHECK(scene.stored().size() == 29 + 1 - 16);
    scene.rotate("two");
    CHECK(scene.stored().size() == 2);
}

TEST_CASE("a version that is too old is given to nobody, before any write ends it", "[messages]") {
    TokenScene scene;
    scene.rotate("second-token");
    scene.vault.clock().advance(std::chrono::days{91});
    CHECK(numbers(scene.list(scene.reader)) == std::vector<std::uint64_t>{2});
    const auto agent = TestVault::caller(scene.agent);
    CHECK(code(scene.version(agent, std::uint64_t{1})) == Errc::not_found);
    RestoreTokenVersion restore;
    restore.target = scene.at();
    restore.number = 1;
    CHECK(code(scene.as(scene.writer).send(std::move(restore))) == Errc::not_found);
    scene.rotate("third-token");  // and the next write ends it
    CHECK(scene.stored().size() == 1);
}

TEST_CASE("versions are sealed rows like any other, and verify finds nothing wrong", "[messages]") {
    TokenScene scene;
    for (int i = 2; i <= 14; ++i) scene.rotate("token-" + std::to_string(i));
    const auto report = value(verify_store(scene.vault.vault()));
    CHECK(report.findings.empty());
    for (const auto& row : scene.stored()) {
        CHECK(row->wrapped_dek.size() == 120);
        CHECK(row->dek_version == 1);
    }
}

TEST_CASE("a version goes with its record, by the right to delete that", "[messages]") {
    TokenScene scene;
    scene.rotate("second-token");
    SetTokenPolicy policy;
    policy.target = scene.at();
    policy.rotation_days = 30;
    REQUIRE(scene.as(scene.writer).send(std::move(policy)));
    CHECK(code(scene.as(scene.outsider).remove(TokenScene::secrets, scene.record)) != Errc::count_);
    REQUIRE(scene.as(scene.writer).remove(TokenScene::secrets, scene.record));
    CHECK(scene.stored().empty());
    const auto agent = TestVault::caller(scene.agent);
    CHECK(code(scene.version(agent, std::uint64_t{1})) == Errc::not_found);
    CHECK(value(verify_store(scene.vault.vault())).findings.empty());
}

TEST_CASE("no profile and no request names a column that keeps tokens", "[messages]") {
    TokenScene scene;
    scene.rotate("second-token");
    auto administrator = test::administrator_of(scene.vault);
    const auto id =
        value(administrator.create("fieldsecurityprofile", std::pair{"name", std::string("all")}));
    for (const auto column : {"rky_first", "rky_second"}) {
        const auto made =
            test::system_of(scene.vault)
                .create(
                    "fieldpermission",
                    std::pair{
                        "fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", id)},
                    std::pair{"entityname", std::string("rky_tokenversion")},
                    std::pair{"attributelogicalname", std::string(column)},
                    std::pair{"canread", std::int64_t{4}},
                    std::pair{"canreadunmasked", std::int64_t{3}}
                );
        CHECK(code(made) == Errc::invalid_argument);
    }
    const auto version = scene.stored().front()->id;
    Retrieve message;
    message.target = TestVault::target("rky_tokenversion", version);
    message.selection.unmasked = true;
    const auto shown = scene.vault.run_as_system<RowReply>(std::move(message));
    for (const auto& cell : shown.row.cells) {
        CHECK(cell.column->type != schema::Type::sealed);
        CHECK_FALSE(std::holds_alternative<SecretBytes>(cell.value));
    }
    CHECK_FALSE(administrator.remove("rky_tokenversion", version));
    CHECK(scene.stored().size() == 1);
}

TEST_CASE(
    "a record's versions are listed to whoever may read it, and to nobody else", "[messages]"
) {
    TokenScene scene;
    scene.rotate("second-token");
    for (const auto& user : {scene.outsider, scene.stranger}) {
        const auto reply = scene.vault.run<TokenVersionsReply>(
            TestVault::caller(user), RetrieveTokenVersions{scene.at()}
        );
        CHECK(
            code(reply) == (user == scene.stranger ? Errc::missing_privilege : Errc::no_row_access)
        );
    }
    const auto before = scene.vault.vault().view().snapshot().log_size;
    (void)scene.list(scene.reader);
    CHECK(scene.vault.vault().view().snapshot().log_size == before + 1);
}

TEST_CASE("the tokens of an application have a history as well", "[messages]") {
    TokenScene scene;
    constexpr std::string_view table = "msdyn_octwitterapplication";
    constexpr std::string_view key = "msdyn_securetwitterconsumerkey";
    const auto profile =
        scene.vault.create("fieldsecurityprofile", std::pair{"name", std::string("applications")});
    scene.vault.create(
        "fieldpermission",
        std::pair{"fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", profile)},
        std::pair{"entityname", std::string(table)},
        std::pair{"attributelogicalname", std::string(key)},
        std::pair{"cancreate", std::int64_t{4}},
        std::pair{"canupdate", std::int64_t{4}}
    );
    scene.vault.associate(
        "systemuserprofiles_association", scene.vault.vault().system().user, profile
    );
    const auto id = scene.vault.create(
        table,
        std::pair{"msdyn_name", std::string("app")},
        std::pair<std::string_view, SecretBytes>{key, SecretBytes::copy_of("key-one")}
    );
    auto system = test::system_of(scene.vault);
    REQUIRE(system.update(
        table, id, std::pair<std::string_view, SecretBytes>{key, SecretBytes::copy_of("key-two")}
    ));
    const auto reply = scene.vault.run_as_system<TokenVersionsReply>(RetrieveTokenVersions{
        TestVault::target(table, id)});
    CHECK(numbers(reply) == std::vector<std::uint64_t>{2, 1});
}

TEST_CASE("whether a token that a request brings is there already decides nothing", "[messages]") {
    // To make a record active again gives what it had to whoever may see it, also what the request replaces.
    TokenScene scene;
    auto writer = scene.as(scene.writer);
    const auto state = [](std::int64_t value) { return std::pair{"statecode", value}; };
    const auto token = [](std::string_view column, std::string_view text) {
        return std::pair<std::string_view, SecretBytes>{column, SecretBytes::copy_of(text)};
    };
    REQUIRE(writer.update(TokenScene::secrets, scene.record, state(1)));
    CHECK_FALSE(writer.update(TokenScene::secrets, scene.record, state(0)));
    for (const auto* text : {"first-token", "another-token"}) {
        INFO(text);
        CHECK_FALSE(writer.update(
            TokenScene::secrets,
            scene.record,
            state(0),
            token(TokenScene::token, text),
            token(TokenScene::token_secret, "first-secret")
        ));
    }
}

}  // namespace token_versions_test
