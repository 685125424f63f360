// The contract of `rookery dev`, end to end: the program, TLS, the Web API, the log.
#include "audit/log_row.hpp"
#include "cli/program.hpp"
#include "storage/rocksdb_store.hpp"
#include "storage/store.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <sstream>

namespace dev_test {

using namespace rookery;
using namespace rookery::cli;
using namespace rookery::cli::testing;
using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

constexpr const char* token = "msdyn_useraccesstoken";
constexpr const char* token_secret = "msdyn_useraccesstokensecret";

std::string by_id(const DevServer& server, std::size_t which) {
    return "msdyn_octwitterhandlesecrets(" + server.ready()["records"][which].get<std::string>() +
           ")";
}

std::string by_handle(const DevServer& server, std::size_t which) {
    return "msdyn_octwitterhandlesecrets(msdyn_octwitteruniquehandleid='" +
           server.ready()["handles"][which]["uniquehandleid"].get<std::string>() + "')";
}

ApiReply get(ApiClient& client, const std::string& path) {
    auto reply = client.exchange("GET", path);
    INFO((reply ? std::string{} : reply.error().message));
    REQUIRE(reply.has_value());
    return std::move(*reply);
}

json body(const ApiReply& reply) { return json::parse(reply.text()); }

/// Of a stopped server's log: the sealed core of an entry, as somebody with the disk could.
void flip_core(const std::filesystem::path& data, std::uint64_t index) {
    const auto store = storage::open_rocksdb(data / "store", storage::OpenMode::must_exist);
    REQUIRE(store.has_value());
    const auto key = audit::entry_key(index);
    auto row = (*store)->view()->get(storage::Family::log, key).value().value();
    const auto core = audit::split_entry(row).value().core_row;
    auto& last =
        row[static_cast<std::size_t>(core.data() + core.size() - 1 - bytes_of(row).data())];
    last = static_cast<char>(last ^ 1);
    const auto commit = (*store)->begin();
    commit->put(storage::Family::log, key, row);
    REQUIRE(commit->write().has_value());
}

}  // namespace

TEST_CASE("rookery dev --json prints the line that its contract promises", "[cli]") {
    const TemporaryFolder folder;
    DevServer server(folder / "data");
    const auto& ready = server.ready();
    CHECK(ready["url"].get<std::string>().rfind("https://127.0.0.1:", 0) == 0);
    CHECK(ready["api"] == ready["url"].get<std::string>() + "/api/data/v9.2");
    CHECK(ready["data"] == (folder / "data").string());
    CHECK(std::filesystem::exists(ready["ca"].get<std::string>()));
    for (const char* who : {"admin", "security", "auditor", "agent", "reader", "stranger"}) {
        CHECK(ready["tokens"][who].get<std::string>().rfind("rky1_", 0) == 0);
        CHECK(Uuid::parse(ready["users"][who].get<std::string>()).has_value());
        CHECK(mode_of(folder / "data" / "tokens" / (std::string{who} + ".token")) == 0600);
        CHECK(mode_of(folder / "data" / "tokens" / (std::string{who} + ".header")) == 0600);
    }
    CHECK(ready["teams"].contains("Social"));
    CHECK_FALSE(ready["businessunits"].empty());
    CHECK(ready["applications"].size() == 1);
    CHECK(ready["handles"].size() == 3);
    CHECK(ready["records"].size() == 3);
    CHECK(mode_of(folder / "data") == 0700);
    CHECK(server.stop() == 0);
}

