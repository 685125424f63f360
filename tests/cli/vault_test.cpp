// init, serve, offline commands and import, end to end.
#include "base/clock.hpp"
#include "cli/config/config.hpp"
#include "cli/program.hpp"
#include "http/certificate_authority.hpp"
#include "storage/rocksdb_store.hpp"
#include "storage/store.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace vault_test {

using namespace rookery;
using namespace rookery::cli;
using namespace rookery::cli::testing;
using Catch::Matchers::Contains;
using Catch::Matchers::Matches;
using nlohmann::json;

namespace {

/// A production vault with a key file, made by `rookery init`.
struct Made {
    TemporaryFolder folder;
    std::string data = (folder / "vault").string();
    std::string key = (folder / "root.key").string();
    std::string admin_token = (folder / "admin.token").string();
    json facts;

    explicit Made(const std::vector<std::string>& more = {}) {
        std::vector<std::string> arguments{
            "init",
            "--data",
            data,
            "--key-file",
            key,
            "--admin",
            "ada@example.com",
            "--admin-token-file",
            admin_token,
            "--origin",
            "test/audit/1",
            "--allow-swap",
            "--allow-unlocked",
            "--json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const auto ran = run_program(arguments);
        INFO(ran.error);
        REQUIRE(ran.code == 0);
        facts = json::parse(ran.out);
    }

    [[nodiscard]] std::string config(
        const std::string& of_server = {}, const std::string& listen = "127.0.0.1:0"
    ) const {
        const auto file = folder / "rookery.toml";
        write_file(
            file,
            "data = \"" + data + "\"\n[server]\nlisten = \"" + listen + "\"\n" + of_server +
                "[unseal]\nkey_file = \"" + key +
                "\"\n[memory]\nallow_swap = true\nallow_unlocked = true\n[log]\nformat = "
                "\"json\"\n"
        );
        return file.string();
    }
};

class Serving {
 public:
    explicit Serving(
        const Made& made, const std::string& of_server = {},
        const std::vector<std::string>& environment = {}, const std::string& listen = "127.0.0.1:0"
    )
        : made_(made),
          process_({"serve", "--config", made.config(of_server, listen)}, environment) {
        for (std::string line = process_.error_line(); !line.empty();
             line = process_.error_line()) {
            const auto event = json::parse(line, nullptr, false);
            if (event.is_object() && event["event"] == "serving") {
                url = event["url"];
                return;
            }
            seen += line + "\n";
        }
        FAIL(seen);
    }

    [[nodiscard]] Ran run(const std::vector<std::string>& arguments) const {
        return run_program(
            arguments,
            {"ROOKERY_URL=" + url,
             "ROOKERY_CA=" + made_.facts["ca"].get<std::string>(),
             "ROOKERY_TOKEN_FILE=" + made_.admin_token}
        );
    }

    [[nodiscard]] int stop() {
        process_.terminate();
        return process_.wait();
    }

    std::string url;
    std::string seen;  // before it served

