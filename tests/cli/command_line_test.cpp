// Every option and position of every command, from the tree of commands itself: what is added to it is tried
// without being named here.
#include "cli/app.hpp"
#include "cli/help.hpp"
#include "cli/options/credential_shape.hpp"
#include "cli/options/withheld.hpp"
#include "cli/program.hpp"
#include "cli/words.hpp"

#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <regex>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace command_line_test {

using namespace rookery;
using namespace rookery::cli;
using namespace rookery::cli::testing;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

struct Tree {
    Tree() { add_commands(app, chosen); }

    CLI::App app{"", "rookery"};
    Action chosen;
};

Words path_to(const CLI::App& command) {
    if (command.get_parent() == nullptr) return {};
    auto out = path_to(*command.get_parent());
    out.push_back(command.get_name());
    return out;
}

std::vector<const CLI::App*> leaves(const CLI::App& app) {
    auto out = all_commands(app);
    std::erase_if(out, [](const CLI::App* command) {
        return command->get_require_subcommand_min() != 0;
    });
    return out;
}

/// One option or position of one command.
struct Slot {
    const CLI::App* command;
    const CLI::Option* option;

    [[nodiscard]] Takes takes() const { return takes_of_label(option->get_type_name()); }

    [[nodiscard]] std::string name() const {
        return fmt::format("{} {}", fmt::join(path_to(*command), " "), place_of(*option));
    }
};

std::vector<Slot> all_slots(const CLI::App& app) {
    std::vector<Slot> out;
    for (const auto* command : leaves(app)) {
        for (const auto* option : options_with_value(*command)) out.push_back({command, option});
    }
    return out;
}

/// (command, option, kind): counted, and no kind left out.
class Tried {
 public:
    void add(const Slot& slot, const std::string& kind) { all_.emplace(slot.name(), kind); }

    void add(const CLI::App& command, const std::string& kind) {
        all_.emplace(fmt::format("{}", fmt::join(path_to(command), " ")), kind);
    }

    ~Tried() { WARN(all_.size() << " of (command, option, kind) tried: " << what_); }

    explicit Tried(std::string what) : what_(std::move(what)) {}

    Tried(const Tried&) = delete;
    Tried& operator=(const Tried&) = delete;

    [[nodiscard]] std::size_t count() const { return all_.size(); }

 private:
    std::string what_;
    std::set<std::pair<std::string, std::string>> all_;
};

/// A folder in which lines can run that reach no server and open no vault.
class Scene {
 public:
    Scene() {
        fs::create_directory(folder_ / "full");
        write_file(folder_ / "full" / "file", "x");
        fs::permissions(folder_ / "full", fs::perms::owner_all);
        write_file(folder_ / "token", "abc\n");
        fs::permissions(folder_ / "token", fs::perms::owner_read | fs::perms::owner_write);
        write_file(folder_ / "input.csv", "unique_handle_id,handle\n1,@one\n");
    }

    [[nodiscard]] std::string operator/(const std::string& name) const {
        return (folder_ / name).string();
    }

    [[nodiscard]] std::vector<std::string> environment() const {
        return {
            "ROOKERY_URL=https://127.0.0.1:1",
            "ROOKERY_TOKEN_FILE=" + (*this / "token"),
            "XDG_RUNTIME_DIR=" + (*this / "full")};
    }

    /// The shortest line that gives `value` to `slot`.
    [[nodiscard]] Words line(const Slot& slot, const std::string& value) const {
        auto words = path_to(*slot.command);
        for (const auto* option : options_with_value(*slot.command)) {
            const bool wanted = option == slot.option;
            if (!wanted && !option->get_required() && !is_needed(*option, slot)) continue;
            if (!option->get_positional()) words.push_back(option->get_name());
            words.push_back(wanted ? value : filler(*option));
        }
        const bool waits = slot.command->get_name() == "wait";
        if (waits && (slot.option == nullptr || slot.option->get_name() != "--timeout")) {
            words.insert(words.end(), {"--timeout", "1s"});
        }
        return words;
    }

    [[nodiscard]] Words line(const CLI::App& command) const {
        return line({&command, nullptr}, {});
    }

