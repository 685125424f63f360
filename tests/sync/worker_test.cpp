#include "sync/worker.hpp"

#include "audit/prepared_event.hpp"
#include "query/outbox_reader.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"
#include "support/test_vault.hpp"
#include "sync/scripted_server.hpp"
#include "sync/sync_principal.hpp"
#include "vault/vault_parts.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <map>

namespace worker_test {

using namespace rookery;
using namespace rookery::sync;
using namespace std::chrono_literals;
using nlohmann::json;
using test::answer;
using test::Asked;
using test::ScriptedServer;
using test::TestVault;
using test::Told;

namespace {

constexpr std::string_view applications = "msdyn_octwitterapplication";
constexpr std::string_view handles = "msdyn_octwitterhandle";
constexpr std::string_view secrets = "msdyn_octwitterhandlesecret";

/// As much of a Dataverse as the worker speaks with: rows by path, preconditions, references.
class Dataverse {
 public:
    Dataverse() : server_(folder_, [this](const Asked& asked) { return tell(asked); }) {}

    /// Asked first; an answer without bytes leaves the request to the rows.
    std::function<Told(const Asked&)> before = [](const Asked&) { return Told{}; };

    [[nodiscard]] const ScriptedServer& server() const { return server_; }

    [[nodiscard]] std::map<std::string, json> rows() const {
        const std::lock_guard lock(mutex_);
        return rows_;
    }

    /// "PATCH set", "DELETE set", in order of arrival, those that were carried out.
    [[nodiscard]] std::vector<std::string> writes() const {
        const std::lock_guard lock(mutex_);
        return writes_;
    }

    void forget(const std::string& path) {
        const std::lock_guard lock(mutex_);
        rows_.erase(path);
    }

 private:
    static Told error(int status, const std::string& code) {
        return answer(status, R"({"error":{"code":")" + code + R"(","message":"m"}})");
    }

    Told tell(const Asked& asked) {
        if (asked.method == "POST") {
            return answer(200, R"({"token_type":"Bearer","expires_in":3599,"access_token":"t"})");
        }
        if (!asked.has("Authorization: Bearer t\r\n")) {
            return answer(
                401,
                "",
                "WWW-Authenticate: Bearer authorization_uri=" + server_.origin() +
                    "/t/oauth2/authorize, resource_id=" + server_.origin() + "/\r\n"
            );
        }
        if (auto told = before(asked); !told.bytes.empty() || told.then != Told::Then::keep)
            return told;
        const std::lock_guard lock(mutex_);
        const auto path = asked.target.substr(15, asked.target.find('?') - 15);
        const std::string us = "aaaaaaaa-2222-4333-8444-555555555555";
        if (path == "WhoAmI") return answer(200, R"({"UserId":")" + us + "\"}");
        const bool there = rows_.count(path) != 0;
        if (asked.method == "GET") {
            return there ? answer(
                               200, R"({"@odata.etag":"W/\"1\"","_createdby_value":")" + us + "\"}"
                           )
                         : error(404, "0x80040217");
        }
        if (asked.method == "DELETE") {
            if (!there) return error(404, "0x80040217");
            rows_.erase(path);
            writes_.push_back("DELETE " + path.substr(0, path.find('(')));
            return answer(204);
        }
        if (asked.has("If-None-Match: *") && there) return error(412, "0x80040237");
        if (asked.has("If-Match: ") && !there) return error(404, "0x80040217");
        const auto body = json::parse(asked.body);
        for (const auto& [name, value] : body.items()) {
            if (name.find("msdyn_octwitter") != 0 || !value.is_string()) continue;
            if (name.find("@odata.bind") == std::string::npos) continue;
            if (rows_.count(value.get<std::string>().substr(1)) == 0)
                return error(404, "0x80040217");
        }
        rows_[path] = body;
        writes_.push_back("PATCH " + path.substr(0, path.find('(')));
        return answer(204);
    }

    test::CertificateFolder folder_;
    mutable std::mutex mutex_;
    std::map<std::string, json> rows_;
    std::vector<std::string> writes_;
    ScriptedServer server_;
};

struct Fixture {
    Fixture() : caller(test::value(messages::ensure_sync_principal(vault.vault()))) {}

