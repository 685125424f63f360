// rookery serve, unseal and seal, end to end: a server that starts sealed, is unsealed by several people, sealed on
// command and unsealed again.
#include "cli/program.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace seal_test {

using namespace rookery;
using namespace rookery::cli;
using namespace rookery::cli::testing;
using Catch::Matchers::Contains;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

/// A vault that its key file opens, and any two of three shares.
struct MadeVault {
    explicit MadeVault(bool with_shares = true) {
        Words words{
            "init",
            "--data",
            path("vault"),
            "--key-file",
            path("root.key"),
            "--admin",
            "ada@example.com",
            "--admin-token-file",
            path("admin.token"),
            "--allow-swap",
            "--allow-unlocked",
            "--json"};
        if (with_shares) {
            words.insert(words.end(), {"--shares", "2/3", "--shares-to", path("shares")});
        }
        const auto made = run_program(words);
        INFO(made.error);
        REQUIRE(made.code == 0);
        ca = json::parse(made.out)["ca"];
        if (!with_shares) return;
        for (const auto& entry : fs::directory_iterator(folder / "shares")) {
            shares.push_back(entry.path().string());
        }
        std::sort(shares.begin(), shares.end());
    }

    [[nodiscard]] std::string path(const std::string& name) const {
        return (folder / name).string();
    }

    TemporaryFolder folder;
    std::string ca;
    Words shares;
};

class Served {
 public:
    Served(const MadeVault& made, const std::string& unseal)
        : made_(made), process_({"serve", "--config", config(made, unseal)}, {}) {
        const auto event = await("serving");
        url_ = event["url"];
        sealed = event["sealed"];
    }

    /// The next event of this name in the server's log.
    json await(const std::string& name) {
        std::string seen;
        for (auto line = process_.error_line(); !line.empty(); line = process_.error_line()) {
            const auto event = json::parse(line, nullptr, false);
            if (event.is_object() && event["event"] == name) return event;
            seen += line + "\n";
        }
        FAIL(seen);
        return {};
    }

    [[nodiscard]] Ran run(const Words& words, bool known = true) const {
        Words environment{"ROOKERY_URL=" + url_, "ROOKERY_CA=" + made_.ca};
        if (known) environment.push_back("ROOKERY_TOKEN_FILE=" + made_.path("admin.token"));
        return run_program(words, environment);
    }

    [[nodiscard]] ApiReply ask(const char* method, const char* path) const {
        auto client = ApiClient::open({url_, made_.ca, made_.path("admin.token")});
        REQUIRE(client);
        auto reply = client->exchange(method, path);
        REQUIRE(reply);
        return std::move(*reply);
    }

    [[nodiscard]] int stop() {
        process_.terminate();
        return process_.wait();
    }

    void kill() {
        process_.kill();
        static_cast<void>(process_.wait());
    }

    bool sealed = false;

 private:
    static std::string config(const MadeVault& made, const std::string& unseal) {
        const auto file = made.path("rookery.toml");
        write_file(
            file,
            "data = '" + made.path("vault") + "'\n[server]\nlisten = '127.0.0.1:0'\n[unseal]\n" +
                unseal +
                "[memory]\nallow_swap = true\nallow_unlocked = true\n[log]\nformat = 'json'\n"
        );
        return file;
    }

    const MadeVault& made_;
    Process process_;
    std::string url_;
};

std::string key_file(const MadeVault& made) {
    return "key_file = '" + made.path("root.key") + "'\n";
}

/// The kinds of the log's newest entries, oldest first.
std::string tail(const Served& server) {
    const auto ran = server.run({"audit", "tail", "--count", "40"});
    INFO(ran.error);
    REQUIRE(ran.code == 0);
    return ran.out;
}

}  // namespace

