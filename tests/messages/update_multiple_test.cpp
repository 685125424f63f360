// UpdateMultiple: changes of rows that are there, all or none, each decided as an Update on what those before it leave.
#include "messages/change_set.hpp"
#include "messages/row_planner.hpp"
#include "messages/sender.hpp"
#include "messages/token_scene.hpp"
#include "vault/verify_store.hpp"

#include <optional>

namespace update_multiple_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::input_of;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::TokenScene;
using rookery::test::value;

namespace {

constexpr std::string_view application = "msdyn_octwitterapplication";
constexpr std::string_view handle = "msdyn_octwitterhandle";
constexpr std::string_view secret = "msdyn_octwitterhandlesecret";
constexpr std::string_view unique = "msdyn_octwitteruniquehandleid";
constexpr std::string_view name = "msdyn_name";

std::string text(std::string_view given) { return std::string(given); }

std::vector<UpdateMultiple::Item> items(auto&&... each) {
    std::vector<UpdateMultiple::Item> out;
    (out.push_back(std::forward<decltype(each)>(each)), ...);
    return out;
}

UpdateMultiple::Item by_id(std::string_view table, const Uuid& id, Input input) {
    return {TestVault::target(table, id), std::move(input)};
}

UpdateMultiple::Item named(const Uuid& id, const std::string& to) {
    return by_id(handle, id, input_of(handle, std::pair{name, to}));
}

UpdateMultiple::Item by_key(const std::string& number, Input input) {
    KeyValues key{&schema::known::msdyn_octwitterhandle.keys.front(), {number}};
    return {Target{schema::table(handle), std::move(key)}, std::move(input)};
}

UpdateMultiple::Item with_token(const Uuid& id, const std::string& to) {
    return by_id(
        secret,
        id,
        input_of(
            secret,
            std::pair<std::string_view, SecretBytes>{TokenScene::token, SecretBytes::copy_of(to)}
        )
    );
}

UpdateMultiple update(std::string_view table, std::vector<UpdateMultiple::Item> rows) {
    UpdateMultiple out;
    out.table = schema::table(table);
    out.rows = std::move(rows);
    return out;
}

struct Fixture {
    TestVault vault;
    Sender system = test::system_of(vault);
    Uuid first = value(system.create(handle, std::pair{unique, text("1")}));
    Uuid second = value(system.create(handle, std::pair{unique, text("2")}));

    Result<void> send(std::vector<UpdateMultiple::Item> rows) {
        return system.send(update(handle, std::move(rows)));
    }

    std::string text_of(const Uuid& id, std::string_view column) {
        const auto row = value(system.row(handle, id));
        const auto* found = row->get<std::string>(column);
        return found == nullptr ? "" : *found;
    }

    std::vector<LogEntry> newest(std::uint32_t count) {
        RetrieveAuditEvents recent;
        recent.top = count;
        return vault.run_as_system<LogReply>(recent).entries;
    }

    /// Rows, index entries, sums, and each row's newest entry on the log.
    void check_store() {
        REQUIRE(vault.reopen());
        const auto report = value(verify_store(vault.vault()));
        std::string words;
        for (const auto& finding : report.findings) words += finding.place + ": " + finding.what;
        INFO(words);
        CHECK(report.ok());
    }
};

}  // namespace

TEST_CASE("UpdateMultiple changes rows by id and by key, each with its entry", "[messages]") {
    Fixture f;
    const auto before = f.vault.vault().view().snapshot().log_size;
    REQUIRE(f.send(
        items(named(f.second, "two"), by_key("1", input_of(handle, std::pair{name, text("one")})))
    ));
    CHECK(f.text_of(f.first, name) == "one");
    CHECK(f.text_of(f.second, name) == "two");
    const auto size = f.vault.vault().view().snapshot().log_size;
    CHECK(size == before + 4);  // with the two readings
    const auto log = f.newest(4);
    REQUIRE(log.size() == 4);
    CHECK(log[3].event.record == f.second);
    CHECK(log[2].event.record == f.first);
    for (const std::size_t at : {2U, 3U}) {
        CHECK(log[at].event.action == audit::Action::update);
        CHECK(log[at].event.message == "UpdateMultiple");
    }
    f.check_store();
}

