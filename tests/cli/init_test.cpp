// rookery init makes a whole vault or nothing.
#include "cli/local/new_directory.hpp"
#include "cli/program.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace init_test {

using namespace rookery::cli::testing;
namespace fs = std::filesystem;

namespace {

Ran init(const TemporaryFolder& folder, std::vector<std::string> more) {
    std::vector<std::string> arguments{
        "init",
        "--data",
        (folder / "vault").string(),
        "--key-file",
        (folder / "root.key").string(),
        "--allow-swap",
        "--allow-unlocked"};
    more.insert(more.begin(), {"--admin-token-file", (folder / "admin.token").string()});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(arguments);
}

const std::vector<std::vector<std::string>> failing = {
    {"--name", "no name"},
    {"--name", ""},
    {"--origin", "no origin"},
    {"--admin", ""},
    {"--admin", std::string(5'000, 'a')},
    {"--admin", "\xff"},
};

}  // namespace

TEST_CASE("an init that fails leaves no data directory, and the retry works") {
    for (const auto& wrong : failing) {
        CAPTURE(wrong);
        const TemporaryFolder folder;
        CHECK(init(folder, wrong).code != 0);
        CHECK_FALSE(fs::exists(folder / "vault"));
        CHECK_FALSE(fs::exists(folder / "admin.token"));
        const auto again = init(folder, {});
        CAPTURE(again.error);
        CHECK(again.code == 0);
    }
}

TEST_CASE("an init that cannot write its token leaves an empty directory as empty as it was") {
    const TemporaryFolder folder;
    fs::create_directory(folder / "vault");
    fs::permissions(folder / "vault", fs::perms::owner_all);
    const auto ran = run_program(
        {"init",
         "--data",
         (folder / "vault").string(),
         "--key-file",
         (folder / "root.key").string(),
         "--admin-token-file",
         (folder / "absent/admin.token").string(),
         "--allow-swap",
         "--allow-unlocked"}
    );
    CHECK(ran.code != 0);
    CHECK(fs::is_directory(folder / "vault"));
    CHECK(fs::is_empty(folder / "vault"));
}

TEST_CASE("an init into a directory that is not empty touches nothing in it") {
    const TemporaryFolder folder;
    fs::create_directory(folder / "vault");
    write_file(folder / "vault/mine", "kept");
    CHECK(init(folder, {}).code == 8);
    CHECK(read_file(folder / "vault/mine") == "kept");
}

TEST_CASE("an init that fails beside another one clears nothing of it") {
    const TemporaryFolder folder;
    const auto path = folder / "vault";
    auto first = rookery::cli::NewDirectory::claim(path);
    REQUIRE(first.has_value());
    const auto second = init(folder, {});
    CHECK(second.code == 8);
    CHECK(fs::is_directory(path));
    write_file(path / "mine", "kept");
    CHECK(init(folder, {}).code == 8);
    CHECK(read_file(path / "mine") == "kept");
    first->keep();
}

}  // namespace init_test