 private:
    const Made& made_;
    Process process_;
};

Ran import(const DevServer& server, const std::string& file, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"import", file, "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return server.run_as("security", arguments);
}

/// The summary: the last line of the output.
json summary(const Ran& ran) {
    INFO(ran.out << ran.error);
    std::istringstream lines(ran.out);
    std::string last;
    for (std::string line; std::getline(lines, line);) last = line;
    REQUIRE_FALSE(last.empty());
    return json::parse(last);
}

}  // namespace

TEST_CASE(
    "rookery init makes a vault whose secrets are private, and writes over nothing", "[cli]"
) {
    const Made made;
    CHECK(mode_of(made.data) == 0700);
    CHECK((mode_of(made.key) & 077U) == 0);
    CHECK(mode_of(made.admin_token) == 0600);
    CHECK(read_file(made.admin_token).rfind("rky1_", 0) == 0);
    CHECK(made.facts["log_verifier_key"].get<std::string>().rfind("test/audit/1+", 0) == 0);
    CHECK(
        run_program({"audit",
                     "verify",
                     "--data",
                     made.data,
                     "--key",
                     made.facts["log_verifier_key"].get<std::string>()})
            .code == 0
    );

    // Nothing is overwritten.
    CHECK(
        run_program({"init",
                     "--data",
                     made.data,
                     "--key-file",
                     made.key,
                     "--admin-token-file",
                     (made.folder / "other.token").string(),
                     "--allow-swap"})
            .code == 8
    );
}

TEST_CASE("rookery init says what the configuration needs with absolute paths", "[cli]") {
    const TemporaryFolder folder;
    const auto odd = (folder / "made" / ".." / "vault").string();
    const auto ran = run_program(
        {"init",
         "--data",
         odd,
         "--key-file",
         (folder / "." / "root.key").string(),
         "--admin-token-file",
         (folder / "t").string(),
         "--allow-swap",
         "--allow-unlocked"}
    );
    INFO(ran.error);
    REQUIRE(ran.code == 0);
    // A whole file, whatever else one has in his: lines below an open section would belong to that.
    const auto lines = ran.out.substr(ran.out.find("\ndata = "));
    CHECK(
        lines == "\ndata = \"" + (folder / "vault").string() + "\"\n\n[unseal]\nkey_file = \"" +
                     (folder / "root.key").string() + "\"\n"
    );
    const auto text = lines +
                      "[sync]\nurl = \"https://contoso.crm.dynamics.com\"\n"
                      "authorities = [\"https://login.microsoftonline.com/t\"]\n"
                      "client_id = \"c\"\nclient_secret_file = \"/etc/rookery/dataverse.secret\"\n";
    const auto loaded = parse_config(text, "rookery.toml");
    INFO((loaded ? std::string{} : loaded.error().message));
    REQUIRE(loaded.has_value());
    CHECK(loaded->data == folder / "vault");
    CHECK(
        loaded->unseal.at("key_file") == std::vector<std::string>{(folder / "root.key").string()}
    );
    CHECK(loaded->sync_url == "https://contoso.crm.dynamics.com");
}

TEST_CASE(
    "rookery init refuses a key in the data directory and a token file that exists", "[cli]"
) {
    const TemporaryFolder folder;
    const auto data = (folder / "vault").string();
    const auto inside = run_program(
        {"init",
         "--data",
         data,
         "--key-file",
         data + "/root.key",
         "--admin-token-file",
         (folder / "t").string(),
         "--allow-swap"}
    );
    CHECK(inside.code == 2);
    CHECK_FALSE(std::filesystem::exists(data));
    write_file(folder / "taken", "x");
    CHECK(
        run_program({"init",
                     "--data",
                     data,
                     "--key-file",
                     (folder / "k").string(),
                     "--admin-token-file",
                     (folder / "taken").string(),
                     "--allow-swap"})
            .code == 7
    );
    // Without a terminal nobody can be asked for a passphrase.
    CHECK(
        run_program(
            {"init", "--data", data, "--admin-token-file", (folder / "t").string(), "--allow-swap"}
        )
            .code == 2
    );
}

TEST_CASE("rookery serve serves the vault that init made and ends on SIGTERM", "[cli]") {
    const Made made;
    {
        Serving server(made);
        const auto status = server.run({"status", "--json"});
        INFO(status.error);
        CHECK(status.code == 0);
        CHECK(json::parse(status.out)["kind"] == "production");
        const auto warnings = json::parse(status.out)["warnings"].get<std::vector<std::string>>();
        CHECK(warnings.size() == 3);  // of key file and anchor, and last of what is no news
        CHECK_THAT(
            warnings.back(),
            Contains(made.data + "/tls/server.key, " + made.data + "/tls/ca.key") &&
                Contains("signs no log")
        );
        // The administrator holds both roles, but grants nothing to himself.
        const auto own = server.run(
            {"token",
             "create",
             "--user",
             "ada@example.com",
             "--name",
             "longer",
             "--lifetime",
             "8h",
             "--out",
             (made.folder / "longer.token").string()}
        );
        INFO(own.error);
        CHECK((own.code == 0 || own.code == 5));
        CHECK(server.stop() == 0);
    }
    CHECK(run_program({"audit", "verify", "--data", made.data}).code == 0);
}

TEST_CASE("audit verify with the key of another log says whose it is, and blames no log", "[cli]") {
    const Made made;
    const TemporaryFolder folder;
    DevServer dev(folder / "dev");
    REQUIRE(dev.stop() == 0);
    const auto verify = [&](const std::filesystem::path& key_of) {
        return run_program(
            {"audit", "verify", "--data", made.data, "--key", read_file(key_of / "log.vkey")}
        );
    };
    const auto other = verify(folder / "dev");
    CHECK(other.code == 5);
    CHECK_THAT(
        other.error,
        Contains("this is the key of localhost/audit/development, and the log is of test/audit/1")
    );
    CHECK(other.error.find("was changed") == std::string::npos);
    CHECK(verify(made.data).code == 0);
    // Of the same name, it is no mix-up: the entries were not signed by it.
    const Made twin;
    CHECK(verify(twin.data).code == 1);
}

TEST_CASE("rookery serve warns when nothing says how clients reach it", "[cli]") {
    const Made made;
    const auto warned = [&](const std::string& more, const std::string& listen) {
        const Serving server(made, more, {}, listen);
        return server.seen.find("public-url-missing") != std::string::npos;
    };
    CHECK(warned("", "0.0.0.0:0"));
    CHECK(warned("", "[::]:0"));
    CHECK_FALSE(warned("public_url = \"https://localhost:8443\"\n", "0.0.0.0:0"));
    CHECK_FALSE(warned("", "127.0.0.1:0"));
}

TEST_CASE("rookery serve keeps the names that init put into the certificate", "[cli]") {
    const Made made({"--name", "vault.example.com", "--name", "127.0.0.1"});
    {
        Serving server(made);
        CHECK(server.seen.find("certificate-renewed") == std::string::npos);
        CHECK(server.stop() == 0);
    }
    {
        Serving server(made, "public_url = \"https://Other.example.com:8443\"\n");
        std::istringstream events(server.seen);
        json renewed;
        for (std::string line; std::getline(events, line);) {
            auto event = json::parse(line);
            if (event["event"] == "certificate-renewed") renewed = std::move(event);
        }
        REQUIRE(renewed.is_object());
        std::istringstream names(renewed.value("names", std::string{}));
        std::multiset<std::string> each;
        for (std::string name; names >> name;) each.insert(name);
        for (const auto* name :
             {"vault.example.com", "other.example.com", "127.0.0.1", "::1", "localhost"}) {
            CAPTURE(name);
            CHECK(each.count(name) == 1);
        }
        CHECK(server.stop() == 0);
    }
    Serving server(made);
    CHECK(server.seen.find("certificate-renewed") == std::string::npos);
    CHECK(server.stop() == 0);
}

TEST_CASE(
    "rookery serve refuses a development vault, a wrong key and a bad configuration", "[cli]"
) {
    const Made made;
    const TemporaryFolder folder;
    {
        DevServer dev(folder / "dev");
        REQUIRE(dev.stop() == 0);
    }
    const auto serve_with = [&](const std::string& data, const std::string& key) {
        write_file(
            folder / "c.toml",
            "data = \"" + data + "\"\n[server]\nlisten = \"127.0.0.1:0\"\n[unseal]\nkey_file = \"" +
                key + "\"\n[memory]\nallow_swap = true\nallow_unlocked = true\n"
        );
        return run_program({"serve", "--config", (folder / "c.toml").string()}).code;
    };
    CHECK(
        serve_with((folder / "dev").string(), (folder / "dev" / "development.key").string()) == 2
    );

    REQUIRE(
        run_program({"init",
                     "--data",
                     (folder / "second").string(),
                     "--key-file",
                     (folder / "second.key").string(),
                     "--admin-token-file",
                     (folder / "second.token").string(),
                     "--allow-swap",
                     "--allow-unlocked"})
            .code == 0
    );
    CHECK(serve_with(made.data, (folder / "second.key").string()) == 9);
    CHECK(serve_with((folder / "nothing").string(), made.key) == 4);
    CHECK(serve_with(made.data, (folder / "no.key").string()) == 4);
    std::filesystem::permissions(
        made.key, std::filesystem::perms::others_read, std::filesystem::perm_options::add
    );
    CHECK(serve_with(made.data, made.key) == 10);
    write_file(folder / "c.toml", "data = \"/x\"\nport = 1\n");
    CHECK(run_program({"serve", "--config", (folder / "c.toml").string()}).code == 2);
    // And the other way round: a real vault is never opened for development.
    const auto dev = run_program({"dev", "--data", made.data});
    CHECK(dev.code == 2);
    CHECK_THAT(dev.error, Contains("real vault"));
}

TEST_CASE("rookery status of a data directory warns once of each key beside the data", "[cli]") {
    const Made made;
    const auto status = [&](std::vector<std::string> more) {
        std::vector<std::string> arguments{
            "status", "--data", made.data, "--allow-swap", "--allow-unlocked"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const auto ran = run_program(arguments);
        INFO(ran.error);
        REQUIRE(ran.code == 0);
        return ran.out;
    };
    const auto count = [](const std::string& text, const std::string& part) {
        std::size_t found = 0;
        for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
            ++found;
        return found;
    };
    const auto opened = status({"--key-file", made.key});
    CHECK_THAT(opened, Contains("state: opens\n"));
    CHECK(count(opened, "warning: ") == 4);
    CHECK(count(opened, "warning: the anchor lies in the data directory alone") == 1);
    CHECK(count(opened, "warning: there is only one way into the vault") == 1);
    CHECK(count(opened, "warning: the key file ") == 1);
    CHECK(count(opened, "warning: TLS keys lie beside the data (") == 1);

    const auto sealed = status({});
    CHECK_THAT(sealed, Contains("state: sealed\n"));
    CHECK(count(sealed, "warning: ") == 2);
    CHECK_THAT(sealed, Contains(made.data + "/tls/ca.key"));

    std::filesystem::remove_all(made.data + "/tls");
    CHECK(count(status({}), "warning: ") == 1);
}

namespace {

/// A certificate that another authority issued, its key in a folder as systemd makes one.
struct ForeignCertificate {
    ForeignCertificate() {
        const auto made =
            http::ensure_server_certificate(folder / "issued", {"127.0.0.1"}, SystemClock{}.now());
        REQUIRE(made.has_value());
        ca = made->authority;
        certificate = made->certificate;
        std::filesystem::create_directory(folder / "credentials");
        std::filesystem::rename(made->key, key);
        std::filesystem::permissions(key, std::filesystem::perms{0400});
    }

    [[nodiscard]] std::string config() const {
        return "[tls]\ncertificate = \"" + certificate.string() +
               "\"\nkey_credential = \"rookery-tls-key\"\n";
    }

    TemporaryFolder folder;
    std::filesystem::path ca;
    std::filesystem::path certificate;
    std::filesystem::path key = folder / "credentials" / "rookery-tls-key";
    std::vector<std::string> environment{
        "CREDENTIALS_DIRECTORY=" + (folder / "credentials").string()};
};

}  // namespace

TEST_CASE("rookery serve takes the key of its certificate from a systemd credential", "[cli]") {
    const Made made;
    const ForeignCertificate foreign;
    Serving server(made, foreign.config(), foreign.environment);
    const auto status = [&](const std::string& ca) {
        return run_program(
            {"status", "--json"},
            {"ROOKERY_URL=" + server.url,
             "ROOKERY_CA=" + ca,
             "ROOKERY_TOKEN_FILE=" + made.admin_token}
        );
    };
    const auto known = status(foreign.ca.string());
    INFO(known.error);
    REQUIRE(known.code == 0);
    const auto warnings = json::parse(known.out)["warnings"].get<std::vector<std::string>>();
    REQUIRE_FALSE(warnings.empty());
    CHECK_THAT(
        warnings.back(), Contains("TLS keys lie beside the data (" + foreign.key.string() + ", ")
    );
    // The vault's own authority issued nothing that is served.
    CHECK(status(made.facts["ca"]).code == 3);

    std::filesystem::remove_all(made.data + "/tls");
    const auto later = json::parse(status(foreign.ca.string()).out)["warnings"];
    CHECK_THAT(later.back().get<std::string>(), Contains("(" + foreign.key.string() + ")"));
    CHECK(server.stop() == 0);
    CHECK_FALSE(std::filesystem::exists(made.data + "/tls"));  // no authority that nobody asked for
}

TEST_CASE("rookery serve says what is wrong with a credential for its TLS key", "[cli]") {
    namespace fs = std::filesystem;
    const Made made;
    const ForeignCertificate foreign;
    const auto serve = [&](const std::string& name, const std::vector<std::string>& environment) {
        const auto config = made.config(
            "[tls]\ncertificate = \"" + foreign.certificate.string() + "\"\nkey_credential = \"" +
            name + "\"\n"
        );
        return run_program({"serve", "--config", config}, environment);
    };
    SECTION("it is not run by systemd") {
        const auto ran = serve("rookery-tls-key", {});
        CHECK(ran.code == 2);
        CHECK_THAT(ran.error, Contains("$CREDENTIALS_DIRECTORY is not set") && Contains("hint: "));
    }
    SECTION("the unit gives none of that name") {
        const auto ran = serve("rookery-tls", foreign.environment);
        CHECK(ran.code == 4);
        CHECK_THAT(
            ran.error, Contains("no systemd credential rookery-tls in") && Contains("hint: ")
        );
    }
    SECTION("a path") {
        const auto ran = serve("../credentials/rookery-tls-key", foreign.environment);
        CHECK(ran.code == 2);
        CHECK_THAT(ran.error, Contains("not a path") && Contains("hint: "));
    }
    SECTION("others can read it") {
        fs::permissions(foreign.key, fs::perms{0444});
        CHECK(serve("rookery-tls-key", foreign.environment).code == 10);
    }
    SECTION("it is a link") {
        fs::rename(foreign.key, foreign.folder / "elsewhere");
        fs::create_symlink(foreign.folder / "elsewhere", foreign.key);
        CHECK(serve("rookery-tls-key", foreign.environment).code == 10);
    }
    SECTION("it holds no key") {
        fs::permissions(foreign.key, fs::perms{0600});
        write_file(foreign.key, "-----BEGIN NOTHING-----\n");
        const auto ran = serve("rookery-tls-key", foreign.environment);
        CHECK(ran.code == 1);
        CHECK_THAT(ran.error, Contains("holds no private key in PEM form") && Contains("hint: "));
    }
    SECTION("it is the key of another certificate") {
        fs::remove(foreign.key);
        fs::copy_file(fs::path{made.data} / "tls" / "server.key", foreign.key);
        const auto ran = serve("rookery-tls-key", foreign.environment);
        CHECK(ran.code == 1);
        CHECK_THAT(ran.error, Contains("is not the key of the certificate in"));
    }
}

TEST_CASE("rookery token create works on a stopped vault's directory", "[cli]") {
    const Made made;
    const auto file = (made.folder / "again.token").string();
    const std::vector<std::string> create{
        "token",
        "create",
        "--data",
        made.data,
        "--key-file",
        made.key,
        "--user",
        "ada@example.com",
        "--name",
        "back in",
        "--lifetime",
        "1h",
        "--allow-swap",
        "--allow-unlocked",
        "--out",
        file};
    const auto ran = run_program(create);
    INFO(ran.error);
    REQUIRE(ran.code == 0);
    CHECK(mode_of(file) == 0600);
    CHECK(ran.out.find("rky1_") == std::string::npos);
    CHECK(ran.error.find("rky1_") == std::string::npos);

    Serving server(made);
    CHECK(
        run_program(
            {"status", "--json"},
            {"ROOKERY_URL=" + server.url,
             "ROOKERY_CA=" + made.facts["ca"].get<std::string>(),
             "ROOKERY_TOKEN_FILE=" + file}
        )
            .code == 0
    );
    // Not while the server holds the folder.
    auto second = create;
    second.back() = (made.folder / "third.token").string();
    CHECK(run_program(second).code == 8);
    CHECK(server.stop() == 0);
}

TEST_CASE(
    "rookery verify accepts a whole vault and finds a changed row and a lost index entry", "[cli]"
) {
    const TemporaryFolder folder;
    const auto data = (folder / "data").string();
    const auto key = (folder / "data" / "development.key").string();
    {
        DevServer server(folder / "data");
        REQUIRE(server.stop() == 0);
    }
    const auto good =
        run_program({"verify", "--data", data, "--key-file", key, "--allow-swap", "--json"});
    INFO(good.out << good.error);
    REQUIRE(good.code == 0);
    CHECK(json::parse(good.out)["sealed_values"] == 8);  // 3 × 2 tokens, consumer key and secret

    // A row of the handle table is no access fact: the vault still opens, the check finds it.
    constexpr std::string_view handle_table{"\0\2", 2};
    const bool lose_entry = GENERATE(false, true);
    {
        auto store =
            storage::open_rocksdb(folder / "data" / "store", storage::OpenMode::must_exist);
        REQUIRE(store.has_value());
        const auto family = lose_entry ? storage::Family::rowidx : storage::Family::rows;
        const auto view = (*store)->view();
        const auto cursor = view->scan(
            {family, std::string(handle_table), storage::prefix_end(handle_table)},
            storage::Order::ascending
        );
        REQUIRE(cursor->valid());
        const std::string at{cursor->key()};
        std::string value{cursor->value()};
        const auto commit = (*store)->begin();
        if (lose_entry) {
            commit->remove(family, at);
        } else {
            value[20] = static_cast<char>(value[20] ^ 1);
            commit->put(family, at, value);
        }
        REQUIRE(commit->write().has_value());
    }
    const auto bad =
        run_program({"verify", "--data", data, "--key-file", key, "--allow-swap", "--json"});
    INFO(bad.out << bad.error);
    CHECK(bad.code == 11);
    CHECK(json::parse(bad.out)["ok"] == false);
    CHECK_THAT(bad.out, Contains("msdyn_octwitterhandle "));
}

TEST_CASE(
    "rookery import takes rows over, reports bad ones by line, and a second run ends the same",
    "[cli]"
) {
    const TemporaryFolder folder;
    DevServer server(folder / "data");
    const auto file = (folder / "rows.csv").string();
    write_file(
        file,
        "unique_handle_id,handle,application,access_token,access_token_secret,owner\r\n"
        "2000000001,@first,Imported app,token-one,secret-one,Social\r\n"
        "2000000002,@second,Imported app,\"token \"\"two\"\"\",secret-two,Social\r\n"
        ",@nobody,Imported app,token-x,secret-x,Social\r\n"
        "2000000004,@masked,Imported app,********,secret-x,Social\r\n"
        "2000000005,@ownerless,Imported app,token-5,secret-5,Nobody At All\r\n"
        "2000000006,@tokenless,Imported app,,,Social\r\n"
        "2000000007,@short\r\n"
        "1000000001,@rookery_demo,,new-token,new-secret,security@demo.invalid\r\n"
        "2000000001,@first,Imported app,token-one-b,secret-one-b,Social\r\n"
    );

    const auto dry = import(server, file, {"--dry-run"});
    CHECK(summary(dry)["created"] == 1);
    CHECK(server.run_as("agent", {"get", "2000000002"}).code == 4);

    const auto first = import(server, file);
    CHECK(first.code == 16);
    const auto counts = summary(first);
    CHECK(counts["created"] == 1);
    CHECK(counts["updated"] == 0);
    CHECK(counts["conflicts"] == 1);
    CHECK(counts["bad"] == 7);
    std::map<std::uint64_t, std::string> problems;
    std::istringstream lines(first.out);
    for (std::string line; std::getline(lines, line);) {
        const auto row = json::parse(line);
        if (row.contains("line")) problems[row["line"]] = row["kind"];
    }
    CHECK(
        problems ==
        std::map<std::uint64_t, std::string>{
            {2, "bad"},
            {4, "bad"},
            {5, "bad"},
            {6, "bad"},
            {7, "bad"},
            {8, "bad"},
            {9, "conflict"},
            {10, "bad"}}
    );
    for (const auto* secret : {"token-one", "secret-x", "token-5", "new-token"}) {
        CHECK(first.out.find(secret) == std::string::npos);
        CHECK(first.error.find(secret) == std::string::npos);
    }
    // The agent's team owns it; lines that contradict each other are not written; another owner's record is
    // untouched.
    CHECK(server.run_as("agent", {"get", "2000000001"}).code == 4);
    CHECK(server.run_as("agent", {"get", "2000000002"}).out == "token \"two\"\n");
    CHECK(
        server.run_as("agent", {"get", "1000000001"}).out ==
        "1000000001-demo-access-token-not-real\n"
    );

    const auto second = import(server, file);
    CHECK(summary(second)["created"] == 0);
    CHECK(summary(second)["updated"] == 1);
    CHECK(server.run_as("agent", {"get", "2000000002"}).out == "token \"two\"\n");

    const auto skipping = import(server, file, {"--skip-existing"});
    CHECK(summary(skipping)["created"] == 0);
    CHECK(summary(skipping)["updated"] == 0);

    const auto taking = import(server, file, {"--take-over"});
    CHECK(summary(taking)["conflicts"] == 0);
    CHECK(server.run_as("agent", {"get", "1000000001"}).code == 4);  // no longer its team's
    CHECK(server.stop() == 0);
}

TEST_CASE("rookery import of more rows than a batch holds loses none beside a bad one", "[cli]") {
    const TemporaryFolder folder;
    DevServer server(folder / "data");
    const auto file = (folder / "many.csv").string();
    std::string text = "handle,unique_handle_id,access_token,owner\n";
    for (int i = 0; i < 600; ++i) {
        text += "@many" + std::to_string(i) + "," + std::to_string(3000000000LL + i) + ",t" +
                std::to_string(i) + ",Social\n";
    }
    write_file(file, text);
    const auto ran = import(server, file);
    CHECK(ran.code == 0);
    CHECK(summary(ran)["created"] == 600);
    CHECK(server.run_as("agent", {"get", "3000000599"}).out == "t599\n");
    CHECK(server.stop() == 0);
}

TEST_CASE("rookery import refuses a file without its columns and callers without rights", "[cli]") {
    const TemporaryFolder folder;
    const auto file = (folder / "f.csv").string();
    const std::vector<std::string> environment{
        "ROOKERY_URL=https://127.0.0.1:1", "ROOKERY_TOKEN_FILE=/nonexistent"};
    for (const auto* header :
         {"",
          "handle\n",
          "unique_handle_id,handle,handle\n",
          "unique_handle_id,handle,password\n",
          "\"unique_handle_id\n"}) {
        write_file(file, header);
        CHECK(run_program({"import", file}, environment).code == 2);
    }
    CHECK(run_program({"import", (folder / "none.csv").string()}, environment).code == 4);

    DevServer server(folder / "data");
    write_file(file, "unique_handle_id,handle,access_token\n1,@a,t\n");
    const auto stranger = server.run_as("stranger", {"import", file});
    CHECK(stranger.code == 5);
    CHECK_THAT(stranger.error, Contains("error: the token's user lacks the privilege prv"));
    CHECK_THAT(stranger.error, Contains("hint: an administrator can give"));
    CHECK(server.run_as("reader", {"import", file}).code == 5);
    CHECK(server.stop() == 0);
}

}  // namespace vault_test