TEST_CASE(
    "each caller of rookery dev sees what its rights say, and the log names them all", "[cli]"
) {
    const TemporaryFolder folder;
    DevServer server(folder / "data");
    const std::string both = std::string{"?$select="} + token + "," + token_secret;

    SECTION("the agent gets both tokens by id and by unique handle id") {
        auto agent = server.as("agent");
        for (const auto& row : {by_id(server, 0), by_handle(server, 0)}) {
            const auto reply = get(agent, row + both + "&UnMaskedData=true");
            REQUIRE(reply.status == 200);
            CHECK(body(reply)[token] == "1000000001-demo-access-token-not-real");
            CHECK(body(reply)[token_secret] == "1000000001-demo-access-token-secret-not-real");
        }
    }
    SECTION("the agent sees the mask unless it asks, and in lists even then") {
        auto agent = server.as("agent");
        const auto reply = get(agent, by_id(server, 0) + both);
        REQUIRE(reply.status == 200);
        CHECK(body(reply)[token] == "********");
        REQUIRE(reply.header("Rky-Masked") != nullptr);
        CHECK_THAT(*reply.header("Rky-Masked"), Contains("add UnMaskedData=true"));
        const auto list = get(agent, "msdyn_octwitterhandlesecrets" + both + "&UnMaskedData=true");
        REQUIRE(list.status == 200);
        CHECK(body(list)["value"].size() == 3);
        CHECK(list.text().find("not-real") == std::string_view::npos);
        REQUIRE(list.header("Rky-Masked") != nullptr);
        CHECK_THAT(*list.header("Rky-Masked"), Contains("GET one record with UnMaskedData=true"));
    }
    SECTION("the reader sees the mask whatever it asks") {
        auto reader = server.as("reader");
        const auto reply = get(reader, by_handle(server, 1) + both + "&UnMaskedData=true");
        REQUIRE(reply.status == 200);
        CHECK(body(reply)[token] == "********");
        CHECK(body(reply)[token_secret] == "********");
        CHECK_THAT(*reply.header("Rky-Masked"), Contains("no unmask permission"));
    }
    SECTION("the administrator sees no plaintext") {
        auto admin = server.as("admin");
        const auto reply = get(admin, by_id(server, 0) + both + "&UnMaskedData=true");
        REQUIRE(reply.status == 200);
        CHECK(body(reply)[token].is_null());
        CHECK(reply.text().find("not-real") == std::string_view::npos);
    }
    SECTION("the security administrator sees the mask") {
        auto security = server.as("security");
        const auto reply = get(security, by_id(server, 0) + both + "&UnMaskedData=true");
        REQUIRE(reply.status == 200);
        CHECK(body(reply)[token] == "********");
    }
    SECTION("the auditor reads no record") {
        auto auditor = server.as("auditor");
        CHECK(get(auditor, by_id(server, 0)).status == 403);
    }
    SECTION("the stranger gets 403") {
        auto stranger = server.as("stranger");
        const auto reply = get(stranger, by_id(server, 0) + both);
        CHECK(reply.status == 403);
        CHECK(json::parse(reply.text())["error"]["code"] == "0x80040220");
    }
    SECTION("nobody gets 401 with a challenge") {
        Connection connection;
        connection.url = server.text("url");
        connection.ca = server.text("ca");
        auto nobody = ApiClient::open(connection);
        REQUIRE(nobody.has_value());
        const auto reply = get(*nobody, by_id(server, 0));
        CHECK(reply.status == 401);
        REQUIRE(reply.header("WWW-Authenticate") != nullptr);
        CHECK_THAT(*reply.header("WWW-Authenticate"), Contains("Bearer"));
    }
    SECTION("a token that is nobody's gets 401") {
        write_file(folder / "wrong.token", "rky1_0000\n");
        std::filesystem::permissions(folder / "wrong.token", std::filesystem::perms::owner_read);
        Connection connection;
        connection.url = server.text("url");
        connection.ca = server.text("ca");
        connection.token_file = folder / "wrong.token";
        auto wrong = ApiClient::open(connection);
        REQUIRE(wrong.has_value());
        CHECK(get(*wrong, by_id(server, 0)).status == 401);
    }
    SECTION("the log names every caller") {
        for (const auto* who : {"agent", "reader", "admin", "stranger"}) {
            auto client = server.as(who);
            static_cast<void>(get(client, by_id(server, 2)));
        }
        Connection connection;
        connection.url = server.text("url");
        connection.ca = server.text("ca");
        auto nobody = ApiClient::open(connection);
        REQUIRE(nobody.has_value());
        static_cast<void>(get(*nobody, by_id(server, 2)));

        auto auditor = server.as("auditor");
        const auto events = body(get(auditor, "rky_RetrieveAuditEvents?@t=100"))["Events"];
        std::set<std::string> retrieved;
        bool nobody_seen = false;
        for (const auto& event : events) {
            if (event["Message"] == "Retrieve")
                retrieved.insert(event.value("ActorId", json{}).dump());
            nobody_seen = nobody_seen || event["Action"] == "login-failure";
        }
        for (const auto* who : {"agent", "reader", "admin", "stranger"}) {
            CHECK(retrieved.count(json(server.ready()["users"][who]).dump()) == 1);
        }
        CHECK(nobody_seen);
    }
    CHECK(server.stop() == 0);
}