TEST_CASE("an UpdateMultiple with a row that is not there writes nothing", "[messages]") {
    Fixture f;
    SystemRandom random;
    const auto nobody = Uuid::random(random);
    CHECK(code(f.send(items(named(f.first, "a"), named(nobody, "b")))) == Errc::not_found);
    CHECK(
        code(f.send(
            items(named(f.first, "a"), by_key("3", input_of(handle, std::pair{name, text("b")})))
        )) == Errc::key_not_found
    );
    REQUIRE(f.system.remove(handle, f.second));
    CHECK(code(f.send(items(named(f.first, "a"), named(f.second, "b")))) == Errc::not_found);
    CHECK(f.text_of(f.first, name).empty());
    CHECK_FALSE(f.system.there(handle, nobody));
    f.check_store();
}

TEST_CASE("the first item that fails says why, and its entry names its row", "[messages]") {
    Fixture f;
    const auto state = [](const Uuid& id, std::int64_t status) {
        return by_id(
            handle,
            id,
            input_of(
                handle,
                std::pair{"statecode", std::int64_t{0}},
                std::pair{"statuscode", std::int64_t{status}}
            )
        );
    };
    SystemRandom random;
    const auto refused =
        f.send(items(state(f.first, 1), state(f.second, 2), named(Uuid::random(random), "x")));
    CHECK(code(refused) == Errc::bad_state);
    const auto log = f.newest(1);
    REQUIRE(log.size() == 1);
    CHECK(log[0].event.outcome == audit::Outcome::failed);
    CHECK(log[0].event.record == f.second);
}

TEST_CASE("a row that is named twice is changed twice, in order", "[messages]") {
    Fixture f;
    const auto before = value(f.system.row(handle, f.first));
    const auto start = f.vault.vault().view().snapshot().log_size;
    REQUIRE(f.send(items(
        named(f.first, "early"),
        by_key("1", input_of(handle, std::pair{"msdyn_octwitterscreenname", text("s")})),
        named(f.first, "late")
    )));
    CHECK(f.vault.vault().view().snapshot().log_size == start + 3);
    const auto after = value(f.system.row(handle, f.first));
    CHECK(*after->get<std::string>(name) == "late");
    CHECK(*after->get<std::string>("msdyn_octwitterscreenname") == "s");
    CHECK(after->row_version == before->row_version + 3);
    CHECK(after->versionnumber > before->versionnumber);
    f.check_store();
}

TEST_CASE("an item sees what those before it did to alternate keys", "[messages]") {
    Fixture f;
    const auto numbered = [](const Uuid& id, const std::string& to) {
        return by_id(handle, id, input_of(handle, std::pair{unique, to}));
    };
    SECTION("a key that an item frees is taken by the next") {
        REQUIRE(f.send(items(numbered(f.first, "3"), numbered(f.second, "1"))));
        CHECK(f.text_of(f.second, unique) == "1");
    }
    SECTION("a row is found by the key that an item gave it, and by no other") {
        REQUIRE(f.send(items(
            numbered(f.first, "3"), by_key("3", input_of(handle, std::pair{name, text("three")}))
        )));
        CHECK(f.text_of(f.first, name) == "three");
        CHECK(
            code(f.send(items(
                numbered(f.first, "4"), by_key("3", input_of(handle, std::pair{name, text("x")}))
            ))) == Errc::key_not_found
        );
    }
    SECTION("a key that two rows would have is refused") {
        CHECK(
            code(f.send(items(numbered(f.first, "3"), numbered(f.second, "3")))) ==
            Errc::duplicate_key
        );
        CHECK(f.text_of(f.first, unique) == "1");
    }
    f.check_store();
}