    [[nodiscard]] Ran run(const Words& words, const Wiring& wiring = {}) const {
        return run_program(words, environment(), wiring);
    }

 private:
    /// What a command asks for itself, so that it comes as far as the slot's value.
    [[nodiscard]] static bool is_needed(const CLI::Option& option, const Slot& slot) {
        const auto& command = slot.command->get_name();
        const auto name = option.get_name();
        const bool unseals = slot.option != nullptr && slot.option->get_group() == "Unsealing";
        if (slot.option != nullptr) {
            const auto needs = slot.option->get_needs();
            if (std::ranges::find(needs, &option) != needs.end()) return true;
        }
        return ((command == "get" || command == "token-versions") && name == "handle" &&
                slot.option != nullptr && slot.option->get_name() != "--id") ||
               (command == "recover" && (name == "--data" || name == "--user")) ||
               (unseals && name == "--data");
    }

    [[nodiscard]] std::string filler(const CLI::Option& option) const {
        switch (takes_of_label(option.get_type_name())) {
            case Takes::word: {
                const auto type = option.get_type_name();
                const auto first = type.find('{') + 1;
                return type.substr(first, type.find_first_of(",}", first) - first);
            }
            case Takes::number:
                return "1";
            case Takes::time:
                return "1h";
            case Takes::address:
                return "127.0.0.1:0";
            case Takes::url:
                return "https://127.0.0.1:1";
            case Takes::private_file:
                return *this / "token";
            case Takes::new_file:
                return *this / "new";
            case Takes::file:
                return *this / "input.csv";
            case Takes::directory:
                return *this / "full";
            case Takes::id:
                return "3f0e8c2a-1b2c-4d5e-8f90-0123456789ab";
            default:
                return option.get_name() == "file" ? *this / "input.csv" : "4711";
        }
    }

    TemporaryFolder folder_;
};

/// What the line is refused with before any command runs; empty when it is not.
Error refusal(const Words& words) {
    Tree tree;
    const auto understood = understand(tree.app, tree.chosen, words);
    return understood ? Error{Errc::count_, "", ""} : understood.error();
}

constexpr const char* secret_part = "Zx8kQ2vN7pLw9RtY3bHc6MsD";

/// Forms that are credentials beyond doubt.
const std::vector<std::pair<const char*, std::string>> credentials = {
    {"a bearer token",
     std::string{"rky1_0123456789abcdefghijAB"} + secret_part + "0123456789abcdefghijABCD"},
    {"a bearer token cut short", std::string{"rky1_"} + secret_part},
    {"a bearer token in capitals", std::string{"RKY1_"} + secret_part},
    {"a bearer token at the end of a path", std::string{"./rky1_"} + secret_part},
    {"a share", std::string{"svs1aeaqcaibaeaqcaibamcqg"} + secret_part},
    {"a JWT", std::string{"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0xyz."} + secret_part},
    {"an Authorization header", std::string{"Bearer "} + secret_part},
    {"a private key", std::string{"-----BEGIN PRIVATE KEY-----\n"} + secret_part},
};

}  // namespace

TEST_CASE("no option of any command takes a credential, nor repeats it", "[cli][words]") {
    const Tree tree;
    const Scene scene;
    Tried tried("credentials");
    for (const auto& slot : all_slots(tree.app)) {
        for (const auto& [kind, value] : credentials) {
            CAPTURE(slot.name(), kind);
            const auto spaced = refusal(scene.line(slot, value));
            CHECK(spaced.code == Errc::usage);
            CHECK_THAT(spaced.message, Contains("a secret does not belong there"));
            CHECK_THAT(spaced.message + spaced.hint, !Contains(secret_part));
            tried.add(slot, kind);
            if (slot.option->get_positional()) continue;
            CHECK_THAT(spaced.message, Contains(" in " + place_of(*slot.option) + ":"));
            auto words = path_to(*slot.command);
            words.push_back(slot.option->get_name() + "=" + value);
            const auto joined = refusal(words);
            CHECK(joined.code == Errc::usage);
            CHECK_THAT(joined.message + joined.hint, !Contains(secret_part));
            tried.add(slot, std::string{kind} + ", with an equals sign");
        }
    }
    CHECK(tried.count() >= all_slots(tree.app).size() * credentials.size());
    CHECK(all_slots(tree.app).size() > 100);
}

