// Files that a command makes: nothing is ever replaced.
#include "cli/import/output_file.hpp"

#include "cli/program.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

namespace output_file_test {

using namespace rookery;
using namespace rookery::cli;
using namespace rookery::cli::testing;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

TEST_CASE("a file to make replaces none: not another's, and not the import's own input", "[cli]") {
    const TemporaryFolder folder;
    const DevServer server(folder / "vault");
    const auto input = (folder / "input.csv").string();
    const std::string text = "unique_handle_id,handle,access_token\n7200,@one,tok\n";
    write_file(input, text);
    const auto kept = (folder / "kept.csv").string();
    write_file(kept, "kept");
    fs::permissions(kept, fs::perms::owner_read);
    const std::vector<std::vector<std::string>> lines = {
        {"import", input, "--report", input},
        {"import", input, "--dry-run", "--report", input},
        {"import", input, "--report", kept},
        {"export", "--out", kept},
        {"export", "--out", input},
        {"token", "create", "--user", "4711", "--name", "n", "--out", kept},
    };
    for (const auto& line : lines) {
        CAPTURE(line);
        const auto ran = server.run_as("security", line);
        CHECK(ran.code == 7);
        CHECK_THAT(ran.error, Contains("exists already") && Contains("hint: remove it first"));
        CHECK(read_file(input) == text);
        CHECK(read_file(kept) == "kept");
        CHECK(mode_of(kept) == 0400);
    }
    for (const auto& entry : fs::directory_iterator(folder / "")) {
        CHECK_THAT(entry.path().string(), !Catch::Matchers::EndsWith(".new"));
    }
    // Nothing was imported.
    CHECK_THAT(server.run_as("security", {"export"}).out, !Contains("7200"));
}

TEST_CASE("a name that is taken meanwhile is left alone, and nothing beside it", "[cli]") {
    const TemporaryFolder folder;
    {
        auto file = OutputFile::create(folder / "out").value();
        REQUIRE(file.write("new").has_value());
        write_file(folder / "out", "another's");
        CHECK(file.finish().error().code == Errc::duplicate_key);
    }
    CHECK(read_file(folder / "out") == "another's");
    fs::remove(folder / "out");
    fs::create_symlink(folder / "nowhere", folder / "out");
    CHECK(OutputFile::create(folder / "out").error().code == Errc::duplicate_key);
    fs::remove(folder / "out");
    auto file = OutputFile::create(folder / "out").value();
    REQUIRE(file.write("new").has_value());
    REQUIRE(file.finish().has_value());
    CHECK(read_file(folder / "out") == "new");
    CHECK(std::distance(fs::directory_iterator(folder / ""), {}) == 1);
}

}  // namespace output_file_test