TEST_CASE(
    "the audit log of a stopped vault verifies, and a flipped byte is found by its index", "[cli]"
) {
    const TemporaryFolder folder;
    const auto data = (folder / "data").string();
    {
        DevServer server(folder / "data");
        auto agent = server.as("agent");
        CHECK(get(agent, by_id(server, 0)).status == 200);
        REQUIRE(server.stop() == 0);
    }
    const auto good = run_program({"audit", "verify", "--data", data, "--json"});
    INFO(good.out << good.error);
    CHECK(good.code == 0);
    CHECK(json::parse(good.out)["status"] == "ok");
    const auto size = json::parse(good.out)["size"].get<std::uint64_t>();

    constexpr std::uint64_t chosen = 7;
    REQUIRE(size > chosen);
    {
        auto store =
            storage::open_rocksdb(folder / "data" / "store", storage::OpenMode::must_exist);
        REQUIRE(store.has_value());
        const auto view = (*store)->view();
        const auto cursor = view->scan(
            {storage::Family::log, {}, std::string(32, '\xFF')}, storage::Order::ascending
        );
        // Entries have keys of a prefix and eight bytes of index.
        std::string key;
        std::string value;
        for (; cursor->valid(); cursor->next()) {
            const auto& at = cursor->key();
            if (at.size() == 9 && static_cast<std::uint8_t>(at[8]) == chosen &&
                at.substr(1, 7) == std::string_view{"\0\0\0\0\0\0\0", 7} &&
                cursor->value().size() > 116) {
                key = at;
                value = cursor->value();
            }
        }
        REQUIRE_FALSE(key.empty());
        value[40] = static_cast<char>(value[40] ^ 1);
        const auto commit = (*store)->begin();
        commit->put(storage::Family::log, key, value);
        REQUIRE(commit->write().has_value());
    }
    const auto bad = run_program({"audit", "verify", "--data", data, "--json"});
    INFO(bad.out << bad.error);
    CHECK(bad.code == 1);
    CHECK(json::parse(bad.out)["first_bad_index"] == chosen);
    const auto for_people = run_program({"audit", "verify", "--data", data});
    CHECK(for_people.code == 1);
    CHECK_THAT(for_people.error, Contains("first at entry 7"));
}

TEST_CASE(
    "audit verify tells missing data, a key that is none and old data apart from tampering", "[cli]"
) {
    const TemporaryFolder folder;
    const auto data = (folder / "data").string();
    {
        DevServer server(folder / "data");
        REQUIRE(server.stop() == 0);
    }
    CHECK(run_program({"audit", "verify", "--data", data, "--key", "x"}).code == 2);
    CHECK(run_program({"audit", "verify", "--data", data, "--max-age", "long"}).code == 2);
    CHECK(run_program({"audit", "verify"}).code == 2);
    const auto state = (folder / "seen").string();
    CHECK(
        run_program({"audit", "verify", "--data", data, "--state", state, "--max-age", "1h"})
            .code == 0
    );
    CHECK(std::filesystem::exists(state));
    CHECK(run_program({"audit", "verify", "--data", data, "--state", state}).code == 0);
    CHECK(run_program({"audit", "verify", "--data", (folder / "nothing").string()}).code == 3);
}

TEST_CASE(
    "a kept development vault is opened again with new tokens, and the old ones end", "[cli]"
) {
    const TemporaryFolder folder;
    json before;
    std::string old_token;
    {
        DevServer server(folder / "data");
        before = server.ready();
        old_token = before["tokens"]["agent"];
        REQUIRE(server.stop() == 0);
    }
    DevServer server(folder / "data");
    CHECK(server.ready()["users"] == before["users"]);
    CHECK(server.ready()["records"] == before["records"]);
    CHECK(server.ready()["tokens"]["agent"] != old_token);
    auto agent = server.as("agent");
    CHECK(get(agent, by_id(server, 0)).status == 200);

    write_file(folder / "old.token", old_token);
    std::filesystem::permissions(folder / "old.token", std::filesystem::perms::owner_read);
    Connection connection;
    connection.url = server.text("url");
    connection.ca = server.text("ca");
    connection.token_file = folder / "old.token";
    auto old = ApiClient::open(connection);
    REQUIRE(old.has_value());
    CHECK(get(*old, by_id(server, 0)).status == 401);
    CHECK(server.stop() == 0);
}

TEST_CASE("rookery dev refuses other machines, other folders and a folder in use", "[cli]") {
    const TemporaryFolder folder;
    CHECK(run_program({"dev", "--listen", "0.0.0.0:0"}).code == 2);
    CHECK(run_program({"dev", "--listen", "localhost:0"}).code == 2);

    std::filesystem::create_directory(folder / "full");
    write_file(folder / "full" / "letter.txt", "dear diary");
    const auto full = run_program({"dev", "--data", (folder / "full").string()});
    CHECK(full.code == 8);
    CHECK_THAT(full.error, Contains("hint: "));
    CHECK(
        std::distance(
            std::filesystem::directory_iterator(folder / "full"),
            std::filesystem::directory_iterator{}
        ) == 1
    );

    DevServer server(folder / "data");
    CHECK(run_program({"dev", "--data", (folder / "data").string()}).code == 8);
    CHECK(server.stop() == 0);
}

