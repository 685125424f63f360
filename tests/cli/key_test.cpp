// rookery key: slots come, are listed, tried and go, and the root key is drawn anew, as an operator does it.
#include "cli/program.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace key_test {

using namespace rookery::cli::testing;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

constexpr const char* only_way = "It is the only way in. Have a second one";

/// A vault that root.key opens.
struct Scene {
    Scene() {
        const auto made = run(
            {"init",
             "--data",
             path("vault"),
             "--key-file",
             path("root.key"),
             "--admin-token-file",
             path("admin.token")}
        );
        INFO(made.error);
        REQUIRE(made.code == 0);
        CHECK_THAT(made.out, Contains(only_way));
    }

    [[nodiscard]] std::string path(const std::string& name) const {
        return (folder / name).string();
    }

    [[nodiscard]] Ran run(Words words, const Words& environment = {}) const {
        words.insert(words.end(), {"--allow-swap", "--allow-unlocked"});
        return run_program(words, environment);
    }

    /// `key WORD --data vault …`
    [[nodiscard]] Ran key(const std::string& word, const Words& more, const Words& environment = {})
        const {
        Words words{"key", word, "--data", path("vault")};
        words.insert(words.end(), more.begin(), more.end());
        return run(words, environment);
    }

    [[nodiscard]] nlohmann::json slots() const {
        const auto ran = run_program({"key", "slots", "--data", path("vault"), "--json"});
        REQUIRE(ran.code == 0);
        return nlohmann::json::parse(ran.out).at("slots");
    }

    /// The options that offer these of the files in `folder`.
    [[nodiscard]] Words shares(const std::string& in, const std::vector<std::size_t>& which) const {
        std::vector<std::string> files;
        for (const auto& entry : fs::directory_iterator(folder / in)) {
            files.push_back(entry.path().string());
        }
        std::sort(files.begin(), files.end());
        Words out;
        for (const auto at : which) out.insert(out.end(), {"--share-file", files.at(at)});
        return out;
    }

    TemporaryFolder folder;
};

/// Every file below, with its content.
std::map<std::string, std::string> files_in(const fs::path& folder) {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) out.emplace(entry.path().string(), read_file(entry.path()));
    }
    return out;
}

}  // namespace

TEST_CASE("shares are a way in: added, drilled, listed, and named when they are wrong", "[cli]") {
    const Scene scene;
    const Words root{"--key-file", scene.path("root.key")};
    const auto added = scene.key(
        "add-slot",
        {root[0],
         root[1],
         "--new-shares",
         "2/3",
         "--new-shares-to",
         scene.path("shares"),
         "--label",
         "board"}
    );
    INFO(added.error);
    REQUIRE(added.code == 0);
    CHECK_THAT(
        added.error, Contains("added slot 2: shares 'board', any 2 of 3 shares of the set ")
    );
    for (const auto& entry : fs::directory_iterator(scene.folder / "shares")) {
        CHECK(mode_of(entry.path()) == 0600);
    }
    const auto slots = scene.slots();
    REQUIRE(slots.size() == 2);
    CHECK(slots[1]["kind"] == "shares");
    CHECK(slots[1]["label"] == "board");
    CHECK(slots[1]["root_generation"] == 1);

    CHECK(scene.key("drill", scene.shares("shares", {0, 2})).code == 0);
    const auto few = scene.key("drill", scene.shares("shares", {1}));
    CHECK(few.code == 9);
    CHECK_THAT(few.out, Contains("shares: does not open: too few shares: 1 of the 2"));
    const auto twice = scene.key("drill", scene.shares("shares", {1, 1}));
    CHECK(twice.code == 9);
    CHECK_THAT(twice.out, Contains("share number 2 was given twice"));

    auto status = scene.shares("shares", {1, 2});
    status.insert(status.begin(), {"status", "--data", scene.path("vault")});
    const auto opened = scene.run(status);
    CHECK(opened.code == 0);
    CHECK_THAT(opened.out, Contains("state: opens"));
}

