// Retained records: what becomes of a record that is retained, how it comes back, and how it ends.
#include "audit/log_reader.hpp"
#include "messages/token_scene.hpp"
#include "storage/index_key.hpp"
#include "storage/row_key.hpp"
#include "vault/vault_parts.hpp"
#include "vault/verify_store.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace retention_test {

using namespace rookery;
using namespace rookery::messages;
using namespace std::chrono_literals;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::TokenScene;
using rookery::test::value;

namespace {

constexpr std::string_view application = "msdyn_octwitterapplication";
constexpr std::string_view handle = "msdyn_octwitterhandle";
constexpr std::string_view secret = "msdyn_octwitterhandlesecret";
constexpr std::string_view unique = "msdyn_octwitteruniquehandleid";

struct Retained {
    TestVault vault;

    explicit Retained(bool retains = true) {
        if (retains) vault.retain_records();
    }

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

    template <class Reply, class Message>
    Result<Reply> on_row(std::string_view table, const Uuid& id, const access::Caller& caller) {
        Message message;
        message.target = TestVault::target(table, id);
        return vault.run<Reply>(caller, std::move(message));
    }

    Result<RetainReply> retain(std::string_view table, const Uuid& id) {
        return on_row<RetainReply, Retain>(table, id, vault.vault().system());
    }

    Result<RetainReply> roll_back(std::string_view table, const Uuid& id) {
        return on_row<RetainReply, RollbackRetain>(table, id, vault.vault().system());
    }

    Result<PurgeRetainedReply> purge(PurgeRetainedContent message) {
        return vault.run<PurgeRetainedReply>(vault.vault().system(), std::move(message));
    }

    Result<ListReply> list(std::string_view table, RowSource source) {
        RetrieveMultiple message;
        message.table = schema::table(table);
        message.source = source;
        return vault.run<ListReply>(vault.vault().system(), std::move(message));
    }

    std::set<Uuid> ids(std::string_view table, RowSource source) {
        std::set<Uuid> out;
        for (const auto& row : value(list(table, source)).rows) out.insert(row.row->id);
        return out;
    }

    std::set<Uuid> retained(std::string_view table) { return ids(table, RowSource::retained); }

    /// The versionnumber that a retained record is listed with.
    std::uint64_t version_of(std::string_view table, const Uuid& id) {
        for (const auto& row : value(list(table, RowSource::retained)).rows) {
            if (row.row->id == id) return row.row->versionnumber;
        }
        FAIL("it is not retained");
        return 0;
    }

    std::string stored(std::string_view table, const Uuid& id) {
        const auto key = storage::row_key({schema::table(table)->id, id});
        return *value(vault.vault().parts().store->view()->get(storage::Family::rows, key));
    }

    StoreReport check() {
        auto report = value(verify_store(vault.vault()));
        std::string words;
        for (const auto& one : report.findings) words += one.place + ": " + one.what + "\n";
        INFO(words);
        CHECK(report.ok());
        return report;
    }

    std::vector<audit::Event> events(audit::Action action) {
        const auto view = vault.vault().view();
        const auto log = value(audit::LogReader::open(view.store(), &view.keys().details));
        std::vector<audit::Event> out;
        for (std::uint64_t i = 0; i < log.size(); ++i) {
            auto entry = value(log.read(i, audit::Sections::core));
            const bool counts = !entry.while_sealed && entry.event.action == action &&
                                entry.event.outcome == audit::Outcome::success;
            if (counts) out.push_back(std::move(entry.event));
        }
        return out;
    }
};

std::map<std::string, std::string> extras_of(const audit::Event& event) {
    std::map<std::string, std::string> out;
    for (const auto& [name, said] : event.extras) {
        if (const auto* text = std::get_if<std::string>(&said)) out[std::string(name)] = *text;
    }
    return out;
}

PurgeRetainedContent up_to(std::uint64_t version) {
    PurgeRetainedContent out;
    out.max_version = version;
    return out;
}

}  // namespace