TEST_CASE("without --json rookery dev shows commands that work and no token", "[cli]") {
    const TemporaryFolder folder;
    Process process({"dev", "--data", (folder / "it's new").string()}, {});
    std::string banner;
    for (int lines = 0; lines < 50 && banner.find("Stop with") == std::string::npos; ++lines) {
        banner += process.line() + "\n";
    }
    CHECK_THAT(banner, Contains("curl --cacert "));
    CHECK_THAT(banner, Contains("-H @"));
    CHECK_THAT(banner, Contains("rookery get "));
    CHECK_THAT(banner, Contains("rookery audit verify --data "));
    CHECK(banner.find("rky1_") == std::string::npos);
    const auto pasted = [&](const std::string& what) {
        std::istringstream lines(banner);
        std::string command;
        while (std::getline(lines, command) && command.find(what) == std::string::npos) {
        }
        CAPTURE(command);
        // The test knows the program by its build folder alone: no shell finds it on the PATH.
        return std::system(("(" + command + ") > /dev/null").c_str());
    };
    CHECK(pasted("rookery get --show ") == 0);
    CHECK(pasted("rookery audit tail") == 0);
    process.terminate();
    CHECK(process.wait() == 0);
    CHECK(pasted("rookery audit verify --data ") == 0);
    CHECK(pasted("rookery verify --data ") == 0);
}

TEST_CASE("rookery get gives the token to a pipe and an error instead of a mask", "[cli]") {
    const TemporaryFolder folder;
    DevServer server(folder / "data");
    const auto one = server.run_as("agent", {"get", "1000000001"});
    INFO(one.error);
    CHECK(one.code == 0);
    CHECK(one.out == "1000000001-demo-access-token-not-real\n");
    const auto secret =
        server.run_as("agent", {"get", "1000000001", "--column", "access_token_secret"});
    CHECK(secret.out == "1000000001-demo-access-token-secret-not-real\n");
    const auto both = server.run_as(
        "agent", {"get", "--id", server.ready()["records"][0].get<std::string>(), "--json"}
    );
    CHECK(
        json::parse(both.out) ==
        json{
            {"access_token", "1000000001-demo-access-token-not-real"},
            {"access_token_secret", "1000000001-demo-access-token-secret-not-real"},
        }
    );

    for (const auto* who : {"reader", "admin", "stranger"}) {
        const auto refused = server.run_as(who, {"get", "1000000001"});
        CHECK(refused.out.empty());
        CHECK(refused.code == 5);
        CHECK_THAT(refused.error, Contains("error: "));
    }
    CHECK_THAT(
        server.run_as("stranger", {"get", "1000000001"}).error,
        Contains("lacks the privilege prvReadmsdyn_octwitterhandlesecret") && Contains("hint: ")
    );
    const auto absent = server.run_as("agent", {"get", "9999999999"});
    CHECK(absent.code == 4);
    CHECK_THAT(absent.error, Contains("hint: a record that you may not read"));
    CHECK(server.run_as("agent", {"get"}).code == 2);
    CHECK(server.run_as("agent", {"get", "1", "--id", "2"}).code == 2);
    CHECK(server.run_as("agent", {"get", "1", "--column", "password"}).code == 2);
    CHECK(run_program({"get", "1000000001"}).code == 2);
    CHECK(run_program({"get", "1", "--url", "http://127.0.0.1:1", "--token-file", "/x"}).code == 2);
    const auto agent_token = (folder / "data" / "tokens" / "agent.token").string();
    CHECK(
        run_program({"get", "1", "--url", server.text("url"), "--token-file", agent_token}).code ==
        3
    );
    std::filesystem::permissions(
        agent_token, std::filesystem::perms::others_read, std::filesystem::perm_options::add
    );
    CHECK(server.run_as("agent", {"get", "1000000001"}).code == 10);
    CHECK(server.stop() == 0);
}

TEST_CASE("rookery get --json gives what is revealed and null for the rest", "[cli]") {
    const TemporaryFolder folder;
    DevServer server(folder / "data");
    write_file(
        folder / "some.csv",
        "unique_handle_id,handle,access_token,access_token_secret,owner\n"
        "42,@one,only-token,,Social\n43,@two,gone,only-secret,Social\n44,@three,gone,,Social\n"
        "45,@four,a-token,a-secret,Social\n"
    );
    const auto imported = server.run_as("security", {"import", (folder / "some.csv").string()});
    INFO(imported.out << imported.error);
    REQUIRE(imported.code == 0);
    auto security = server.as("security");
    for (const std::string id : {"43", "44"}) {
        const auto row = "msdyn_octwitterhandlesecrets(msdyn_octwitteruniquehandleid='" + id + "')";
        REQUIRE(security.request("PATCH", row, body_of(R"({"msdyn_useraccesstoken":null})")));
    }
    const auto get_json = [&](const char* who, const char* id) {
        return server.run_as(who, {"get", id, "--json"});
    };
    const auto first = get_json("agent", "42");
    CHECK(first.code == 0);
    CHECK(
        first.out == R"({"access_token":"only-token","access_token_secret":null})"
                     "\n"
    );
    CHECK(first.error.empty());
    CHECK(
        get_json("agent", "43").out ==
        R"({"access_token":null,"access_token_secret":"only-secret"})"
        "\n"
    );
    const auto empty = get_json("agent", "44");
    CHECK(empty.code == 5);
    CHECK(empty.out.empty());
    CHECK_THAT(empty.error, Contains("and msdyn_useraccesstokensecret: empty, or hidden from you"));
    CHECK(server.run_as("agent", {"get", "42", "--column", "access_token_secret"}).code == 5);
    const auto reader = get_json("reader", "42");
    CHECK(reader.code == 5);
    CHECK(reader.out.empty());
    CHECK_THAT(reader.error, Contains("msdyn_useraccesstoken is masked"));
    const auto admin = get_json("admin", "42");
    CHECK(admin.code == 5);
    CHECK_THAT(admin.error, Contains("hidden from you"));

    // One of the two is masked: the other one is given, and the mask is not.
    const auto permissions = body(
        get(security,
            "fieldpermissions?$select=fieldpermissionid&$filter=canreadunmasked%20eq%201%20and%20"
            "attributelogicalname%20eq%20'msdyn_useraccesstokensecret'")
    )["value"];
    REQUIRE_FALSE(permissions.empty());
    for (const auto& permission : permissions) {
        const auto changed = security.request(
            "PATCH",
            "fieldpermissions(" + permission["fieldpermissionid"].get<std::string>() + ")",
            body_of("{\"canreadunmasked\":0}")
        );
        INFO((changed ? std::string{} : changed.error().message));
        REQUIRE(changed.has_value());
    }
    const auto partly = get_json("agent", "45");
    CHECK(partly.code == 0);
    CHECK(
        partly.out == R"({"access_token":"a-token","access_token_secret":null})"
                      "\n"
    );
    CHECK_THAT(partly.error, Contains("msdyn_useraccesstokensecret is masked"));
    CHECK(server.stop() == 0);
}