TEST_CASE(
    "a drill tells of each way that it was offered, and leaves the directory as it was", "[cli]"
) {
    const Scene scene;
    write_file(scene.folder / "phrase", "correct horse battery staple\n");
    fs::permissions(scene.folder / "phrase", fs::perms::owner_read);
    const auto data = scene.folder / "vault";
    fs::remove(data / "LOCK");
    write_file(data / "keyring.new", "of a process that was ended");
    fs::permissions(data, fs::perms::owner_read | fs::perms::owner_exec);
    const auto before = files_in(data);
    const auto ran = scene.key(
        "drill",
        {"--json",
         "--key-file",
         scene.path("root.key"),
         "--key-file",
         scene.path("absent.key"),
         "--passphrase-file",
         scene.path("phrase")}
    );
    CHECK(ran.code == 4);
    const auto ways = nlohmann::json::parse(ran.out).at("ways");
    REQUIRE(ways.size() == 3);
    CHECK(ways[0]["opens"] == true);
    CHECK(ways[0]["slot"] == 1);
    CHECK(ways[1]["opens"] == false);
    CHECK_THAT(ways[1]["why"].get<std::string>(), Contains("there is no such key file"));
    CHECK_THAT(ways[2]["why"].get<std::string>(), Contains("this vault has no passphrase slot"));
    CHECK(run_program({"key", "slots", "--data", data.string()}).code == 0);
    CHECK(run_program({"status", "--data", data.string()}).code == 0);
    CHECK(files_in(data) == before);
    fs::permissions(data, fs::perms::owner_all);
}

TEST_CASE("a credential of systemd is a way in, by its name alone", "[cli]") {
    const Scene scene;
    fs::create_directory(scene.folder / "credentials");
    write_file(scene.folder / "credentials/rookery-key", std::string(64, 'a') + "\n");
    fs::permissions(scene.folder / "credentials/rookery-key", fs::perms::owner_read);
    const Words there{"CREDENTIALS_DIRECTORY=" + scene.path("credentials")};
    const Words add{"--key-file", scene.path("root.key"), "--new-key-credential", "rookery-key"};
    CHECK(scene.key("add-slot", add).code == 2);
    REQUIRE(scene.key("add-slot", add, there).code == 0);
    CHECK(scene.key("drill", {"--key-credential", "rookery-key"}, there).code == 0);
    CHECK(scene.key("drill", {"--key-credential", "other"}, there).code == 4);
    CHECK(scene.key("drill", {"--key-credential", "../credentials/rookery-key"}, there).code == 2);
    CHECK_THAT(scene.slots()[1]["details"].get<std::string>(), Contains("rookery-key"));
    fs::permissions(scene.folder / "credentials/rookery-key", fs::perms::all);
    CHECK(scene.key("drill", {"--key-credential", "rookery-key"}, there).code == 10);
}

TEST_CASE(
    "a slot is removed, but never the last one, and it is said what that does not do", "[cli]"
) {
    const Scene scene;
    const Words root{"--key-file", scene.path("root.key")};
    const auto last = scene.key("remove-slot", {"1", root[0], root[1]});
    CHECK(last.code != 0);
    CHECK_THAT(last.error, Contains("the last root key slot cannot be removed"));
    REQUIRE(
        scene.key("add-slot", {root[0], root[1], "--new-key-file", scene.path("new.key")}).code == 0
    );
    const auto same =
        scene.key("add-slot", {root[0], root[1], "--new-key-file", scene.path("new.key")});
    CHECK(same.code == 7);
    CHECK_THAT(same.error, Contains("it opens slot 2 already"));
    CHECK(scene.key("remove-slot", {"9", root[0], root[1]}).code == 4);
    const auto used = scene.key("remove-slot", {"1", root[0], root[1]});
    CHECK(used.code != 0);
    CHECK_THAT(
        used.error, Contains("the one that has just opened the vault") && Contains("--used")
    );
    CHECK(scene.slots().size() == 2);
    const auto removed = scene.key("remove-slot", {"1", root[0], root[1], "--used"});
    CHECK(removed.code == 0);
    CHECK_THAT(
        removed.error, Contains("removed slot 1: key file 'root.key'") && Contains("rekey-root")
    );
    CHECK(scene.key("drill", root).code == 9);
    CHECK(scene.key("drill", {"--key-file", scene.path("new.key")}).code == 0);
}

