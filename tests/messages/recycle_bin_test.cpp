// The recycle bin: what becomes of a deleted record while it is kept, and how it comes back.
#include "audit/log_reader.hpp"
#include "messages/end_deleted_records.hpp"
#include "messages/token_scene.hpp"
#include "storage/index_key.hpp"
#include "storage/row_key.hpp"
#include "vault/vault_parts.hpp"
#include "vault/verify_store.hpp"

#include <algorithm>
#include <set>

namespace recycle_bin_test {

using namespace rookery;
using namespace rookery::messages;
using namespace std::chrono_literals;
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
constexpr std::string_view token = "msdyn_useraccesstoken";
constexpr std::string_view unique = "msdyn_octwitteruniquehandleid";

struct Bin {
    TestVault vault;

    explicit Bin(std::chrono::days keep = std::chrono::days{30}) { vault.keep_deleted(keep); }

    [[nodiscard]] Sender system() { return test::system_of(vault); }

    Uuid application_of(const std::string& name) {
        return vault.create(application, std::pair{"msdyn_name", name});
    }

    Uuid handle_of(const Uuid& parent, const std::string& number) {
        return vault.create(
            handle,
            std::pair{"msdyn_name", "@" + number},
            std::pair{unique, number},
            std::pair{"msdyn_octwitterapplicationid", TestVault::target(application, parent)}
        );
    }

    Uuid secret_of(const Uuid& parent, const std::string& number) {
        return vault.create(
            secret,
            std::pair{"msdyn_name", number},
            std::pair{unique, number},
            std::pair{"msdyn_octwitterhandleid", TestVault::target(handle, parent)}
        );
    }

    void remove(std::string_view table, const Uuid& id) { REQUIRE(system().remove(table, id)); }

    template <class... Cells>
    Result<RestoreReply> restore(std::string_view table, const Uuid& id, Cells&&... cells) {
        Restore message;
        message.target = TestVault::target(table, id);
        message.input = input_of(table, std::forward<Cells>(cells)...);
        return vault.run<RestoreReply>(vault.vault().system(), std::move(message));
    }

    bool there(std::string_view table, const Uuid& id) { return system().there(table, id); }

    Result<ListReply> list(std::string_view table, bool deleted) {
        RetrieveMultiple message;
        message.table = schema::table(table);
        if (deleted) message.source = RowSource::deleted;
        return vault.run<ListReply>(vault.vault().system(), std::move(message));
    }

    std::set<Uuid> ids(std::string_view table, bool deleted) {
        std::set<Uuid> out;
        for (const auto& row : value(list(table, deleted)).rows) out.insert(row.row->id);
        return out;
    }

    StoreReport check() {
        auto report = value(verify_store(vault.vault()));
        std::string words;
        for (const auto& one : report.findings) words += one.place + ": " + one.what + "\n";
        INFO(words);
        CHECK(report.ok());
        return report;
    }

    std::size_t entries(audit::Action action) {
        const auto view = vault.vault().view();
        const auto log = value(audit::LogReader::open(view.store(), &view.keys().details));
        std::size_t out = 0;
        for (std::uint64_t i = 0; i < log.size(); ++i) {
            const auto entry = value(log.read(i, audit::Sections::core));
            const bool counts = !entry.while_sealed && entry.event.action == action &&
                                entry.event.outcome == audit::Outcome::success;
            out += counts ? 1 : 0;
        }
        return out;
    }
};

}  // namespace