TEST_CASE("rookery token makes, lists and revokes tokens without showing one", "[cli]") {
    const TemporaryFolder folder;
    DevServer server(folder / "data");
    const auto file = (folder / "new.token").string();
    const auto made = server.run_as(
        "security",
        {"token",
         "create",
         "--user",
         "agent@demo.invalid",
         "--name",
         "second",
         "--lifetime",
         "1h",
         "--out",
         file,
         "--json"}
    );
    INFO(made.error);
    REQUIRE(made.code == 0);
    CHECK(made.out.find("rky1_") == std::string::npos);
    CHECK(mode_of(file) == 0600);
    const auto id = json::parse(made.out)["credential"].get<std::string>();

    const auto get_with_new = [&] {
        return run_program(
            {"get", "1000000001"},
            {"ROOKERY_URL=" + server.text("url"),
             "ROOKERY_CA=" + server.text("ca"),
             "ROOKERY_TOKEN_FILE=" + file}
        );
    };
    CHECK(get_with_new().code == 0);

    const auto listed =
        server.run_as("security", {"token", "list", "--user", "agent@demo.invalid"});
    CHECK(listed.code == 0);
    CHECK_THAT(listed.out, Contains(id));
    CHECK_THAT(listed.out, Contains("second"));
    CHECK(listed.out.find("rky1_") == std::string::npos);

    CHECK(server.run_as("security", {"token", "revoke", id}).code == 0);
    CHECK(get_with_new().code == 6);

    // Existing files are never overwritten, and administrators hand out no way to plaintext.
    CHECK(
        server
            .run_as(
                "security",
                {"token", "create", "--user", "agent@demo.invalid", "--name", "x", "--out", file}
            )
            .code == 7
    );
    const auto denied = server.run_as(
        "admin",
        {"token",
         "create",
         "--user",
         "agent@demo.invalid",
         "--name",
         "x",
         "--out",
         (folder / "denied.token").string()}
    );
    CHECK(denied.code == 5);
    CHECK_FALSE(std::filesystem::exists(folder / "denied.token"));
    CHECK(
        server
            .run_as(
                "security",
                {"token",
                 "create",
                 "--user",
                 "nobody@demo.invalid",
                 "--name",
                 "x",
                 "--out",
                 (folder / "nobody.token").string()}
            )
            .code == 4
    );
    CHECK(
        server
            .run_as(
                "security",
                {"token",
                 "create",
                 "--user",
                 "agent@demo.invalid",
                 "--name",
                 "x",
                 "--lifetime",
                 "soon",
                 "--out",
                 (folder / "soon.token").string()}
            )
            .code == 2
    );
    CHECK(server.stop() == 0);
}