    void start() {
        SyncOptions options;
        options.url = organization.server().origin();
        options.authorities = {options.url + "/t"};
        options.client_id = "c";
        options.ca_file = organization.server().authority();
        options.requests_per_second = 1000;
        options.owners = owners;
        worker = test::value(Worker::start(
            options,
            SecretBytes::copy_of("s"),
            vault.vault(),
            caller,
            monitor,
            [this](std::string_view event, std::string_view why) {
                const std::lock_guard lock(mutex);
                log += std::string{event} + " " + std::string{why} + "\n";
                if (std::exchange(log_throws, false)) throw std::bad_alloc();
            }
        ));
    }

    /// Looks until it is so; a minute is forever.
    template <class Predicate>
    [[nodiscard]] static bool until(Predicate so) {
        const auto patience = std::chrono::steady_clock::now() + 60s;
        while (!so()) {
            if (std::chrono::steady_clock::now() > patience) return false;
            std::this_thread::yield();
        }
        return true;
    }

    [[nodiscard]] messages::OutboxCounts outbox() {
        return test::value(messages::count_outbox(vault.vault().view()));
    }

    [[nodiscard]] bool until_nothing_is_due() {
        return until([&] { return outbox().due == 0; });
    }

    [[nodiscard]] std::string path(std::string_view table, const Uuid& id) const {
        return std::string{schema::table(table)->set_name} + "(" + to_string(id) + ")";
    }

    Uuid application() { return vault.create(applications, std::pair{"msdyn_name", "app"}); }

    Uuid handle(const Uuid& of) {
        return vault.create(
            handles,
            std::pair{"msdyn_name", "handle"},
            std::pair{"msdyn_octwitterapplicationid", TestVault::target(applications, of)}
        );
    }

    Uuid secret(const Uuid& of, const std::string& name = "secret") {
        return vault.create(
            secrets,
            std::pair{"msdyn_name", name},
            std::pair{"msdyn_octwitterhandleid", TestVault::target(handles, of)}
        );
    }

    /// SYSTEM may create these sealed columns.
    void permit_system(std::string_view table, std::initializer_list<std::string_view> columns) {
        const auto profile =
            vault.create("fieldsecurityprofile", std::pair{"name", std::string{table}});
        for (const auto column : columns) {
            vault.create(
                "fieldpermission",
                std::pair{
                    "fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", profile)},
                std::pair{"entityname", std::string{table}},
                std::pair{"attributelogicalname", std::string{column}},
                std::pair{"canread", std::int64_t{0}},
                std::pair{"cancreate", std::int64_t{4}},
                std::pair{"canupdate", std::int64_t{0}}
            );
        }
        vault.associate("systemuserprofiles_association", vault.vault().system().user, profile);
    }

    void rename(std::string_view table, const Uuid& id, const std::string& name) {
        messages::Upsert message;
        message.target = TestVault::target(table, id);
        message.input.cells.push_back(TestVault::cell(table, "msdyn_name", name));
        vault.run_as_system<messages::NoContent>(std::move(message));
    }

    void remove(std::string_view table, const Uuid& id) {
        messages::Delete message;
        message.target = TestVault::target(table, id);
        vault.run_as_system<messages::NoContent>(std::move(message));
    }

    enum class OnDisk : std::uint8_t { whole, damaged, gone };

    /// An entry for the row, which stays as it is, has a byte of its tag changed, or is not there any
    /// more, as somebody with the disk would write it.
    void forge(
        std::string_view table, const Uuid& id, ledger::OutboxOperation operation,
        OnDisk row = OnDisk::whole
    ) {
        const auto view = vault.vault().view();
        const auto& keys = view.keys();
        ledger::RowWrite write;
        write.ref = {schema::table(table)->id, id};
        const auto stored =
            test::value(view.store()->get(storage::Family::rows, storage::row_key(write.ref)));
        const auto decoded = test::value(
            storage::decode(*schema::table(table), id, stored.value(), keys.authenticator)
        );
        write.encoded = storage::encode(std::get<storage::Row>(decoded), keys.authenticator);
        // Of a row without a data key: the tag ends before the versionnumber and a flag.
        if (row == OnDisk::damaged)
            write.encoded.value[write.encoded.versionnumber_offset - 1] ^= 1;
        if (row == OnDisk::gone) write.encoded.value.clear();
        write.outbox = operation;
        ledger::Plan plan;
        plan.writes.push_back(std::move(write));
        plan.events.push_back(audit::prepare(audit::Event{}, keys.details, vault.vault().random()));
        REQUIRE(std::holds_alternative<ledger::Receipt>(
            vault.vault().ledger().commit(ledger::Pending(std::move(plan)))
        ));
    }