TEST_CASE("a server that is told no way in starts sealed, and shares open it one by one", "[cli]") {
    const MadeVault made;
    Served server(made, "");
    CHECK(server.sealed);
    CHECK(server.ask("GET", "/healthz").status == 200);
    CHECK(server.ask("GET", "/readyz").status == 503);
    const auto refused = server.ask("GET", "WhoAmI");
    CHECK(refused.status == 503);
    CHECK_THAT(std::string(refused.text()), Contains("rky_Sealed"));
    const auto get = server.run({"get", "somebody"});
    CHECK(get.code == 3);
    CHECK_THAT(get.error, Contains("rookery unseal"));
    const auto status = server.run({"status"});
    CHECK(status.code == 3);
    CHECK_THAT(status.out, Contains("the vault is sealed"));

    const auto first = server.run({"unseal", "--share-file", made.shares[0], "--json"}, false);
    INFO(first.error);
    CHECK(first.code == 0);
    CHECK(
        json::parse(first.out) == json{{"sealed", true}, {"shares_given", 1}, {"shares_needed", 2}}
    );
    auto text = read_file(made.shares[1]);
    text[10] = text[10] == 'a' ? 'b' : 'a';
    write_file(made.folder / "mistyped", text);
    fs::permissions(made.folder / "mistyped", fs::perms::owner_read);
    const auto mistyped = server.run({"unseal", "--share-file", made.path("mistyped")}, false);
    CHECK(mistyped.code == 9);  // as where it is offered without a server
    CHECK_THAT(mistyped.error, Contains("mistyped"));
    CHECK_THAT(mistyped.error, !Contains(text.substr(0, 20)));
    const auto second = server.run({"unseal", "--share-file", made.shares[2]}, false);
    INFO(second.error);
    CHECK(second.code == 0);
    CHECK(second.out == "the vault is open\n");
    CHECK(server.run({"wait"}).code == 0);
    CHECK(server.ask("GET", "WhoAmI").status == 200);
    CHECK(
        server.run({"unseal", "--share-file", made.shares[2]}, false).out == "the vault is open\n"
    );

    const auto log = tail(server);
    CHECK_THAT(log, Contains("unseal-attempt"));
    CHECK_THAT(log, Contains("intent"));
    CHECK_THAT(log, Contains("denied"));
    CHECK(server.stop() == 0);
    CHECK(run_program({"audit", "verify", "--data", made.path("vault")}).code == 0);
}

TEST_CASE("a vault is sealed on command and unsealed without a restart, and again", "[cli]") {
    const MadeVault made;
    Served server(made, key_file(made));
    CHECK_FALSE(server.sealed);
    for (int round = 0; round < 2; ++round) {
        const auto sealed = server.run({"seal"});
        INFO(sealed.error);
        CHECK(sealed.code == 0);
        CHECK(server.ask("GET", "WhoAmI").status == 503);
        CHECK(server.ask("POST", "rky_Seal").status == 503);
        CHECK(server.run({"unseal", "--share-file", made.shares[0]}, false).code == 0);
        CHECK(server.run({"unseal", "--share-file", made.shares[1]}, false).code == 0);
        CHECK(server.ask("GET", "WhoAmI").status == 200);
    }
    const auto log = tail(server);
    CHECK_THAT(log, Contains("sealed"));
    CHECK_THAT(log, Contains("log-close"));
    CHECK(server.stop() == 0);
    CHECK(run_program({"audit", "verify", "--data", made.path("vault")}).code == 0);
    const auto verified = run_program(
        {"verify",
         "--data",
         made.path("vault"),
         "--key-file",
         made.path("root.key"),
         "--allow-swap",
         "--allow-unlocked"}
    );
    INFO(verified.out);
    CHECK(verified.code == 0);
}

TEST_CASE("start = sealed starts sealed whatever else is named", "[cli]") {
    const MadeVault made;
    Served server(made, key_file(made) + "start = 'sealed'\n");
    CHECK(server.sealed);
    CHECK(server.ask("GET", "/readyz").status == 503);
    CHECK(server.stop() == 0);
}