TEST_CASE("no option of any command takes an empty value", "[cli][words]") {
    const Tree tree;
    const Scene scene;
    Tried tried("empty values");
    for (const auto& slot : all_slots(tree.app)) {
        CAPTURE(slot.name());
        for (const auto* value : {"", " ", "\n"}) {
            const auto error = refusal(scene.line(slot, value));
            CHECK(error.code == Errc::usage);
            CHECK_THAT(error.message, Contains("the value is empty"));
            tried.add(slot, fmt::format("'{}'", value));
        }
        if (slot.option->get_positional()) continue;
        // It would take the next word for its value.
        auto words = scene.line(slot, "x");
        for (auto word = words.begin(); word != words.end(); ++word) {
            if (*word == slot.option->get_name()) *word += "=";
        }
        const auto error = refusal(words);
        CHECK(error.code == Errc::usage);
        CHECK(error.message == slot.option->get_name() + ": the value is empty");
        tried.add(slot, "nothing behind the equals sign");
    }
    CHECK(tried.count() >= 3 * all_slots(tree.app).size());
}

TEST_CASE("no command repeats a word that it has no place for", "[cli][words]") {
    const Tree tree;
    const Scene scene;
    for (const auto* command : leaves(tree.app)) {
        for (const std::string extra : {secret_part, "hunter2", "correct horse battery staple"}) {
            auto words = scene.line(*command);
            for (int i = 0; i < 3; ++i) words.push_back(extra);
            CAPTURE(words);
            if (command->get_name() == "help") continue;  // takes any number of words
            const auto error = refusal(words);
            CHECK(error.code == Errc::usage);
            CHECK_THAT(error.message + error.hint, !Contains(extra));
            words = scene.line(*command);
            words.push_back("--token=" + extra);
            const auto option = refusal(words);
            CHECK(option.message == "there is no command or option --token");
        }
    }
}

TEST_CASE(
    "what may be a secret is used and never shown, by any option of any command", "[cli][table]"
) {
    const Tree tree;
    const Scene scene;
    Tried tried("what may be a secret");
    const std::pair<const char*, std::string> kinds[] = {
        {"a drawn string", secret_part},
        {"a passphrase", "correct horse battery staple"},
    };
    int number = 0;
    for (const auto& slot : all_slots(tree.app)) {
        for (const auto& [kind, text] : kinds) {
            auto value = text;
            const auto takes = slot.takes();
            if (shape_of(value, takes).suspicion != Suspicion::possible) {
                CHECK(takes == Takes::text);  // a name may have blanks
                continue;
            }
            // Where something is made it is made in the folder.
            if (takes == Takes::directory || takes == Takes::new_file) {
                if (text.find(' ') != std::string::npos) continue;
                value = scene / fmt::format("{}{}", text, ++number);
            }
            CAPTURE(slot.name(), kind);
            const auto ran = scene.run(scene.line(slot, value), {.closed = {STDOUT_FILENO}});
            CHECK(ran.code != 0);
            CHECK_THAT(
                ran.error, Contains("error: ") && !Contains(text) && !Contains("unexpected")
            );
            tried.add(slot, kind);
        }
    }
    CHECK(tried.count() >= all_slots(tree.app).size());
}

TEST_CASE(
    "a path that is missing or impossible is an error of its own at every option", "[cli][table]"
) {
    const Tree tree;
    const Scene scene;
    Tried tried("paths");
    const std::pair<const char*, std::string> kinds[] = {
        {"a missing folder", scene / "none/file"},
        {"a name of 300 characters", scene / std::string(300, 'a')},
        {"a file as a folder", scene / "token/file"},
    };
    for (const auto& slot : all_slots(tree.app)) {
        if (!is_path(slot.takes())) continue;
        for (const auto& [kind, value] : kinds) {
            CAPTURE(slot.name(), kind);
            // `rookery dev` would make the folder and serve; without its output it ends.
            const auto ran = scene.run(scene.line(slot, value), {.closed = {STDOUT_FILENO}});
            CHECK(ran.code > 0);
            CHECK_THAT(ran.error, Contains("error: ") && !Contains("unexpected"));
            tried.add(slot, kind);
        }
    }
    CHECK(tried.count() >= 3 * 40);
}