    void set_disabled(bool disabled) {
        messages::Upsert message;
        message.target = TestVault::target("systemuser", messages::sync_user);
        message.input.cells.push_back(TestVault::cell("systemuser", "isdisabled", disabled));
        vault.run_as_system<messages::NoContent>(std::move(message));
    }

    [[nodiscard]] std::string logged() {
        const std::lock_guard lock(mutex);
        return log;
    }

    [[nodiscard]] std::uint64_t pauses() {
        const std::lock_guard lock(mutex);
        std::uint64_t out = 0;
        for (auto at = log.find(paused_event); at != std::string::npos;
             at = log.find(paused_event, at + 1)) {
            ++out;
        }
        return out;
    }

    TestVault vault;
    access::Caller caller;
    Dataverse organization;
    std::map<Uuid, std::string> owners;
    std::shared_ptr<messages::SyncMonitor> monitor =
        std::make_shared<messages::SyncMonitor>("https://far.example");
    std::mutex mutex;
    std::string log;
    bool log_throws = false;  // once
    std::unique_ptr<Worker> worker;
};

}  // namespace

TEST_CASE("records go over, parents first, and the outbox is empty", "[sync]") {
    Fixture f;
    const auto application = f.application();
    const auto handle = f.handle(application);
    const auto secret = f.secret(handle);
    f.start();
    REQUIRE(f.until_nothing_is_due());
    CHECK(f.outbox().parked == 0);
    CHECK(
        f.organization.writes() ==
        std::vector<std::string>{
            "PATCH msdyn_octwitterapplications",
            "PATCH msdyn_octwitterhandles",
            "PATCH msdyn_octwitterhandlesecrets"}
    );
    const auto there = f.organization.rows().at(f.path(secrets, secret));
    CHECK(there.at("msdyn_name") == "secret");
    CHECK(there.at("msdyn_octwitterhandleid@odata.bind") == "/" + f.path(handles, handle));
    CHECK(there.at("msdyn_octwitteruniquehandleid").is_null());
    CHECK(there.at("overriddencreatedon").is_string());
    CHECK(f.monitor->state().pushed == 3);           // who sees nothing due sees it counted
    CHECK(f.monitor->state().owners_left_out == 3);  // SYSTEM is nobody there

    SECTION("a change follows") {
        f.rename(secrets, secret, "renamed");
        CHECK(f.until([&] {
            return f.organization.rows().at(f.path(secrets, secret)).at("msdyn_name") == "renamed";
        }));
        CHECK(f.until_nothing_is_due());
    }
    SECTION("so does a removal, children before parents") {
        f.remove(secrets, secret);
        f.remove(handles, handle);
        REQUIRE(f.until_nothing_is_due());
        CHECK(f.organization.rows().size() == 1);
        const auto writes = f.organization.writes();
        CHECK(writes.back() == "DELETE msdyn_octwitterhandles");
    }
    SECTION("a parent that the organization lost is pushed again for its child") {
        f.organization.forget(f.path(handles, handle));
        f.rename(secrets, secret, "renamed");
        REQUIRE(f.until_nothing_is_due());
        CHECK(f.outbox().parked == 0);
        CHECK(f.organization.rows().count(f.path(handles, handle)) == 1);
        CHECK(f.organization.rows().at(f.path(secrets, secret)).at("msdyn_name") == "renamed");
    }
}

TEST_CASE(
    "a forged entry deletes nothing at the organization that was not removed here", "[sync]"
) {
    const auto row = GENERATE(Fixture::OnDisk::whole, Fixture::OnDisk::gone);
    Fixture f;
    const auto application = f.application();
    f.start();
    REQUIRE(f.until_nothing_is_due());
    REQUIRE(f.organization.rows().size() == 1);
    f.forge(applications, application, ledger::OutboxOperation::remove, row);
    REQUIRE(f.until_nothing_is_due());
    CHECK(f.organization.rows().size() == 1);
    CHECK(f.outbox().parked == 1);
    CHECK(f.monitor->state().errors_by_code.count("internal") == 1);
}