TEST_CASE("a deleted record is nowhere but in the bin, and comes back as it was", "[messages]") {
    Bin bin;
    const auto app = bin.application_of("one");
    const auto before = *value(bin.system().row(application, app));
    bin.remove(application, app);
    CHECK_FALSE(bin.there(application, app));
    CHECK(bin.ids(application, false).empty());
    CHECK(bin.ids(application, true) == std::set{app});
    CHECK(code(bin.system().remove(application, app)) == Errc::not_found);
    CHECK(bin.check().kept == 1);

    CHECK(value(bin.restore(application, app)).id == app);
    const auto after = *value(bin.system().row(application, app));
    CHECK(*after.get<std::string>("msdyn_name") == "one");
    CHECK(*after.get<Instant>("createdon") == *before.get<Instant>("createdon"));
    CHECK(after.row_version == before.row_version + 2);
    CHECK(bin.ids(application, false) == std::set{app});
    CHECK(bin.ids(application, true).empty());
    CHECK(bin.entries(audit::Action::record_restore) == 1);
    CHECK(bin.check().kept == 0);
}

TEST_CASE("without a time to keep it a deleted record is gone", "[messages]") {
    Bin bin(std::chrono::days{0});
    const auto app = bin.application_of("one");
    bin.remove(application, app);
    CHECK(code(bin.restore(application, app)) == Errc::not_found);
    CHECK(bin.ids(application, true).empty());
    CHECK(bin.check().kept == 0);
}

TEST_CASE(
    "only what lies in the bin is restored, and nothing of a table without one", "[messages]"
) {
    Bin bin;
    SystemRandom random;
    const auto app = bin.application_of("one");
    const auto team = bin.vault.create(
        "team",
        std::pair{"name", std::string("t")},
        std::pair{
            "businessunitid",
            TestVault::target("businessunit", bin.vault.vault().root_business_unit())}
    );
    CHECK(code(bin.restore(application, app)) == Errc::restore_live);
    CHECK(code(bin.restore(application, Uuid::random(random))) == Errc::not_found);
    CHECK(code(bin.restore("team", team)) == Errc::unsupported);
    CHECK(code(bin.restore("rky_tokenversion", team)) == Errc::unsupported);
    CHECK(code(bin.list("team", true)) == Errc::unsupported);
    Restore by_key;
    by_key.target = {schema::table(handle), KeyValues{&schema::table(handle)->keys.front(), {}}};
    CHECK(
        code(bin.vault.run<RestoreReply>(bin.vault.vault().system(), std::move(by_key))) ==
        Errc::invalid_argument
    );
}

TEST_CASE("the id of a deleted record stays used", "[messages]") {
    Bin bin;
    const auto app = bin.application_of("one");
    bin.remove(application, app);
    const auto again = bin.system().create(
        application,
        std::pair{"msdyn_octwitterapplicationid", app},
        std::pair{"msdyn_name", std::string("two")}
    );
    CHECK(code(again) == Errc::duplicate_id);
}

TEST_CASE(
    "what went with a record comes back with it, and by itself only where it belongs", "[messages]"
) {
    Bin bin;
    const auto app = bin.application_of("app");
    const auto first = bin.handle_of(app, "1");
    const auto second = bin.handle_of(app, "2");
    const auto of_first = bin.secret_of(first, "1");
    const auto of_second = bin.secret_of(second, "2");
    // Deleted before, by itself: it does not come back with the others.
    bin.remove(secret, of_second);
    bin.remove(application, app);
    CHECK(bin.ids(handle, true) == std::set{first, second});
    CHECK(bin.ids(secret, true) == std::set{of_first, of_second});

    CHECK(code(bin.restore(handle, first)) == Errc::restore_parent_gone);
    CHECK(code(bin.restore(secret, of_first)) == Errc::restore_parent_gone);
    REQUIRE(bin.restore(application, app));
    CHECK(bin.ids(handle, false) == std::set{first, second});
    CHECK(bin.ids(secret, false) == std::set{of_first});
    CHECK(bin.entries(audit::Action::record_restore) == 4);
    REQUIRE(bin.restore(secret, of_second));
    CHECK(bin.ids(secret, true).empty());
    bin.check();
}