TEST_CASE("a symbolic link of one's own leads every option to what it names", "[cli][table]") {
    const Tree tree;
    const Scene scene;
    Tried tried("links");
    int number = 0;
    for (const auto& slot : all_slots(tree.app)) {
        const bool directory = slot.takes() == Takes::directory;
        if (!directory && slot.takes() != Takes::private_file) continue;
        const auto make = [&](const std::string& name) {
            const auto place = fmt::format("{}{}", name, ++number);
            if (directory) {
                fs::create_directory(scene / place);
                fs::permissions(scene / place, fs::perms::owner_all);
            } else {
                fs::copy_file(scene / "token", scene / place);
            }
            return scene / place;
        };
        const auto outcome = [&](const std::string& given, const std::string& real) {
            auto ran = scene.run(scene.line(slot, given), {.closed = {STDOUT_FILENO}});
            ran.error = std::regex_replace(ran.error, std::regex("after [0-9]+ ms"), "after N ms");
            ran.error = std::regex_replace(ran.error, std::regex("[-0-9]+T[:0-9]+Z"), "TIME");
            for (const auto& name : {given, real}) {
                for (std::size_t at = 0; (at = ran.error.find(name)) != std::string::npos;) {
                    ran.error.replace(at, name.size(), "PLACE");
                }
            }
            return std::pair{ran.code, ran.error};
        };
        CAPTURE(slot.name());
        const auto direct = make("direct");
        const auto real = make("real");
        const auto link = scene / fmt::format("link{}", ++number);
        fs::create_symlink(real, link);
        CHECK(outcome(direct, direct) == outcome(link, real));
        tried.add(slot, "a link");

        const auto nowhere = scene / fmt::format("nowhere{}", ++number);
        fs::create_symlink(scene / "none", nowhere);
        const auto lost = scene.run(scene.line(slot, nowhere), {.closed = {STDOUT_FILENO}});
        CHECK(lost.code > 0);
        // What opens a vault is read once one was found; of recover's options only --acknowledge needs a token.
        const std::set<std::string> later{
            "--key-file",
            "--passphrase-file",
            "--share-file",
            "--shares-to",
            "--log-archive",
            "--new-key-file",
            "--new-passphrase-file",
            "--new-shares-to",
            "--token-module",
            "--token-pin-file",
            "--new-token-module",
            "--new-token-pin-file"};
        // Which key is known to somebody else is asked first too.
        const auto& command = slot.command->get_name();
        if (!later.contains(slot.option->get_name()) && command != "recover" &&
            command != "compromise") {
            CHECK_THAT(lost.error, Contains("is a symbolic link to a "));
        }
        tried.add(slot, "a link that leads nowhere");
    }
    CHECK(tried.count() >= 2 * 20);
}

TEST_CASE("a closed descriptor changes nothing of what a command does", "[cli][table]") {
    const Tree tree;
    const Scene scene;
    Tried tried("closed descriptors");
    for (const auto* command : leaves(tree.app)) {
        const auto words = command->get_name() == "dev" ? Words{"dev", "--data", scene / "full"}
                                                        : scene.line(*command);
        CAPTURE(words);
        const auto open = scene.run(words);
        for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
            const auto ran = scene.run(words, {.closed = {fd}});
            CAPTURE(fd, ran.error);
            // What was to be shown and is lost is a failure.
            CHECK(ran.code == (fd == STDOUT_FILENO && open.code == 0 ? 1 : open.code));
            tried.add(*command, fmt::format("descriptor {}", fd));
        }
        CHECK(scene.run(words, {.closed = {0, 1, 2}}).code != -SIGABRT);
    }
    CHECK(tried.count() == 3 * leaves(tree.app).size());
}