TEST_CASE("an entry that nobody can read holds up no other", "[sync]") {
    Fixture f;
    const auto& store = f.vault.vault().parts().store;
    auto commit = store->begin();
    const auto key = ledger::outbox_key({schema::table(applications)->id, Uuid{}});
    commit->put(storage::Family::meta, key, "?");
    REQUIRE(commit->write());
    f.application();  // from here on the snapshot has it too
    f.start();
    REQUIRE(f.until_nothing_is_due());
    CHECK(f.organization.rows().size() == 1);
    CHECK(f.outbox().damaged == 1);
    CHECK(f.pauses() == 0);
    CHECK(test::value(messages::read_parked(f.vault.vault().view(), 10)).entries.empty());
}

TEST_CASE("a record that was damaged on the disk waits alone", "[sync]") {
    Fixture f;
    const auto damaged = f.application();
    const auto whole = f.application();
    f.forge(applications, damaged, ledger::OutboxOperation::upsert, Fixture::OnDisk::damaged);
    f.start();
    REQUIRE(f.until([&] { return f.outbox().due == 1; }));
    CHECK(f.organization.rows().count(f.path(applications, whole)) == 1);
    const auto later = f.application();
    REQUIRE(f.until([&] { return f.organization.rows().count(f.path(applications, later)) == 1; }));
    CHECK(f.organization.rows().count(f.path(applications, damaged)) == 0);
    CHECK(f.pauses() == 0);
}

TEST_CASE("what is thrown on the way ends neither the server nor the sync", "[sync]") {
    Fixture f;
    const auto application = f.application();
    f.log_throws = true;
    SECTION("by a thread that pushes") {
        f.organization.before = [throttles =
                                     std::make_shared<std::atomic<bool>>(true)](const Asked&) {
            return throttles->exchange(false) ? answer(429, "", "Retry-After: 600\r\n") : Told{};
        };
        f.start();
        REQUIRE(f.until([&] {
            return f.monitor->state().paused_why == "this server is out of memory";
        }));
    }
    SECTION("by the thread that watches") {
        f.set_disabled(true);
        f.start();
        REQUIRE(f.until([&] {
            return f.logged().find("the user Rookery Sync is disabled") != std::string::npos;
        }));
        f.set_disabled(false);
    }
    f.vault.clock().advance(601s);
    REQUIRE(f.until_nothing_is_due());
    CHECK(f.organization.rows().count(f.path(applications, application)) == 1);
}

TEST_CASE("no token is in anything that was sent", "[sync]") {
    Fixture f;
    const std::string marker = "MARKER-8f2c41d0";
    f.permit_system(
        applications, {"msdyn_securetwitterconsumerkey", "msdyn_securetwitterconsumersecret"}
    );
    f.permit_system(secrets, {"msdyn_useraccesstoken", "msdyn_useraccesstokensecret"});
    const auto application = f.vault.create(
        applications,
        std::pair{"msdyn_name", "app"},
        std::pair{"msdyn_securetwitterconsumerkey", SecretBytes::copy_of(marker)},
        std::pair{"msdyn_securetwitterconsumersecret", SecretBytes::copy_of(marker)}
    );
    const auto handle = f.handle(application);
    f.vault.create(
        secrets,
        std::pair{"msdyn_name", "secret"},
        std::pair{"msdyn_octwitterhandleid", TestVault::target(handles, handle)},
        std::pair{"msdyn_useraccesstoken", SecretBytes::copy_of(marker)},
        std::pair{"msdyn_useraccesstokensecret", SecretBytes::copy_of(marker)}
    );
    f.start();
    REQUIRE(f.until_nothing_is_due());
    CHECK(f.organization.rows().size() == 3);
    for (const auto& asked : f.organization.server().asked()) {
        CHECK(asked.head.find(marker) == std::string::npos);
        CHECK(asked.body.find(marker) == std::string::npos);
        CHECK(asked.body.find("accesstoken") == std::string::npos);
        CHECK(asked.body.find("consumer") == std::string::npos);
        CHECK(asked.body.find("********") == std::string::npos);
    }
}

