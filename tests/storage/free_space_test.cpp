#include "storage/free_space.hpp"

#include "storage/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <limits>

namespace free_space_test {

using namespace rookery;
using namespace rookery::storage;

TEST_CASE("a disk with room enough passes, with too little it does not", "[storage]") {
    const storage::test::TemporaryFolder folder;
    CHECK(check_free_space(folder.path(), {.bytes_min = 1, .percent_min = 0}));
    const auto by_bytes = check_free_space(
        folder.path(), {.bytes_min = std::numeric_limits<std::uintmax_t>::max(), .percent_min = 0}
    );
    REQUIRE_FALSE(by_bytes);
    CHECK(by_bytes.error().code == Errc::io);
    CHECK_FALSE(by_bytes.error().hint.empty());
    CHECK_FALSE(check_free_space(folder.path(), {.bytes_min = 0, .percent_min = 101}));
}

TEST_CASE("a folder that is not there has no free space", "[storage]") {
    const storage::test::TemporaryFolder folder;
    const auto result = check_free_space(folder.path() / "missing");
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::io);
}

}  // namespace free_space_test