TEST_CASE("a command whose reader goes away ends as other tools do", "[cli][table]") {
    const Tree tree;
    Tried tried("a broken pipe");
    for (const auto* command : all_commands(tree.app)) {
        auto words = path_to(*command);
        words.emplace_back("--help");
        CAPTURE(words);
        const auto ran = run_program(words, {}, {.reader_gone = true});
        CHECK(ran.code == -SIGPIPE);
        CHECK(ran.error.empty());
        tried.add(*command, "a broken pipe");
    }
    CHECK(tried.count() == all_commands(tree.app).size());
}

TEST_CASE("without a terminal no command writes what only a terminal understands", "[cli][table]") {
    const Tree tree;
    const Scene scene;
    for (const auto* command : leaves(tree.app)) {
        if (command->get_name() == "dev") continue;  // serves
        const auto ran = scene.run(scene.line(*command));
        CAPTURE(command->get_name());
        CHECK_THAT(ran.out + ran.error, !Contains("\033"));
    }
}

TEST_CASE("standard input is read by one option at most", "[cli][words]") {
    const auto both = refusal({"import", "x", "--token-file", "-"});
    CHECK(both.code == Errc::count_);
    const auto error = refusal(
        {"token",
         "create",
         "--user",
         "u",
         "--name",
         "n",
         "--out",
         "o",
         "--data",
         "d",
         "--passphrase-file",
         "-",
         "--token-file",
         "-"}
    );
    CHECK(error.code == Errc::usage);
    CHECK_THAT(error.message, Contains("--token-file") && Contains("--passphrase-file"));
}

TEST_CASE("no option makes a file called - for standard output", "[cli][words]") {
    const Tree tree;
    const Scene scene;
    Tried tried("a file called -");
    for (const auto& slot : all_slots(tree.app)) {
        if (slot.takes() != Takes::new_file) continue;
        CAPTURE(slot.name());
        const auto error = refusal(scene.line(slot, "-"));
        CHECK(error.code == Errc::usage);
        CHECK(error.message == place_of(*slot.option) + ": standard output is no file to make");
        CHECK_THAT(
            error.hint, Contains(slot.command->get_name() == "export" ? "without --out" : "file")
        );
        tried.add(slot, "-");
    }
    CHECK(tried.count() >= 5);
}

TEST_CASE("a flag takes no value, and none of it is repeated", "[cli][words]") {
    const Tree tree;
    const Scene scene;
    Tried tried("flags with a value");
    for (const auto* command : leaves(tree.app)) {
        for (const auto* option : command->get_options()) {
            if (option->get_expected_max() != 0) continue;
            for (const auto& text :
                 {std::string{secret_part},
                  std::string{"hunter2"},
                  std::string{"true"},
                  std::string{"1"},
                  std::string{},
                  std::string{"Bearer "} + secret_part}) {
                auto words = scene.line(*command);
                const auto name = "--" + option->get_lnames().front();
                words.push_back(name + "=" + text);
                CAPTURE(words);
                const auto error = refusal(words);
                CHECK(error.code == Errc::usage);
                CHECK(error.message == name + " takes no value");
                CHECK(error.hint == "write " + name + " alone");
                tried.add({command, option}, text);
            }
        }
    }
    CHECK(tried.count() > 6 * 30);
}

TEST_CASE("what may be a secret behind an equals sign is not repeated", "[cli][table]") {
    const Tree tree;
    const Scene scene;
    Tried tried("what may be a secret, with an equals sign");
    for (const auto& slot : all_slots(tree.app)) {
        if (slot.option->get_positional()) continue;
        if (slot.takes() == Takes::new_file || slot.takes() == Takes::directory) continue;
        for (const std::string text : {secret_part, "correct horse battery staple"}) {
            if (shape_of(text, slot.takes()).suspicion == Suspicion::none) continue;
            auto words = path_to(*slot.command);
            words.push_back(slot.option->get_name() + "=" + text);
            CAPTURE(words);
            const auto ran = scene.run(words, {.closed = {STDOUT_FILENO}});
            CHECK(ran.code > 0);
            CHECK_THAT(ran.error, Contains("error: ") && !Contains(text));
            tried.add(slot, text);
        }
    }
    CHECK(tried.count() > 100);
}