TEST_CASE(
    "an owner goes by the operator's line, else by the directory, else not at all", "[sync]"
) {
    Fixture f;
    const auto object = Uuid::random(f.vault.vault().random());
    const auto owned = [&](const Uuid& owner) {
        return f.vault.create(
            applications,
            std::pair{"msdyn_name", "app"},
            std::pair{"ownerid", TestVault::target("systemuser", owner)}
        );
    };
    const auto mapped_user = f.vault.user("mapped");
    const auto directory_user = f.vault.create(
        "systemuser",
        std::pair{"domainname", "d"},
        std::pair{"lastname", "d"},
        std::pair{"azureactivedirectoryobjectid", object},
        std::pair{
            "businessunitid",
            TestVault::target("businessunit", f.vault.vault().root_business_unit())}
    );
    f.owners[mapped_user] = "teams(22222222-2222-4222-8222-222222222222)";
    const auto mapped = owned(mapped_user);
    const auto known = owned(directory_user);
    const auto unknown = owned(f.vault.user("unknown"));
    f.start();
    REQUIRE(f.until_nothing_is_due());
    const auto rows = f.organization.rows();
    CHECK(
        rows.at(f.path(applications, mapped)).at("ownerid@odata.bind") ==
        "/teams(22222222-2222-4222-8222-222222222222)"
    );
    CHECK(
        rows.at(f.path(applications, known)).at("ownerid@odata.bind") ==
        "/systemusers(azureactivedirectoryobjectid=" + to_string(object) + ")"
    );
    CHECK_FALSE(rows.at(f.path(applications, unknown)).contains("ownerid@odata.bind"));
    CHECK(f.monitor->state().pushed == 3);
    CHECK(f.monitor->state().owners_left_out == 1);
}

TEST_CASE("a record that is refused is parked and holds up nobody", "[sync]") {
    Fixture f;
    const auto bad = f.application();
    const auto good = f.application();
    f.organization.before = [&, path = f.path(applications, bad)](const Asked& asked) {
        if (asked.target.find(path) == std::string::npos) return Told{};
        return answer(
            403,
            R"({"error":{"code":"0x80040220","message":"Bearer t is missing prvWritemsdyn_octwitterapplication"}})"
        );
    };
    f.start();
    REQUIRE(f.until_nothing_is_due());
    CHECK(f.organization.rows().count(f.path(applications, good)) == 1);
    CHECK(f.outbox().parked == 1);
    CHECK(f.monitor->state().failed == 1);
    CHECK(f.monitor->state().errors_by_code.at("0x80040220") == 1);
    CHECK(f.logged().find("Bearer") == std::string::npos);
}

TEST_CASE(
    "an organization that throttles is left alone until its time, or until somebody says go",
    "[sync]"
) {
    Fixture f;
    const auto application = f.application();
    std::atomic<bool> throttling{true};
    std::atomic<int> requests{0};
    f.organization.before = [&](const Asked&) {
        ++requests;
        return throttling ? answer(429, "", "Retry-After: 600\r\n") : Told{};
    };
    f.start();
    REQUIRE(f.until([&] { return f.monitor->state().paused_until.has_value(); }));
    CHECK(f.monitor->state().paused_until == f.vault.clock().now() + 600s);
    CHECK(requests == 1);
    throttling = false;
    SECTION("its time comes") { f.vault.clock().advance(601s); }
    SECTION("somebody says go") { f.monitor->wake(); }
    REQUIRE(f.until_nothing_is_due());
    CHECK(f.organization.rows().count(f.path(applications, application)) == 1);
    CHECK(f.until([&] { return !f.monitor->state().paused_until; }));
    CHECK(
        f.logged().find("sync-paused the organization answers with status 429") != std::string::npos
    );
    CHECK(
        f.logged().find("sync-resumed \n") != std::string::npos
    );  // that it goes on has no reason
}