TEST_CASE("a way in is added one at a time, and not into the data directory", "[cli]") {
    const Scene scene;
    const Words root{"--key-file", scene.path("root.key")};
    CHECK(scene.key("add-slot", root).code == 2);
    CHECK(
        scene
            .key(
                "add-slot",
                {root[0],
                 root[1],
                 "--new-key-file",
                 scene.path("a.key"),
                 "--new-key-file",
                 scene.path("b.key")}
            )
            .code == 2
    );
    CHECK(scene.key("add-slot", {root[0], root[1], "--new-shares", "2/3"}).code == 2);
    CHECK(
        scene.key("add-slot", {root[0], root[1], "--new-key-file", scene.path("vault/a.key")})
            .code == 2
    );
    CHECK(
        scene
            .key(
                "add-slot",
                {root[0], root[1], "--new-shares", "2/3", "--new-shares-to", scene.path("vault/s")}
            )
            .code == 2
    );
    CHECK_FALSE(fs::exists(scene.folder / "a.key"));
    CHECK(scene.slots().size() == 1);
}

TEST_CASE(
    "a new root key keeps what is offered anew, and drops the rest only when told to", "[cli]"
) {
    const Scene scene;
    const Words root{"--key-file", scene.path("root.key")};
    REQUIRE(
        scene
            .key(
                "add-slot",
                {root[0],
                 root[1],
                 "--new-shares",
                 "2/2",
                 "--new-shares-to",
                 scene.path("old"),
                 "--label",
                 "board"}
            )
            .code == 0
    );
    CHECK(scene.key("rekey-root", root).code == 2);
    const Words again{root[0], root[1], "--new-key-file", scene.path("root.key")};
    const auto refused = scene.key("rekey-root", again);
    CHECK(refused.code == 2);
    CHECK_THAT(refused.error, Contains("not offered anew: slot 2: shares 'board'"));
    CHECK(scene.slots().size() == 2);

    auto with_shares = again;
    with_shares.insert(
        with_shares.end(),
        {"--new-shares", "2/3", "--new-shares-to", scene.path("new"), "--drop-others", "--json"}
    );
    const auto done = scene.key("rekey-root", with_shares);
    INFO(done.error);
    REQUIRE(done.code == 0);
    const auto told = nlohmann::json::parse(done.out);
    CHECK(told["root_generation"] == 2);
    CHECK(told["dropped"].size() == 1);
    CHECK(told["slots"].size() == 2);
    CHECK(told["slots"][0]["label"] == "root.key");
    CHECK(scene.key("drill", root).code == 0);
    CHECK(scene.key("drill", scene.shares("new", {0, 1})).code == 0);
    CHECK(scene.key("drill", scene.shares("old", {0, 1})).code == 9);
    const auto verified = scene.run({"verify", "--data", scene.path("vault"), root[0], root[1]});
    CHECK(verified.code == 0);
}

TEST_CASE("the status of a vault with one way in warns of it", "[cli]") {
    const Scene scene;
    const auto warned = [&] {
        const auto ran = scene.run({"status", "--data", scene.path("vault")});
        REQUIRE(ran.code == 0);
        return ran.out.find("there is only one way into the vault") != std::string::npos;
    };
    CHECK(warned());
    REQUIRE(
        scene
            .key(
                "add-slot",
                {"--key-file", scene.path("root.key"), "--new-key-file", scene.path("new.key")}
            )
            .code == 0
    );
    CHECK_FALSE(warned());
}

TEST_CASE("an init makes shares and a key file as two ways in", "[cli]") {
    const TemporaryFolder folder;
    const auto path = [&](const std::string& name) { return (folder / name).string(); };
    const auto made = run_program(
        {"init",
         "--data",
         path("vault"),
         "--key-file",
         path("root.key"),
         "--shares",
         "2/3",
         "--shares-to",
         path("shares"),
         "--admin-token-file",
         path("admin.token"),
         "--allow-swap",
         "--allow-unlocked"}
    );
    INFO(made.error);
    REQUIRE(made.code == 0);
    CHECK_THAT(
        made.out, Contains("the shares in " + path("shares") + ", each with another person,")
    );
    CHECK_THAT(made.out, !Contains(only_way));
    const auto listed = run_program({"key", "slots", "--data", path("vault")});
    CHECK_THAT(listed.out, Contains("slot 1: key file 'root.key'") && Contains("slot 2: shares"));
    for (const auto& entry : fs::directory_iterator(folder / "shares")) {
        const auto share = read_file(entry.path());
        CHECK_THAT(made.out + made.error + listed.out, !Contains(share.substr(0, 20)));
    }
}