TEST_CASE("a credential in a variable of the environment is not repeated", "[cli]") {
    const Scene scene;
    for (const auto* name : {"ROOKERY_URL", "ROOKERY_CA", "ROOKERY_TOKEN_FILE"}) {
        for (const auto& [kind, value] : credentials) {
            auto environment = scene.environment();
            std::erase_if(environment, [&](const std::string& one) {
                return one.starts_with(name);
            });
            environment.push_back(std::string{name} + "=" + value);
            CAPTURE(name, kind);
            const auto ran = run_program({"sync", "status"}, environment);
            CHECK(ran.code == 2);
            CHECK_THAT(ran.error, Contains(std::string{" in "} + name) && !Contains(secret_part));
        }
    }
    const auto ran = run_program(
        {"get", "1"},
        {"ROOKERY_URL=https://127.0.0.1:1", "ROOKERY_TOKEN_FILE=correct horse battery"}
    );
    CHECK(ran.code == 4);
    CHECK_THAT(
        ran.error, Contains("ROOKERY_TOKEN_FILE was given is not shown") && !Contains("horse")
    );
}

TEST_CASE("docs/cli-reference.md is what the program says of itself", "[cli]") {
    const Tree tree;
    const auto page = read_file(ROOKERY_SOURCE_DIR "/docs/cli-reference.md");
    CHECK(page == reference_page(tree.app));
    CHECK(run_program({"help", "reference"}).out == page);
    const auto guide = read_file(ROOKERY_SOURCE_DIR "/docs/cli.md");
    for (const auto* command : leaves(tree.app)) {
        const auto words = path_to(*command);
        CHECK_THAT(
            guide,
            Contains(fmt::format("`rookery {}`", fmt::join(words, " "))) ||
                Contains("`" + words.back() + "`")
        );
    }
}

TEST_CASE("every option says what it takes", "[cli][words]") {
    const Tree tree;
    for (const auto& slot : all_slots(tree.app)) {
        CAPTURE(slot.name());
        const auto type = slot.option->get_type_name();
        CHECK(label_of(slot.takes()) == type.substr(0, type.find(':')));
    }
}

TEST_CASE("help and version answer by every name that people try", "[cli]") {
    const Tree tree;
    for (const auto* command : all_commands(tree.app)) {
        auto words = path_to(*command);
        if (words.empty()) continue;
        CAPTURE(words);
        words.insert(words.begin(), "help");
        const auto asked = run_program(words);
        words.erase(words.begin());
        words.emplace_back("--help");
        const auto help = run_program(words);
        CHECK(asked.code == 0);
        CHECK(help.code == 0);
        CHECK(asked.out == help.out);
        CHECK_THAT(help.out, Contains(command->get_name()));
    }
    for (const Words& words : {Words{"help"}, {"help", "exit-codes"}, {"help", "environment"}}) {
        CHECK(run_program(words).code == 0);
    }
    const auto version = run_program({"version"});
    CHECK_THAT(version.out, Catch::Matchers::Matches("rookery [0-9.]+\n"));
    for (const auto* other : {"-V", "--version"}) CHECK(run_program({other}).out == version.out);
    const auto unknown = run_program({"help", "no-such"});
    CHECK(unknown.code == 2);
    CHECK_THAT(unknown.error, Contains("there is no such topic"));
}

TEST_CASE("a line that is no command of the program is refused with what to type", "[cli]") {
    const Tree tree;
    for (const auto* command : leaves(tree.app)) {
        auto words = path_to(*command);
        words.emplace_back("--no-such-option");
        CAPTURE(words);
        const auto wrong = refusal(words);
        CHECK(wrong.code == Errc::usage);
        CHECK(wrong.message == "there is no command or option --no-such-option");
        CHECK_THAT(wrong.hint, Contains("--help"));
    }
    CHECK(run_program({}).code == 2);
    for (const Words& wrong :
         {Words{"no-such"}, {"no-such", "more"}, {"token", "no-such"}, {"--no-such"}}) {
        const auto ran = run_program(wrong);
        CHECK(ran.code == 2);
        CHECK_THAT(
            ran.error,
            Catch::Matchers::Matches("error: there is no command or option (--)?no-such\n[^]*")
        );
    }
}

}  // namespace command_line_test