TEST_CASE("each item needs what an Update of its row needs", "[messages]") {
    TokenScene scene;
    const auto other = scene.create_record("other-token", "other-secret");
    const auto system_owned = scene.vault.create(secret, std::pair{name, text("out of reach")});
    auto writer = scene.as(scene.writer);
    const auto named_secret = [](const Uuid& id) {
        return by_id(secret, id, input_of(secret, std::pair{name, text("renamed")}));
    };
    CHECK(writer.send(update(secret, items(named_secret(scene.record), named_secret(other)))));
    CHECK(
        code(writer.send(update(secret, items(with_token(other, "x"), named_secret(system_owned))))
        ) == Errc::no_row_access
    );
    CHECK(
        code(scene.as(scene.agent).send(update(secret, items(with_token(other, "x"))))) ==
        Errc::column_update_denied
    );
    CHECK(
        code(scene.as(scene.stranger).send(update(secret, items(named_secret(other))))) ==
        Errc::missing_privilege
    );
    CHECK(value(verify_store(scene.vault.vault())).ok());
}

TEST_CASE("a token that is set twice in one UpdateMultiple leaves two versions", "[messages]") {
    TokenScene alone;
    TokenScene together;
    alone.rotate("second-token");
    alone.rotate("third-token");
    REQUIRE(together.as(together.writer)
                .send(update(
                    secret,
                    items(
                        with_token(together.record, "second-token"),
                        with_token(together.record, "third-token")
                    )
                )));
    CHECK(together.list(together.agent).versions.size() == alone.list(alone.agent).versions.size());
    CHECK(value(verify_store(together.vault.vault())).ok());
}

TEST_CASE("a text that holds a token of any item is refused", "[messages]") {
    TokenScene scene;
    const auto other = scene.create_record("other-token", "other-secret");
    const std::string token = "AAAAAAAAAAAAAAAA-hunter2";
    CHECK(
        code(scene.as(scene.writer)
                 .send(update(
                     secret,
                     items(
                         by_id(secret, other, input_of(secret, std::pair{name, token})),
                         with_token(scene.record, token)
                     )
                 ))) == Errc::invalid_argument
    );
}

TEST_CASE("what an item gives cannot be used and taken back by the next", "[messages]") {
    TestVault vault;
    auto system = test::system_of(vault);
    const auto unit = value(system.create(
        "businessunit",
        std::pair{"name", text("unit")},
        std::pair{
            "parentbusinessunitid",
            TestVault::target("businessunit", vault.vault().root_business_unit())}
    ));
    const auto clerk = vault.user("clerk");
    const auto role = vault.role("clerk", {"prvReadUser", "prvWriteUser"}, schema::Depth::local);
    vault.associate("systemuserroles_association", clerk, role);
    const auto outside = value(system.create(
        "systemuser",
        std::pair{"domainname", text("outside")},
        std::pair{"businessunitid", TestVault::target("businessunit", unit)}
    ));
    const auto moved = [](const Uuid& user, const Uuid& to) {
        return by_id(
            "systemuser",
            user,
            input_of(
                "systemuser", std::pair{"businessunitid", TestVault::target("businessunit", to)}
            )
        );
    };
    Sender sender(vault, TestVault::caller(clerk));
    CHECK_FALSE(sender.send(update(
        "systemuser",
        items(
            moved(clerk, unit),
            by_id(
                "systemuser",
                outside,
                input_of("systemuser", std::pair{"lastname", text("renamed")})
            ),
            moved(clerk, vault.vault().root_business_unit())
        )
    )));
    const auto row = value(system.row("systemuser", outside));
    CHECK(row->get<std::string>("lastname") == nullptr);
}

