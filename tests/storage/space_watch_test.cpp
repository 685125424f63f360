#include "storage/space_watch.hpp"

#include "storage/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <string>
#include <sys/stat.h>
#include <vector>

namespace space_watch_test {

using namespace rookery;
using namespace rookery::storage;

namespace {

constexpr std::uintmax_t MiB = 1U << 20;

/// A disk of 10,000 MiB: little below 500, scarce below 200, none below 100.
struct Bench {
    explicit Bench(std::uintmax_t reserve = 0)
        : rule{{400 * MiB, 5}, 200 * MiB, 100 * MiB, reserve} {}

    std::unique_ptr<SpaceWatch> watch() {
        return std::make_unique<SpaceWatch>(
            folder.path(),
            rule,
            [this](const auto&) -> Result<Space> {
                if (broken) return fail(Errc::io, "no disk");
                return Space{free * MiB, 10'000 * MiB};
            },
            [this](SpaceLevel level, std::string_view text) {
                told.emplace_back(level, std::string{text});
            }
        );
    }

    [[nodiscard]] std::filesystem::path reserve() const {
        return folder.path() / SpaceWatch::reserve_name;
    }

    const storage::test::TemporaryFolder folder;
    SpaceRule rule;
    std::uintmax_t free = 5000;
    bool broken = false;
    std::vector<std::pair<SpaceLevel, std::string>> told;
};

}  // namespace

TEST_CASE("each level of free space begins just below its bound", "[storage]") {
    const auto [free, level] = GENERATE(table<std::uintmax_t, SpaceLevel>({
        {10'000, SpaceLevel::enough},
        {500, SpaceLevel::enough},
        {499, SpaceLevel::little},
        {200, SpaceLevel::little},
        {199, SpaceLevel::scarce},
        {100, SpaceLevel::scarce},
        {99, SpaceLevel::none},
        {0, SpaceLevel::none},
    }));
    Bench bench;
    bench.free = free;
    CHECK(bench.watch()->level() == level);
    CHECK(bench.watch()->warning().empty() == (level == SpaceLevel::enough));
}

TEST_CASE("a level is told once when it begins, and so is its end", "[storage]") {
    Bench bench;
    const auto watch = bench.watch();
    CHECK(bench.told.empty());
    for (const std::uintmax_t free : {450U, 440U, 150U, 50U, 50U, 5000U, 5000U}) {
        bench.free = free;
        watch->look();
    }
    REQUIRE(bench.told.size() == 4);
    CHECK(bench.told[0].first == SpaceLevel::little);
    CHECK(bench.told[0].second.find("450 MiB are free") == 0);
    CHECK(bench.told[1].first == SpaceLevel::scarce);
    CHECK(bench.told[1].second.find("only administrators") != std::string::npos);
    CHECK(bench.told[2].first == SpaceLevel::none);
    CHECK(bench.told[3].first == SpaceLevel::enough);
    CHECK(bench.told[3].second.empty());
}

TEST_CASE("a level does not come and go with a few bytes", "[storage]") {
    Bench bench;
    const auto watch = bench.watch();
    const auto level_at = [&](std::uintmax_t free) {
        bench.free = free;
        watch->look();
        return watch->level();
    };
    CHECK(level_at(99) == SpaceLevel::none);
    CHECK(level_at(112) == SpaceLevel::none);
    CHECK(level_at(113) == SpaceLevel::scarce);
    CHECK(level_at(101) == SpaceLevel::scarce);
    CHECK(level_at(224) == SpaceLevel::scarce);
    CHECK(level_at(225) == SpaceLevel::little);
    CHECK(level_at(562) == SpaceLevel::little);
    CHECK(level_at(563) == SpaceLevel::enough);
    CHECK(level_at(500) == SpaceLevel::enough);
}

TEST_CASE("a disk that cannot be asked changes nothing", "[storage]") {
    Bench bench;
    bench.free = 150;
    const auto watch = bench.watch();
    bench.broken = true;
    watch->look();
    CHECK(watch->level() == SpaceLevel::scarce);
}

TEST_CASE(
    "the reserve has blocks of its own, and is given up only at the end on a full disk", "[storage]"
) {
    Bench bench(MiB);
    const auto watch = bench.watch();

    struct stat found {};

    REQUIRE(::stat(bench.reserve().c_str(), &found) == 0);
    CHECK(found.st_size == static_cast<off_t>(MiB));
    CHECK(static_cast<std::uintmax_t>(found.st_blocks) * 512 >= MiB);
    CHECK((found.st_mode & 0777) == 0600);
    SECTION("not while it serves") {
        bench.free = 1;
        watch->look();
        CHECK(std::filesystem::exists(bench.reserve()));
    }
    SECTION("not at the end when there is room") {
        for (const std::uintmax_t free : {5000U, 450U, 150U}) {
            bench.free = free;
            watch->make_room_to_end();
            CHECK(std::filesystem::exists(bench.reserve()));
        }
    }
    SECTION("at the end, for good") {
        bench.free = 1;
        watch->make_room_to_end();
        CHECK_FALSE(std::filesystem::exists(bench.reserve()));
        bench.free = 5000;
        watch->look();
        CHECK_FALSE(std::filesystem::exists(bench.reserve()));
        // The next process makes it again.
        const auto next = bench.watch();
        CHECK(std::filesystem::exists(bench.reserve()));
    }
}

TEST_CASE(
    "the reserve is made when there is room for it, and anew when it is another", "[storage]"
) {
    Bench bench(MiB);
    bench.free = 450;
    const auto watch = bench.watch();
    CHECK_FALSE(std::filesystem::exists(bench.reserve()));
    std::ofstream(bench.reserve()) << "somebody's";
    bench.free = 5000;
    watch->look();
    CHECK(std::filesystem::file_size(bench.reserve()) == MiB);
    // No link of this name is followed.
    const auto other = bench.folder.path() / "other";
    std::ofstream(other) << "kept";
    std::filesystem::remove(bench.reserve());
    std::filesystem::create_symlink(other, bench.reserve());
    watch->look();
    CHECK(std::filesystem::file_size(other) == 4);
    CHECK_FALSE(std::filesystem::is_symlink(bench.reserve()));
}

}  // namespace space_watch_test
