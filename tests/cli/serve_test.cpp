// What rookery serve says when it cannot start.
#include "cli/program.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace serve_test {

using namespace rookery::cli::testing;
using Catch::Matchers::Contains;

namespace {

Ran serve(const TemporaryFolder& folder, const std::string& unseal) {
    write_file(
        folder / "rookery.toml",
        "data = '" + (folder / "vault").string() + "'\n" + unseal +
            "[memory]\nallow_swap = true\nallow_unlocked = true\n"
    );
    return run_program({"serve", "--config", (folder / "rookery.toml").string()});
}

}  // namespace

TEST_CASE("serve names the line of its configuration when there is no data directory") {
    const TemporaryFolder folder;
    const auto ran =
        serve(folder, "[unseal]\nkey_file = '" + (folder / "root.key").string() + "'\n");
    CHECK(ran.code == 4);
    CHECK_THAT(ran.error, Contains("hint: `data` in " + (folder / "rookery.toml").string()));
    CHECK_THAT(
        ran.error, Contains("--data " + (folder / "vault").string() + " makes a vault there")
    );
}

}  // namespace serve_test