TEST_CASE("rookery audit tail names people, handles and outcomes", "[cli]") {
    const TemporaryFolder folder;
    DevServer server(folder / "data");
    REQUIRE(server.run_as("agent", {"get", "1000000001"}).code == 0);
    REQUIRE(server.run_as("stranger", {"get", "1000000001"}).code == 5);
    const auto tail = server.run_as("auditor", {"audit", "tail", "--count", "5"});
    INFO(tail.error);
    CHECK(tail.code == 0);
    const auto agent = server.ready()["users"]["agent"].get<std::string>();
    const auto record = server.ready()["records"][0].get<std::string>();
    CHECK_THAT(tail.out, Contains("  'Agent Demo' " + agent + " credential "));
    CHECK_THAT(
        tail.out, Contains("  msdyn_octwitterhandlesecret '@rookery_demo' " + record + "  ")
    );
    CHECK_THAT(tail.out, Contains(token));
    CHECK_THAT(tail.out, Contains("success"));
    CHECK_THAT(tail.out, Contains("denied"));
    CHECK(tail.out.find("not-real") == std::string::npos);

    const auto of_agent =
        server.run_as("auditor", {"audit", "tail", "--actor", "agent@demo.invalid", "--json"});
    CHECK(of_agent.code == 0);
    CHECK(
        of_agent.out.find(server.ready()["users"]["stranger"].get<std::string>()) ==
        std::string::npos
    );
    std::istringstream lines(of_agent.out);
    std::string fingerprint;
    for (std::string line; std::getline(lines, line);) {
        const auto entry = json::parse(line);
        CHECK(entry["ActorId"] == agent);
        fingerprint = entry["CredentialFingerprint"].get<std::string>();
    }
    CHECK(fingerprint.size() == 16);

    // One of its credentials, by either name; what is neither is no filter that finds nothing.
    const auto credentials =
        server.run_as("security", {"token", "list", "--user", "agent@demo.invalid", "--json"});
    const auto credential =
        json::parse(credentials.out.substr(0, credentials.out.find('\n')))["rky_credentialid"];
    for (const auto& name : {fingerprint, credential.get<std::string>()}) {
        const auto found =
            server.run_as("auditor", {"audit", "tail", "--credential", name, "--json"});
        INFO(found.error);
        CHECK(found.code == 0);
        CHECK(found.out == of_agent.out);
    }
    const auto others =
        server.run_as("auditor", {"audit", "tail", "--credential", "00000000000000ff"});
    CHECK(others.code == 0);
    CHECK(others.out.empty());
    CHECK(server.run_as("auditor", {"audit", "tail", "--credential", "agent"}).code == 2);

    CHECK(server.run_as("reader", {"audit", "tail"}).code == 5);
    CHECK(server.run_as("auditor", {"audit", "tail", "--since", "yesterday"}).code == 2);
    CHECK(server.stop() == 0);
}

TEST_CASE(
    "rookery audit tail shows an entry that cannot be read, goes on, and ends with code 11", "[cli]"
) {
    const TemporaryFolder folder;
    std::uint64_t index = 0;
    std::string time;
    {
        DevServer server(folder / "data");
        REQUIRE(server.run_as("agent", {"get", "1000000001"}).code == 0);
        const auto newest = server.run_as(
            "auditor", {"audit", "tail", "--actor", "agent@demo.invalid", "--count", "1", "--json"}
        );
        REQUIRE(newest.code == 0);
        const auto entry = json::parse(newest.out);
        CHECK(entry["Unreadable"].is_null());
        index = entry["Index"].get<std::uint64_t>();
        time = entry["Time"].get<std::string>();
        REQUIRE(server.stop() == 0);
    }
    flip_core(folder / "data", index);
    DevServer server(folder / "data");
    const auto tail = [&](std::vector<std::string> more) {
        more.insert(more.begin(), {"audit", "tail"});
        return server.run_as("auditor", more);
    };
    const auto said =
        time + "  entry " + std::to_string(index) + ": unreadable: the details do not open\n";

    const auto all = tail({"--count", "1000"});
    INFO(all.error);
    CHECK(all.code == 11);
    CHECK_THAT(all.out, Contains(said));
    CHECK_THAT(all.out, Contains("  SYSTEM  genesis  ") && Contains("  SYSTEM  log-open  "));
    CHECK_THAT(all.error, Contains("error: 1 of these cannot be read"));
    CHECK_THAT(all.error, Contains("hint: "));

    // No filter excludes it; the pages that do not have it are whole.
    const auto others = tail({"--credential", "00000000000000ff"});
    CHECK(others.code == 11);
    CHECK(others.out == said);
    const auto as_json = tail({"--credential", "00000000000000ff", "--json"});
    CHECK(as_json.code == 11);
    CHECK(json::parse(as_json.out)["Unreadable"] == "the details do not open");
    CHECK(json::parse(as_json.out)["Index"] == index);
    const auto newest = tail({"--count", "1"});
    CHECK(newest.code == 0);
    CHECK(newest.error.empty());
    CHECK(server.stop() == 0);
}

TEST_CASE("rookery audit tail marks what was written while the vault was sealed", "[cli]") {
    const TemporaryFolder folder;
    DevServer server(folder / "data");
    CHECK(server.stop() == 0);
    DevServer again(folder / "data");
    const auto tail = again.run_as("auditor", {"audit", "tail", "--count", "1000"});
    CHECK(tail.code == 0);
    std::istringstream lines(tail.out);
    std::size_t marked = 0;
    for (std::string line; std::getline(lines, line);) {
        INFO(line);
        const bool sealed = line.find("  unseal-attempt  ") != std::string::npos;
        CHECK((line.find("  written while sealed") != std::string::npos) == sealed);
        if (sealed) ++marked;
    }
    CHECK(marked == 1);
    CHECK(again.stop() == 0);
}