TEST_CASE(
    "the mask that an item gives along with plaintext does not stay when the next takes the "
    "plaintext back",
    "[messages]"
) {
    TestVault vault;
    auto system = test::system_of(vault);
    const auto guard = vault.user("guard");
    const auto role = vault.role(
        "guard",
        {"prvReadFieldPermission", "prvWriteFieldPermission", schema::prv_grant_unmask},
        schema::Depth::global
    );
    vault.associate("systemuserroles_association", guard, role);
    const auto profile = value(system.create("fieldsecurityprofile", std::pair{"name", text("p")}));
    vault.associate("systemuserprofiles_association", vault.user("agent"), profile);
    const auto permission = value(system.create(
        "fieldpermission",
        std::pair{"fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", profile)},
        std::pair{"entityname", text(secret)},
        std::pair{"attributelogicalname", text(TokenScene::token)}
    ));
    const auto change = [&](std::int64_t read, std::int64_t unmask) {
        return by_id(
            "fieldpermission",
            permission,
            input_of(
                "fieldpermission", std::pair{"canread", read}, std::pair{"canreadunmasked", unmask}
            )
        );
    };
    Sender sender(vault, TestVault::caller(guard));
    const auto sends = [&](auto&&... each) {
        return code(
            sender.send(update("fieldpermission", items(std::forward<decltype(each)>(each)...)))
        );
    };
    CHECK(sends(change(4, 0)) == Errc::missing_privilege);
    CHECK(sends(change(4, 1), change(4, 0)) == Errc::missing_privilege);
    CHECK(value(system.row("fieldpermission", permission))->row_version == 1);
    CHECK(sends(change(4, 1), change(0, 0)) == Errc::count_);
    CHECK(sends(change(4, 0), change(4, 1)) == Errc::missing_privilege);
    CHECK(sends(change(4, 1)) == Errc::count_);
}

TEST_CASE(
    "an UpdateMultiple stands in a change set, among changes of the same rows", "[messages]"
) {
    Fixture f;
    {
        ChangeSet set(f.vault.vault().pipeline(), f.vault.vault().view());
        WorkBudget work;
        SystemRandom random;
        const auto add = [&](Message message) {
            RequestInfo info;
            info.correlation = Uuid::random(random);
            const auto refused = set.add(f.vault.vault().system(), message, info, work);
            return refused ? refused->error().code : Errc::count_;
        };
        const auto made = Uuid::random(random);
        Create create;
        create.table = schema::table(handle);
        create.input = input_of(
            handle, std::pair{"msdyn_octwitterhandleid", made}, std::pair{unique, text("3")}
        );
        REQUIRE(add(std::move(create)) == Errc::count_);
        REQUIRE(
            add(update(handle, items(named(made, "a"), named(f.first, "b"), named(made, "c")))) ==
            Errc::count_
        );
        REQUIRE(add(update(handle, items(named(f.first, "d"), named(made, "e")))) == Errc::count_);
        Delete gone;
        gone.target = TestVault::target(handle, f.second);
        REQUIRE(add(std::move(gone)) == Errc::count_);
        REQUIRE(add(update(handle, items(named(f.second, "x")))) == Errc::not_found);
        REQUIRE(ledger::receipt_of(f.vault.vault().ledger().commit(std::move(set).join())));
        CHECK(f.text_of(made, name) == "e");
        CHECK(f.text_of(f.first, name) == "d");
    }
    f.check_store();
}

TEST_CASE("an UpdateMultiple of facts of access is what its items are one by one", "[messages]") {
    TestVault vault;
    auto system = test::system_of(vault);
    const auto user = vault.user("user");
    const auto disabled = [&](bool is) {
        return by_id("systemuser", user, input_of("systemuser", std::pair{"isdisabled", is}));
    };
    REQUIRE(system.send(update("systemuser", items(disabled(true), disabled(false)))));
    CHECK(vault.vault().view().facts().enabled(user));
    REQUIRE(system.send(update("systemuser", items(disabled(false), disabled(true)))));
    CHECK_FALSE(vault.vault().view().facts().enabled(user));
    REQUIRE(vault.reopen());
    CHECK_FALSE(vault.vault().view().facts().enabled(user));
    CHECK(value(verify_store(vault.vault())).ok());
}

}  // namespace update_multiple_test