TEST_CASE("ways in come and go on a running server, and a kill -9 takes none of it back", "[cli]") {
    const MadeVault made;
    const Words root{"--key-file", made.path("root.key")};
    const Words spare{"--key-file", made.path("spare.key")};
    const auto with = [](Words words, const Words& more) {
        words.insert(words.end(), more.begin(), more.end());
        return words;
    };
    {
        Served server(made, key_file(made));
        const auto added =
            server.run(with({"key", "add-slot", "--new-key-file", made.path("spare.key")}, root));
        INFO(added.error);
        REQUIRE(added.code == 0);
        CHECK_THAT(added.error, Contains("added slot 3: key file 'spare.key'"));
        CHECK(mode_of(made.folder / "spare.key") == 0400);
        const auto listed = server.run({"key", "slots"});
        CHECK_THAT(listed.out, Contains("slot 2: shares 'shares', any 2 of 3 shares of the set"));
        CHECK_THAT(listed.out, Contains("slot 3: key file 'spare.key'"));
        const auto drilled = server.run(with({"key", "drill"}, spare));
        CHECK(drilled.code == 0);
        CHECK_THAT(drilled.out, Contains("opens, by slot 3 'spare.key'"));
        server.kill();
    }
    {
        Served server(made, "key_file = '" + made.path("spare.key") + "'\n");
        CHECK_FALSE(server.sealed);
        CHECK(
            server.run(with({"key", "remove-slot", "3"}, spare)).code == 15
        );  // that it was brought
        const auto shares = server.run(with(
            {"key",
             "add-slot",
             "--label",
             "board",
             "--new-shares",
             "2/2",
             "--new-shares-to",
             made.path("board")},
            spare
        ));
        INFO(shares.error);
        CHECK(shares.code == 0);
        CHECK_THAT(shares.error, !Contains("svs1"));
        Words board{"key", "remove-slot", "1"};
        for (const auto& entry : fs::directory_iterator(made.folder / "board")) {
            CHECK(mode_of(entry.path()) == 0600);
            board.insert(board.end(), {"--share-file", entry.path().string()});
        }
        REQUIRE(board.size() == 7);
        const auto removed = server.run(board);
        INFO(removed.error);
        CHECK(removed.code == 0);
        const auto wrong = server.run(with({"key", "drill"}, root));
        CHECK(wrong.code == 9);
        CHECK_THAT(wrong.out, Contains("does not open"));
        server.kill();
    }
    Served server(made, "");
    CHECK(server.sealed);
    const auto refused = server.run(with({"unseal"}, root), false);
    CHECK(refused.code == 9);
    CHECK_THAT(refused.error, Contains("the key file opens no slot of this vault"));
    CHECK(server.run(with({"unseal"}, spare), false).out == "the vault is open\n");
    const auto log = tail(server);
    CHECK_THAT(log, Contains("rky_AddRootKeySlot"));
    CHECK_THAT(log, Contains("rky_RemoveRootKeySlot"));
    CHECK_THAT(log, Contains("rky_TestRootKeySlot"));
    CHECK(server.stop() == 0);
    CHECK(run_program({"audit", "verify", "--data", made.path("vault")}).code == 0);
}

TEST_CASE("sealing takes the privilege to manage keys, and a vault that a server holds", "[cli]") {
    const TemporaryFolder folder;
    const DevServer dev(folder / "dev");
    CHECK(dev.as("agent").exchange("POST", "rky_Seal")->status == 403);
    CHECK(dev.as("security").exchange("POST", "rky_Seal")->status == 501);
    CHECK(dev.as("agent").exchange("GET", "WhoAmI")->status == 200);
    CHECK(dev.as("agent").exchange("GET", "rky_RetrieveRootKeySlots()")->status == 403);
    // Before the body is looked at.
    for (const auto* act : {"rky_TestRootKeySlot", "rky_AddRootKeySlot", "rky_RemoveRootKeySlot"}) {
        CHECK(dev.as("agent").exchange("POST", act, body_of("{"))->status == 403);
        CHECK(dev.as("security").exchange("POST", act, body_of("{}"))->status == 400);
    }
}

}  // namespace seal_test