TEST_CASE("rookery audit tail --record takes the id, or the unique handle id of now", "[cli]") {
    const TemporaryFolder folder;
    DevServer server(folder / "data");
    const auto id = server.ready()["records"][2].get<std::string>();
    const auto number = server.ready()["handles"][2]["uniquehandleid"].get<std::string>();
    const auto tail = [&](const std::string& record) {
        return server.run_as("auditor", {"audit", "tail", "--record", record});
    };
    const auto by_handle = tail(number);
    CHECK(by_handle.code == 0);
    CHECK_THAT(
        by_handle.out,
        Contains("  Create  msdyn_octwitterhandlesecret '@rookery_help' " + id + "  ")
    );
    CHECK(by_handle.out == tail(id).out);

    auto admin = server.as("admin");
    CHECK(get(admin, by_id(server, 2)).status == 200);
    REQUIRE(admin.exchange("DELETE", by_id(server, 2))->status == 204);
    const auto deleted = tail(number);
    CHECK(deleted.code == 4);
    CHECK_THAT(
        deleted.error,
        Contains("no record has that unique handle id now; name a deleted one by its id")
    );
    CHECK_THAT(tail(id).out, Contains("  Delete  msdyn_octwitterhandlesecret " + id + "  "));

    const auto newest = server.run_as("auditor", {"audit", "tail", "--record", id, "--count", "1"});
    CHECK_THAT(newest.out, Contains("  Delete  ") && !Contains("  Create  "));
    CHECK_THAT(newest.error, Contains("the newest 1 are shown; older ones may match"));

    const auto nothing = tail("00000000-0000-4000-8000-000000000000");
    CHECK(nothing.code == 0);
    CHECK(nothing.out.empty());
    CHECK_THAT(nothing.error, Contains("no entry matches"));
    CHECK_THAT(nothing.error, Contains("searched back to its beginning"));
    CHECK(server.stop() == 0);
}

TEST_CASE("rookery audit tail --follow goes on with a record until it is deleted", "[cli]") {
    const TemporaryFolder folder;
    DevServer server(folder / "data");
    const auto number = server.ready()["handles"][0]["uniquehandleid"].get<std::string>();
    const auto admin_id = server.ready()["users"]["admin"].get<std::string>();
    Process follow(
        {"audit", "tail", "--follow", "--record", number, "--actor", admin_id},
        {"ROOKERY_URL=" + server.text("url"),
         "ROOKERY_CA=" + server.text("ca"),
         "ROOKERY_TOKEN_FILE=" + (folder / "data" / "tokens" / "auditor.token").string()}
    );
    CHECK_THAT(follow.error_line(), Contains("no entry matches"));
    auto admin = server.as("admin");
    CHECK(get(admin, by_id(server, 0)).status == 200);
    CHECK_THAT(
        follow.line(), Contains("  'Ada Demo' " + admin_id + " ") && Contains("  Retrieve  ")
    );
    CHECK(admin.exchange("DELETE", by_id(server, 0))->status == 204);
    CHECK_THAT(follow.line(), Contains("  'Ada Demo' " + admin_id + " ") && Contains("  Delete  "));
    CHECK(server.stop() == 0);
}

TEST_CASE("rookery audit tail finds what lies behind pages without a match", "[cli]") {
    const TemporaryFolder folder;
    DevServer server(folder / "data");
    auto admin = server.as("admin");
    json rows = json::array();
    for (int i = 0; i < 1000; ++i) {
        rows.push_back(
            {{"@odata.type", "Microsoft.Dynamics.CRM.msdyn_octwitterapplication"},
             {"msdyn_name", "one of many"}}
        );
    }
    const auto many = body_of(json{{"Targets", rows}}.dump());
    for (int i = 0; i < 20; ++i) {  // the server examines 20,000 entries for one page
        const auto made = admin.exchange(
            "POST", "msdyn_octwitterapplications/Microsoft.Dynamics.CRM.CreateMultiple", many
        );
        REQUIRE(made.has_value());
        INFO(made->text());
        REQUIRE(made->status == 200);
    }
    const auto first = server.ready()["records"][0].get<std::string>();
    auto auditor = server.as("auditor");
    const auto page = body(get(auditor, "rky_RetrieveAuditEvents?@t=1&@r=" + first));
    REQUIRE(page["Events"].empty());
    REQUIRE(page["NextBelow"].is_number());

    const auto found = server.run_as("auditor", {"audit", "tail", "--record", first});
    CHECK(found.code == 0);
    CHECK_THAT(
        found.out, Contains("  Create  msdyn_octwitterhandlesecret '@rookery_demo' " + first + "  ")
    );
    CHECK(found.error.empty());
    CHECK(server.stop() == 0);
}