TEST_CASE(
    "a record finds another parent when its own is gone, and brings its own children", "[messages]"
) {
    Bin bin;
    const auto app = bin.application_of("app");
    const auto other = bin.application_of("other");
    const auto of_app = bin.handle_of(app, "1");
    const auto of_handle = bin.secret_of(of_app, "1");
    bin.remove(application, app);
    REQUIRE(bin.restore(
        handle,
        of_app,
        std::pair{"msdyn_octwitterapplicationid", TestVault::target(application, other)}
    ));
    CHECK(bin.there(secret, of_handle));
    // They are not the application's any more, which comes back alone.
    REQUIRE(bin.restore(application, app));
    CHECK(bin.ids(application, false) == std::set{app, other});
    bin.check();
}

TEST_CASE("a record whose owner is gone comes back for another one only", "[messages]") {
    Bin bin;
    const auto team = bin.vault.create(
        "team",
        std::pair{"name", std::string("t")},
        std::pair{
            "businessunitid",
            TestVault::target("businessunit", bin.vault.vault().root_business_unit())}
    );
    const auto user = bin.vault.user("owner");
    const auto of_team = bin.vault.create(
        application,
        std::pair{"msdyn_name", std::string("of a team")},
        std::pair{"ownerid", TestVault::target("team", team)}
    );
    const auto of_user = bin.vault.create(
        application,
        std::pair{"msdyn_name", std::string("of a user")},
        std::pair{"ownerid", TestVault::target("systemuser", user)}
    );
    bin.remove(application, of_team);
    bin.remove(application, of_user);
    bin.remove("team", team);
    REQUIRE(bin.system().update("systemuser", user, std::pair{"isdisabled", true}));

    CHECK(bin.ids(application, true) == std::set{of_team, of_user});
    CHECK(code(bin.restore(application, of_team)) == Errc::restore_parent_gone);
    REQUIRE(bin.restore(
        application, of_team, std::pair{"ownerid", TestVault::target("systemuser", user)}
    ));
    // Who is disabled is judged as if he were not, and has what he had.
    REQUIRE(bin.restore(application, of_user));
    bin.check();
}

TEST_CASE("a record whose key values were taken comes back with others only", "[messages]") {
    Bin bin;
    const auto app = bin.application_of("app");
    const auto first = bin.handle_of(app, "1");
    bin.remove(handle, first);
    const auto second = bin.handle_of(app, "1");
    CHECK(code(bin.restore(handle, first)) == Errc::restore_key_taken);
    REQUIRE(bin.restore(handle, first, std::pair{unique, std::string("3")}));
    CHECK(bin.ids(handle, false) == std::set{first, second});
    bin.check();
}

TEST_CASE("columns that a Restore overwrites are checked as those of a write are", "[messages]") {
    Bin bin;
    const auto app = bin.application_of("app");
    const auto secret_id = bin.vault.create(secret, std::pair{"msdyn_name", std::string("s")});
    bin.remove(application, app);
    bin.remove(secret, secret_id);
    REQUIRE(bin.restore(application, app, std::pair{"msdyn_name", std::string("new")}));
    CHECK(*value(bin.system().row(application, app))->get<std::string>("msdyn_name") == "new");
    SystemRandom random;
    const auto nobody = TestVault::target("systemuser", Uuid::random(random));
    CHECK(code(bin.restore(secret, secret_id, std::pair{"ownerid", nobody})) == Errc::not_found);
    const auto with_token = [&] {
        return bin.restore(
            secret,
            secret_id,
            std::pair<std::string_view, SecretBytes>{token, SecretBytes::copy_of("new")}
        );
    };
    CHECK(code(with_token()) == Errc::column_create_denied);
    const auto profile = bin.vault.create("fieldsecurityprofile", std::pair{"name", "write"});
    bin.vault.create(
        "fieldpermission",
        std::pair{"fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", profile)},
        std::pair{"entityname", std::string(secret)},
        std::pair{"attributelogicalname", std::string(token)},
        std::pair{"cancreate", std::int64_t{4}}
    );
    bin.vault.associate("systemuserprofiles_association", system_user, profile);
    CHECK(code(with_token()) == Errc::unsupported);
    CHECK_FALSE(bin.there(secret, secret_id));
}