TEST_CASE("a retained record is nowhere but among what is retained", "[messages]") {
    Retained scene;
    scene.vault.keep_deleted(std::chrono::days{7});
    const auto app = scene.application_of("one");
    CHECK(value(scene.retain(application, app)).id == app);
    CHECK_FALSE(scene.system().there(application, app));
    CHECK(scene.ids(application, RowSource::live).empty());
    CHECK(scene.ids(application, RowSource::deleted).empty());
    CHECK(scene.retained(application) == std::set{app});
    const auto report = scene.check();
    CHECK(report.retained == 1);
    CHECK(scene.events(audit::Action::record_retain).size() == 1);
}

TEST_CASE("nothing is done to a retained record but to roll it back or to purge it", "[messages]") {
    Retained scene;
    scene.vault.keep_deleted(std::chrono::days{7});
    const auto app = scene.application_of("one");
    REQUIRE(scene.retain(application, app));
    const auto before = scene.stored(application, app);
    auto system = scene.system();
    CHECK(code(scene.retain(application, app)) == Errc::not_found);
    CHECK(code(system.remove(application, app)) == Errc::not_found);
    CHECK(
        code(system.update(application, app, std::pair{"msdyn_name", std::string("two")})) ==
        Errc::not_found
    );
    CHECK(
        code(system.create(
            application,
            std::pair{"msdyn_octwitterapplicationid", app},
            std::pair{"msdyn_name", std::string("two")}
        )) == Errc::duplicate_id
    );
    const auto& system_caller = scene.vault.vault().system();
    CHECK(
        code(scene.on_row<RestoreReply, Restore>(application, app, system_caller)) ==
        Errc::not_found
    );
    GrantAccess share;
    share.target = TestVault::target(application, app);
    share.principal = TestVault::target("systemuser", scene.vault.user("somebody"));
    share.rights = 1;
    CHECK(code(system.send(std::move(share))) == Errc::not_found);
    // The jobs end what lies in the bin, and this does not.
    EndDeletedRecords end;
    end.rows = {{schema::table(application)->id, app}};
    CHECK(value(scene.vault.run<EndDeletedReply>(system_caller, std::move(end))).ended == 0);
    CHECK(scene.stored(application, app) == before);
    scene.check();
}

TEST_CASE("a rolled back record has the bytes that it had, but for its version", "[messages]") {
    Retained scene;
    const auto app = scene.application_of("one");
    const auto owned = scene.handle_of(app, "1");
    const auto before = scene.stored(handle, owned);
    scene.vault.clock().advance(1h);
    REQUIRE(scene.retain(handle, owned));
    scene.vault.clock().advance(1h);
    CHECK(value(scene.roll_back(handle, owned)).id == owned);
    const auto after = scene.stored(handle, owned);
    // Kind and row version before, row key version, tag and versionnumber behind.
    REQUIRE(after.size() == before.size());
    const auto behind = before.size() - 1 - 8 - 32;
    CHECK(after[0] == before[0]);
    CHECK(after.substr(9, behind - 9) == before.substr(9, behind - 9));
    CHECK(storage::row_version_of(after) == storage::row_version_of(before) + 2);
    CHECK(scene.retained(handle).empty());
    CHECK(scene.ids(handle, RowSource::live) == std::set{owned});
    CHECK(scene.events(audit::Action::retain_rollback).size() == 1);
    CHECK(scene.check().retained == 0);
    // And again, as often as one likes.
    REQUIRE(scene.retain(handle, owned));
    REQUIRE(scene.roll_back(handle, owned));
    scene.check();
}