TEST_CASE("a key file and a passphrase together are one way in, and neither opens alone", "[cli]") {
    const Scene scene;
    write_file(scene.folder / "words", "correct horse battery staple\n");
    fs::permissions(scene.folder / "words", fs::perms::owner_read | fs::perms::owner_write);
    const Words root{"--key-file", scene.path("root.key")};
    const Words file{"--key-file", scene.path("second.key")};
    const Words words{"--passphrase-file", scene.path("words")};
    const auto alone =
        scene.key("add-slot", {root[0], root[1], "--new-both", "--new-key-file", file[1]});
    CHECK(alone.code == 2);
    CHECK_THAT(alone.error, Contains("--both is said of two ways"));
    const auto added = scene.key(
        "add-slot",
        {root[0],
         root[1],
         "--new-both",
         "--new-key-file",
         file[1],
         "--new-passphrase-file",
         words[1]}
    );
    INFO(added.error);
    REQUIRE(added.code == 0);
    CHECK_THAT(added.error, Contains("added slot 2: pair "));
    CHECK(scene.key("drill", {file[0], file[1]}).code != 0);
    CHECK(scene.key("drill", {words[0], words[1]}).code != 0);
    CHECK(scene.key("drill", {"--both", file[0], file[1], words[0], words[1]}).code == 0);
    const auto wrong = scene.key("drill", {"--both", root[0], root[1], words[0], words[1]});
    CHECK(wrong.code == 9);
    CHECK_THAT(wrong.out, Contains("the pair opens no slot of this vault"));
    // And what names several ways without saying so is asked which one is meant.
    Words status{"status", "--data", scene.path("vault"), file[0], file[1], words[0], words[1]};
    const auto several = scene.run(status);
    CHECK(several.code == 2);
    CHECK_THAT(several.error, Contains("--both"));
    status.push_back("--both");
    CHECK_THAT(scene.run(status).out, Contains("state: opens"));
}

TEST_CASE("a token opens a vault: added, drilled, and named when its PIN is wrong", "[cli]") {
    const Scene scene;
    fs::create_directory(scene.folder / "tokens");
    write_file(
        scene.folder / "softhsm2.conf",
        "directories.tokendir = " + scene.path("tokens") +
            "\nobjectstore.backend = file\nlog.level = ERROR\n"
    );
    const std::string there = "SOFTHSM2_CONF=" + scene.path("softhsm2.conf");
    const std::string module = "/usr/lib/softhsm/libsofthsm2.so";
    const auto tool = [&](const std::string& command) {
        REQUIRE(std::system((there + " " + command + " >/dev/null 2>&1").c_str()) == 0);
    };
    tool("softhsm2-util --init-token --free --label vault --pin 123456 --so-pin 12345678");
    tool(
        "pkcs11-tool --module " + module +
        " --token-label vault --login --pin 123456 --keygen --key-type GENERIC:32 --id 01 --label "
        "k --usage-sign --sensitive"
    );
    for (const auto& [name, pin] : {std::pair{"pin", "123456"}, std::pair{"wrong", "654321"}}) {
        write_file(scene.folder / name, std::string(pin) + "\n");
        fs::permissions(scene.folder / name, fs::perms::owner_read | fs::perms::owner_write);
    }
    const auto added = scene.key(
        "add-slot",
        {"--key-file",
         scene.path("root.key"),
         "--new-token-module",
         module,
         "--new-token-pin-file",
         scene.path("pin"),
         "--new-token-key",
         "vault:01"},
        {there}
    );
    INFO(added.error);
    REQUIRE(added.code == 0);
    CHECK_THAT(added.error, Contains("added slot 2: token 'vault', PKCS#11 token 'vault'"));
    const auto drill = [&](const char* pin) {
        return scene.key(
            "drill", {"--token-module", module, "--token-pin-file", scene.path(pin)}, {there}
        );
    };
    CHECK(drill("pin").code == 0);
    const auto wrong = drill("wrong");
    CHECK(wrong.code == 9);
    CHECK_THAT(wrong.out, Contains("the PIN of the token is wrong"));
    CHECK(scene.key("drill", {"--token-module", module}, {there}).code == 2);
    CHECK(drill("pin").code == 0);
}

}  // namespace key_test