TEST_CASE("a time that is over ends a deleted record for everybody at once", "[messages]") {
    Bin bin(std::chrono::days{7});
    const auto app = bin.application_of("one");
    bin.remove(application, app);
    bin.vault.clock().advance(std::chrono::days{7} - 1ms);
    CHECK(bin.ids(application, true) == std::set{app});
    bin.vault.clock().advance(1ms);
    CHECK(bin.ids(application, true).empty());
    CHECK(code(bin.restore(application, app)) == Errc::not_found);
    CHECK(bin.check().kept == 1);  // what is left of it ends with the job
}

TEST_CASE(
    "stricter rules end what was deleted before, and looser ones give it no more time", "[messages]"
) {
    Bin bin(std::chrono::days{7});
    const auto app = bin.application_of("one");
    bin.remove(application, app);
    bin.vault.clock().advance(std::chrono::days{2});
    bin.vault.keep_deleted(std::chrono::days{1});
    CHECK(code(bin.restore(application, app)) == Errc::not_found);
    bin.vault.keep_deleted(std::chrono::days{30});
    CHECK(bin.ids(application, true) == std::set{app});
    bin.vault.clock().advance(std::chrono::days{6});
    CHECK(bin.ids(application, true).empty());
}

TEST_CASE("rows leave the bin by the jobs when their time is over, and not before", "[messages]") {
    Bin bin(std::chrono::days{7});
    const auto app = bin.application_of("one");
    bin.remove(application, app);
    const auto end = [&](bool at_once, const access::Caller& caller) {
        EndDeletedRecords message;
        message.rows = {{schema::table(application)->id, app}};
        message.at_once = at_once;
        return bin.vault.run<EndDeletedReply>(caller, std::move(message));
    };
    const auto system = bin.vault.vault().system();
    CHECK(value(end(false, system)).ended == 0);
    CHECK(
        code(end(false, TestVault::caller(bin.vault.user("somebody")))) == Errc::missing_privilege
    );
    bin.vault.clock().advance(std::chrono::days{7});
    CHECK(value(end(false, system)).ended == 1);
    CHECK(value(end(false, system)).ended == 0);
    CHECK(bin.check().kept == 0);
    CHECK(code(bin.restore(application, app)) == Errc::not_found);
    const auto again = bin.system().create(
        application,
        std::pair{"msdyn_octwitterapplicationid", app},
        std::pair{"msdyn_name", std::string("two")}
    );
    CHECK(code(again) == Errc::duplicate_id);
}

TEST_CASE(
    "the log tells of a deletion by which rows it took and how long they are kept", "[messages]"
) {
    Bin bin;
    const auto app = bin.application_of("app");
    bin.handle_of(app, "1");
    bin.remove(application, app);
    const auto view = bin.vault.vault().view();
    const auto log = value(audit::LogReader::open(view.store(), &view.keys().details));
    std::set<std::string> deletions;
    std::size_t kept = 0;
    for (std::uint64_t i = 0; i < log.size(); ++i) {
        const auto entry = value(log.read(i, audit::Sections::core));
        if (entry.while_sealed || entry.event.action != audit::Action::remove) continue;
        for (const auto& [name, said] : entry.event.extras) {
            if (name == "deletion") deletions.insert(std::get<std::string>(said));
            kept += name == "kept-until" ? 1 : 0;
        }
    }
    CHECK(kept == 2);
    CHECK(deletions.size() == 1);
}