TEST_CASE("records that lead to a retained one stay as they are", "[messages]") {
    Retained scene;
    const auto app = scene.application_of("app");
    const auto of_app = scene.handle_of(app, "1");
    const auto before = scene.stored(handle, of_app);
    REQUIRE(scene.retain(application, app));
    CHECK(scene.stored(handle, of_app) == before);
    const auto row = value(scene.system().row(handle, of_app));
    CHECK(row->get<storage::RowRef>("msdyn_octwitterapplicationid")->id == app);
    REQUIRE(scene.system().update(handle, of_app, std::pair{"msdyn_name", std::string("new")}));
    Retrieve beside;
    beside.target = TestVault::target(handle, of_app);
    auto& led_to = beside.expanded.emplace_back();
    led_to.path = "msdyn_octwitterapplicationid";
    led_to.lookup = schema::table(handle)->column("msdyn_octwitterapplicationid");
    led_to.to.emplace_back().table = schema::table(application);
    const auto shown = scene.vault.run_as_system<RowReply>(std::move(beside));
    CHECK(std::holds_alternative<std::monostate>(shown.row.expanded.at(0)));
    // It leads nowhere for a while, and cannot be moved to what is not there.
    CHECK(
        code(scene.system().create(
            handle,
            std::pair{"msdyn_name", std::string("@2")},
            std::pair{"msdyn_octwitterapplicationid", TestVault::target(application, app)}
        )) == Errc::not_found
    );
    scene.check();
    REQUIRE(scene.retain(handle, of_app));
    CHECK(code(scene.roll_back(handle, of_app)) == Errc::restore_parent_gone);
    REQUIRE(scene.roll_back(application, app));
    REQUIRE(scene.roll_back(handle, of_app));
    CHECK(scene.ids(handle, RowSource::live) == std::set{of_app});
    scene.check();
}

TEST_CASE(
    "key values of a retained record are free, and taken when it is to come back", "[messages]"
) {
    Retained scene;
    const auto app = scene.application_of("app");
    const auto first = scene.handle_of(app, "1");
    REQUIRE(scene.retain(handle, first));
    const auto second = scene.handle_of(app, "1");
    CHECK(code(scene.roll_back(handle, first)) == Errc::restore_key_taken);
    REQUIRE(scene.system().remove(handle, second));
    REQUIRE(scene.roll_back(handle, first));
    scene.check();
}

TEST_CASE("only what is retained is rolled back, by its id", "[messages]") {
    Retained scene;
    scene.vault.keep_deleted(std::chrono::days{7});
    SystemRandom random;
    const auto app = scene.application_of("one");
    CHECK(code(scene.roll_back(application, app)) == Errc::restore_live);
    REQUIRE(scene.system().remove(application, app));
    CHECK(code(scene.roll_back(application, app)) == Errc::not_found);
    CHECK(code(scene.retain(application, app)) == Errc::not_found);
    CHECK(code(scene.roll_back(application, Uuid::random(random))) == Errc::not_found);
    RollbackRetain by_key;
    by_key.target = {schema::table(handle), KeyValues{&schema::table(handle)->keys.front(), {}}};
    CHECK(
        code(scene.vault.run<RetainReply>(scene.vault.vault().system(), std::move(by_key))) ==
        Errc::invalid_argument
    );
}

TEST_CASE("only records are retained, and only where the operator says so", "[messages]") {
    const auto of_no_record = [](Retained& scene) {
        const auto user = scene.vault.user("somebody");
        CHECK(code(scene.retain("systemuser", user)) == Errc::not_retained);
        CHECK(code(scene.roll_back("systemuser", user)) == Errc::not_retained);
        CHECK(code(scene.retain("rky_tokenversion", user)) == Errc::not_retained);
        CHECK(code(scene.list("systemuser", RowSource::retained)) == Errc::unsupported);
        PurgeRetainedContent purge = up_to(1'000'000);
        purge.table = schema::table("systemuser");
        CHECK(code(scene.purge(std::move(purge))) == Errc::not_retained);
        const auto unit = scene.vault.vault().root_business_unit();
        CHECK(code(scene.retain("businessunit", unit)) == Errc::not_retained);
    };
    SECTION("it does") {
        Retained scene;
        of_no_record(scene);
    }
    SECTION("it does not") {
        Retained scene(false);
        of_no_record(scene);
        const auto app = scene.application_of("one");
        CHECK(code(scene.retain(application, app)) == Errc::not_retained);
        CHECK(scene.system().there(application, app));
    }
    SECTION("it does no more: what is retained stays so, and comes back or ends") {
        Retained scene;
        const auto app = scene.application_of("one");
        const auto other = scene.application_of("two");
        REQUIRE(scene.retain(application, app));
        REQUIRE(scene.retain(application, other));
        scene.vault.retain_records(false);
        CHECK(scene.retained(application) == std::set{app, other});
        REQUIRE(scene.roll_back(application, app));
        CHECK(code(scene.retain(application, app)) == Errc::not_retained);
        const auto ended = value(scene.purge(up_to(scene.version_of(application, other))));
        CHECK(ended.ended.size() == 1);
        scene.check();
    }
}