TEST_CASE("rookery status says whether a server is ready, with and without a token", "[cli]") {
    const TemporaryFolder folder;
    DevServer server(folder / "data");
    const auto anonymous =
        run_program({"status", "--json", "--url", server.text("url"), "--ca", server.text("ca")});
    INFO(anonymous.error);
    CHECK(anonymous.code == 0);
    CHECK(json::parse(anonymous.out)["ready"] == true);
    const auto known = server.run_as("auditor", {"status", "--json"});
    CHECK(known.code == 0);
    const auto facts = json::parse(known.out);
    CHECK(facts["kind"] == "development");
    CHECK(facts["vault"].is_string());
    CHECK(facts["rows_to_sync"].is_number());
    CHECK(facts["warnings"] == json::array());
    const auto text = server.run_as("auditor", {"status"}).out;
    CHECK_THAT(text, Contains("\nlog size: ") && Contains("\nrows to sync: "));
    CHECK(text.find("LogSize") == std::string::npos);
    const auto busy = run_program({"status", "--data", (folder / "data").string(), "--json"});
    CHECK(json::parse(busy.out)["state"] == "in use by another process");
    CHECK(server.stop() == 0);
    const auto sealed = run_program({"status", "--data", (folder / "data").string(), "--json"});
    CHECK(json::parse(sealed.out)["state"] == "sealed");
    CHECK(
        json::parse(sealed.out)["warnings"] == json::array()
    );  // of TLS keys neither: it is development
    const auto slots = json::parse(sealed.out)["slots"];
    REQUIRE(slots.size() == 1);
    CHECK(slots[0]["id"] == 1);
    CHECK(slots[0]["kind"] == "key file");
    CHECK(slots[0]["label"] == "development.key");
    CHECK(slots[0]["details"] == "256 random bits");
    CHECK_THAT(
        run_program({"status", "--data", (folder / "data").string()}).out,
        Contains("\nslot: created 20") &&
            Contains(", details 256 random bits, id 1, kind key file, label development.key, "
                     "root_generation 1\n")
    );
    const auto opened = run_program(
        {"status",
         "--data",
         (folder / "data").string(),
         "--key-file",
         (folder / "data" / "development.key").string(),
         "--allow-swap",
         "--allow-unlocked",
         "--json"}
    );
    INFO(opened.error);
    CHECK(opened.code == 0);
    // What a server says and what a folder says go by the same names.
    const auto same = json::parse(opened.out);
    for (const auto* name :
         {"vault",
          "kind",
          "log_size",
          "access_epoch",
          "keyring_epoch",
          "rows_to_sync",
          "anchor",
          "warnings"}) {
        CAPTURE(name);
        CHECK(facts.contains(name));
        CHECK(same.contains(name));
    }
    CHECK(same["vault"] == facts["vault"]);
    CHECK(same["log_size"] > facts["log_size"]);
    CHECK(run_program({"status", "--data", (folder / "none").string()}).code == 4);
    CHECK(
        run_program({"status", "--url", server.text("url"), "--ca", server.text("ca")}).code == 3
    );
}

TEST_CASE("rookery sync says what waits and tells managers only what to do", "[cli]") {
    const TemporaryFolder folder;
    DevServer server(folder / "data");
    const auto status = server.run_as("auditor", {"sync", "status"});
    INFO(status.out << status.error);
    REQUIRE(status.code == 0);
    // Every demo record, handle and application waits.
    const auto made = server.ready()["records"].size() + server.ready()["handles"].size() +
                      server.ready()["applications"].size();
    CHECK(
        status.out == "sync: not configured\nwaiting on disk: " + std::to_string(made) +
                          " changes, for a sync that may be configured later\n"
    );

    const auto as_json = server.run_as("auditor", {"sync", "status", "--json"});
    REQUIRE(as_json.code == 0);
    const auto document = json::parse(as_json.out);
    CHECK(document["Configured"] == false);
    CHECK(document["Due"] == made);
    CHECK(document["OldestDue"].is_string());

    for (const char* command : {"now", "retry"}) {
        CAPTURE(command);
        const auto refused = server.run_as("security", {"sync", command});
        CHECK(refused.code == 15);
        CHECK_THAT(refused.error, Contains("This server does not sync."));
    }

    for (const char* command : {"status", "now", "retry"}) {
        CAPTURE(command);
        CHECK(server.run_as("reader", {"sync", command}).code == 5);
    }
    CHECK(server.run_as("auditor", {"sync", "now"}).code == 5);
    CHECK(server.run_as("auditor", {"sync", "retry"}).code == 5);
    CHECK(server.run_as("security", {"sync"}).code == 2);
    CHECK(server.stop() == 0);
}

}  // namespace dev_test