TEST_CASE("nothing of a deleted record is shown in clear, nor what it led to", "[messages]") {
    TokenScene scene;
    scene.vault.keep_deleted(std::chrono::days{30});
    REQUIRE(scene.as(scene.agent).remove(TokenScene::secrets, scene.record));
    const auto list = [&](const Uuid& user, bool unmasked) {
        RetrieveMultiple message;
        message.table = schema::table(TokenScene::secrets);
        message.source = RowSource::deleted;
        message.selection.unmasked = unmasked;
        return scene.vault.run<ListReply>(TestVault::caller(user), std::move(message));
    };
    CHECK(code(list(scene.agent, true)) == Errc::unsupported);
    const auto shown = value(list(scene.agent, false));
    REQUIRE(shown.rows.size() == 1);
    CHECK(shown.rows.front().row->id == scene.record);
    for (const auto& cell : shown.rows.front().cells) {
        CHECK_FALSE(std::holds_alternative<SecretBytes>(cell.value));
    }
    // Judged by the row as it stood.
    CHECK(value(list(scene.outsider, false)).rows.empty());
    CHECK(code(list(scene.stranger, false)) == Errc::missing_privilege);
}

TEST_CASE(
    "older versions of a token go to the bin with their record and come back with it", "[messages]"
) {
    TokenScene scene;
    scene.vault.keep_deleted(std::chrono::days{30});
    scene.rotate("second-token");
    scene.rotate("third-token");
    REQUIRE(scene.stored().size() == 2);
    REQUIRE(test::system_of(scene.vault).remove(TokenScene::secrets, scene.record));
    CHECK(scene.stored().empty());
    Restore message;
    message.target = scene.at();
    REQUIRE(scene.vault.run<RestoreReply>(scene.vault.vault().system(), std::move(message)));
    CHECK(scene.stored().size() == 2);
    const auto agent = TestVault::caller(scene.agent);
    CHECK(
        TokenScene::shown(value(scene.version(agent, VersionLabel::current))).front() ==
        "third-token"
    );
    CHECK(
        TokenScene::shown(value(scene.version(agent, VersionLabel::previous))).front() ==
        "second-token"
    );
    CHECK(
        TokenScene::shown(value(scene.version(agent, std::uint64_t{1}))).front() == "first-token"
    );
    scene.rotate("fourth-token");
    CHECK(scene.stored().size() == 3);
    CHECK(value(verify_store(scene.vault.vault())).ok());
}

TEST_CASE(
    "a row in the bin that somebody changed on the disk is found and not restored", "[messages]"
) {
    Bin bin;
    const auto app = bin.application_of("one");
    bin.remove(application, app);
    const auto key = storage::row_key({schema::table(application)->id, app});
    auto& store = *bin.vault.vault().parts().store;
    auto stored = *value(store.view()->get(storage::Family::rows, key));
    const auto offset = GENERATE(0, 10, 60);
    SECTION("a changed byte") {
        stored[static_cast<std::size_t>(offset)] =
            static_cast<char>(stored[static_cast<std::size_t>(offset)] ^ 2);
    }
    SECTION("as a live row") { stored[0] = 1; }
    const auto commit = store.begin();
    commit->put(storage::Family::rows, key, stored);
    REQUIRE(commit->write());
    bin.application_of("which publishes it");
    CHECK(code(bin.restore(application, app)) == Errc::integrity);
    CHECK_FALSE(value(verify_store(bin.vault.vault())).ok());
}

TEST_CASE(
    "an entry of the bin that leads nowhere, and one that is missing, are found", "[messages]"
) {
    Bin bin;
    const auto app = bin.application_of("one");
    bin.remove(application, app);
    auto& store = *bin.vault.vault().parts().store;
    const auto entries = store.view()->scan(
        storage::by_deletion(*schema::table(application)), storage::Order::ascending
    );
    REQUIRE(entries->valid());
    const std::string entry(entries->key());
    const auto commit = store.begin();
    SECTION("another time of deletion") {
        auto forged = entry;
        forged[8] = static_cast<char>(forged[8] ^ 1);
        commit->put(storage::Family::rowidx, forged, {});
    }
    SECTION("missing") { commit->remove(storage::Family::rowidx, entry); }
    REQUIRE(commit->write());
    bin.application_of("which publishes it");
    CHECK_FALSE(value(verify_store(bin.vault.vault())).ok());
}

}  // namespace recycle_bin_test