TEST_CASE("a vault says that it may hold retained rows once it retains any", "[messages]") {
    TestVault vault;
    const auto rules = [&] {
        return *value(vault.vault().view().store()->get(
            storage::Family::meta, std::string_view("text-key-rules")
        ));
    };
    const auto before = rules();
    vault.retain_records();
    CHECK(rules() != before);
    CHECK(rules().ends_with(" index/5"));
    vault.retain_records(false);
    vault.keep_deleted(std::chrono::days{1});
    CHECK(rules().ends_with(" index/5"));
}

TEST_CASE(
    "a purge leaves a tombstone and its entry, up to the version that is named", "[messages]"
) {
    Retained scene;
    const auto first = scene.application_of("one");
    const auto second = scene.application_of("two");
    REQUIRE(scene.retain(application, first));
    REQUIRE(scene.retain(application, second));
    const auto version = scene.version_of(application, first);
    REQUIRE(version < scene.version_of(application, second));
    CHECK(value(scene.purge(up_to(version - 1))).ended.empty());
    CHECK(scene.retained(application) == std::set{first, second});
    const auto deletions = scene.events(audit::Action::remove).size();
    const auto reply = value(scene.purge(up_to(version)));
    REQUIRE(reply.ended.size() == 1);
    CHECK(reply.ended.front() == std::pair{schema::table(application), std::uint64_t{1}});
    CHECK_FALSE(reply.more);
    CHECK(reply.failed == 0);
    CHECK(scene.retained(application) == std::set{second});
    CHECK(
        value(storage::stored_kind(scene.stored(application, first))) == crypto::RowKind::tombstone
    );
    CHECK(code(scene.roll_back(application, first)) == Errc::not_found);
    const auto events = scene.events(audit::Action::remove);
    REQUIRE(events.size() == deletions + 1);
    CHECK(events.back().record == first);
    CHECK(extras_of(events.back()).at("retained") == "ended");
    CHECK(scene.check().retained == 1);
}

TEST_CASE(
    "a purge by date ends what was retained before it, and nothing of that time", "[messages]"
) {
    Retained scene;
    const auto app = scene.application_of("one");
    scene.vault.clock().advance(1h);
    REQUIRE(scene.retain(application, app));
    const auto at = scene.vault.clock().now();
    const auto before = [&](Instant time) {
        PurgeRetainedContent out;
        out.retained_before = time;
        return scene.purge(std::move(out));
    };
    CHECK(value(before(at)).ended.empty());
    CHECK(scene.retained(application) == std::set{app});
    CHECK(value(before(at + 1ms)).ended.size() == 1);
    CHECK(scene.retained(application).empty());
}

TEST_CASE("a purge ends a page at a time, and says whether there is more", "[messages]") {
    Retained scene;
    scene.vault.keep_deleted(std::chrono::days{7});
    const auto app = scene.application_of("app");
    std::vector<Uuid> handles;
    for (const auto* number : {"1", "2", "3"}) handles.push_back(scene.handle_of(app, number));
    const auto deleted = scene.handle_of(app, "4");
    for (const auto& id : handles) {
        REQUIRE(scene.retain(handle, id));
        scene.vault.clock().advance(1s);
    }
    REQUIRE(scene.system().remove(handle, deleted));
    REQUIRE(scene.retain(application, app));
    PurgeRetainedContent all;
    CHECK(code([&] {
              auto none = all;
              none.page_size = 0;
              return scene.purge(std::move(none));
          }()) == Errc::invalid_argument);
    all.page_size = purge_retained_max + 1;
    CHECK(code(scene.purge(all)) == Errc::invalid_argument);
    all.page_size = 2;
    auto some = all;
    some.table = schema::table(handle);
    auto reply = value(scene.purge(some));
    CHECK(reply.more);
    CHECK(reply.ended.front().second == 2);
    CHECK(scene.retained(handle) == std::set{handles.back()});
    CHECK(scene.retained(application) == std::set{app});
    // The rest, of all tables. What lies in the bin is not retained.
    reply = value(scene.purge(all));
    CHECK_FALSE(reply.more);
    CHECK(reply.ended.size() == 2);
    CHECK(scene.ids(handle, RowSource::deleted) == std::set{deleted});
    reply = value(scene.purge(all));
    CHECK(reply.ended.empty());
    CHECK_FALSE(reply.more);
    scene.check();
}