TEST_CASE("an organization that throttles for no time at all is not believed for long", "[sync]") {
    Fixture f;
    f.application();
    f.organization.before = [&](const Asked&) { return answer(429, "", "Retry-After: 0\r\n"); };
    f.start();
    auto longest = 0ms;
    for (std::uint64_t times = 1; times <= 12; ++times) {
        REQUIRE(f.until([&] { return f.pauses() == times; }));
        const auto until = f.monitor->state().paused_until.value_or(f.vault.clock().now());
        const auto wait = until - f.vault.clock().now();
        if (times <= 3) CHECK(wait <= 0ms);
        longest = std::max(longest, wait);
        f.vault.clock().advance(60s);
    }
    CHECK(longest > 1s);  // nine draws, most from a minute
}

TEST_CASE("after an answer that was cut off the organization is read first", "[sync]") {
    Fixture f;
    const auto application = f.application();
    std::atomic<bool> cutting{true};
    f.organization.before = [&](const Asked& asked) {
        if (asked.method == "PATCH" && cutting.exchange(false)) {
            return Told{"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n", Told::Then::close};
        }
        return Told{};
    };
    f.start();
    REQUIRE(f.until([&] { return f.monitor->state().paused_until.has_value(); }));
    f.vault.clock().advance(120s);
    REQUIRE(f.until_nothing_is_due());
    std::vector<std::string> methods;
    for (const auto& asked : f.organization.server().asked()) {
        if (asked.target.find(to_string(application)) != std::string::npos) {
            methods.push_back(asked.method);
        }
    }
    CHECK(methods == std::vector<std::string>{"PATCH", "GET", "PATCH"});
}

TEST_CASE(
    "while a request of an earlier process may arrive, what it could spoil is read back", "[sync]"
) {
    Fixture f;
    const auto changed = f.application();
    const auto removed = f.application();
    f.start();
    REQUIRE(f.until_nothing_is_due());
    f.rename(applications, changed, "newer");
    f.remove(applications, removed);
    const auto created = f.application();
    REQUIRE(f.until_nothing_is_due());
    f.vault.clock().advance(131s);  // longer than one request
    f.rename(applications, changed, "newest");
    REQUIRE(f.until_nothing_is_due());

    std::map<Uuid, std::string> methods;
    for (const auto& asked : f.organization.server().asked()) {
        for (const auto& id : {changed, removed, created}) {
            if (asked.target.find(to_string(id)) != std::string::npos)
                methods[id] += asked.method + " ";
        }
    }
    CHECK(methods[changed] == "PATCH GET PATCH PATCH ");
    CHECK(methods[removed] == "PATCH GET DELETE ");
    CHECK(methods[created] == "PATCH ");  // a create that comes late finds it there
}

TEST_CASE("sync stops with its user, and goes on with it", "[sync]") {
    Fixture f;
    f.set_disabled(true);
    const auto application = f.application();
    f.start();
    // A record that was tried before that was seen has met another refusal.
    REQUIRE(f.until([&] {
        return f.monitor->state().paused_why == "the user Rookery Sync is disabled";
    }));
    f.monitor->wake();  // changes nothing
    CHECK(f.organization.server().connections() == 0);
    f.set_disabled(false);
    REQUIRE(f.until_nothing_is_due());
    CHECK(f.organization.rows().count(f.path(applications, application)) == 1);
}

TEST_CASE("a failure that does not pass ends with the record parked", "[sync]") {
    Fixture f;
    f.application();
    f.organization.before = [&](const Asked& asked) {
        return asked.method == "GET"
                   ? Told{}
                   : answer(500, R"({"error":{"code":"0x80044150","message":""}})");
    };
    f.start();
    for (std::uint64_t times = 1; times <= 10; ++times) {
        REQUIRE(f.until([&] { return f.monitor->state().failed == times; }));
        f.vault.clock().advance(60s);
    }
    REQUIRE(f.until([&] { return f.outbox().parked == 1; }));
    CHECK(f.monitor->state().errors_by_code.at("0x80044150") == 10);
}

TEST_CASE("a stop ends a worker whose organization does not answer", "[sync]") {
    Fixture f;
    f.application();
    std::atomic<bool> asked_once{false};
    f.organization.before = [&](const Asked&) {
        asked_once = true;
        return Told{"", Told::Then::hang};
    };
    f.start();
    REQUIRE(f.until([&] { return asked_once.load(); }));
    f.worker.reset();
    CHECK(f.outbox().due == 1);
}

}  // namespace worker_test