TEST_CASE(
    "the log says to which operation a retention belongs, and what was kept with it", "[messages]"
) {
    Retained scene;
    const auto app = scene.application_of("one");
    SystemRandom random;
    const auto operation = Uuid::random(random);
    Retain retain;
    retain.target = TestVault::target(application, app);
    retain.operation = operation;
    REQUIRE(scene.vault.run<RetainReply>(scene.vault.vault().system(), std::move(retain)));
    auto said = extras_of(scene.events(audit::Action::record_retain).back());
    CHECK(said.at("operation") == to_string(operation));
    CHECK(said.contains("retention"));
    CHECK_FALSE(said.contains("kept-until"));
    RollbackRetain back;
    back.target = TestVault::target(application, app);
    REQUIRE(scene.vault.run<RetainReply>(scene.vault.vault().system(), std::move(back)));
    const auto again = extras_of(scene.events(audit::Action::retain_rollback).back());
    CHECK(again.at("retention") == said.at("retention"));
    CHECK_FALSE(again.contains("operation"));
}

TEST_CASE(
    "older versions of a token are retained, come back and end with their record", "[messages]"
) {
    TokenScene scene;
    scene.vault.retain_records();
    scene.rotate("second-token");
    scene.rotate("third-token");
    REQUIRE(scene.stored().size() == 2);
    const auto send = [&]<class Reply, class Message>(Message message) {
        message.target = scene.at();
        return scene.vault.run<Reply>(scene.vault.vault().system(), std::move(message));
    };
    const auto agent = TestVault::caller(scene.agent);
    REQUIRE(send.operator()<RetainReply>(Retain{}));
    CHECK(scene.stored().empty());
    CHECK(code(scene.version(agent, VersionLabel::current)) == Errc::not_found);
    CHECK(code(scene.version(agent, std::uint64_t{1})) == Errc::not_found);
    REQUIRE(send.operator()<RetainReply>(RollbackRetain{}));
    CHECK(scene.stored().size() == 2);
    CHECK(
        TokenScene::shown(value(scene.version(agent, VersionLabel::current))).front() ==
        "third-token"
    );
    CHECK(
        TokenScene::shown(value(scene.version(agent, std::uint64_t{1}))).front() == "first-token"
    );
    REQUIRE(send.operator()<RetainReply>(Retain{}));
    CHECK(value(verify_store(scene.vault.vault())).retained == 3);
    PurgeRetainedContent purge;
    const auto reply =
        value(scene.vault.run<PurgeRetainedReply>(scene.vault.vault().system(), std::move(purge)));
    CHECK(reply.ended.front() == std::pair{schema::table(secret), std::uint64_t{1}});
    const auto report = value(verify_store(scene.vault.vault()));
    CHECK(report.ok());
    CHECK(report.retained == 0);
}

TEST_CASE(
    "a retained row that somebody changed on the disk is found and comes not back", "[messages]"
) {
    Retained scene;
    const auto app = scene.application_of("one");
    REQUIRE(scene.retain(application, app));
    const auto key = storage::row_key({schema::table(application)->id, app});
    auto& store = *scene.vault.vault().parts().store;
    auto stored = scene.stored(application, app);
    SECTION("as a live row") { stored[0] = 1; }
    SECTION("as a deleted one") { stored[0] = 3; }
    SECTION("a changed byte") { stored[30] = static_cast<char>(stored[30] ^ 2); }
    const auto commit = store.begin();
    commit->put(storage::Family::rows, key, stored);
    REQUIRE(commit->write());
    scene.application_of("which publishes it");
    CHECK(code(scene.roll_back(application, app)) == Errc::integrity);
    CHECK_FALSE(value(verify_store(scene.vault.vault())).ok());
    // A purge leaves it, and says that it did not end all.
    const auto reply = value(scene.purge({}));
    CHECK(reply.ended.empty());
    CHECK(reply.failed == 1);
}

}  // namespace retention_test
