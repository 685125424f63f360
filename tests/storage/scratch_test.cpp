#include "storage/scratch.hpp"

#include "storage/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <map>
#include <random>
#include <string>

namespace scratch_test {

using namespace rookery;
using namespace rookery::storage;

namespace fs = std::filesystem;

namespace {

/// The folder for temporary files is the test's own while this lives.
class TemporaryFiles {
 public:
    TemporaryFiles() : before_(value()) { ::setenv("TMPDIR", folder_.path().c_str(), 1); }

    TemporaryFiles(const TemporaryFiles&) = delete;
    TemporaryFiles& operator=(const TemporaryFiles&) = delete;

    ~TemporaryFiles() {
        if (before_) {
            ::setenv("TMPDIR", before_->c_str(), 1);
        } else {
            ::unsetenv("TMPDIR");
        }
    }

    [[nodiscard]] bool empty() const { return fs::is_empty(folder_.path()); }

    [[nodiscard]] const fs::path& path() const { return folder_.path(); }

 private:
    static std::optional<std::string> value() {
        const auto* text = std::getenv("TMPDIR");
        return text == nullptr ? std::nullopt : std::optional<std::string>(text);
    }

    storage::test::TemporaryFolder folder_;
    std::optional<std::string> before_;
};

std::map<std::string, std::string> all(const Scratch& scratch, std::string_view prefix) {
    std::map<std::string, std::string> out;
    std::string last;
    const auto cursor = scratch.scan(prefix);
    for (; cursor->valid(); cursor->next()) {
        CHECK((out.empty() || last < cursor->key()));
        last = cursor->key();
        out.emplace(cursor->key(), cursor->value());
    }
    REQUIRE(cursor->status());
    return out;
}

}  // namespace

TEST_CASE(
    "a scratch map gives the keys of a prefix in order, with their newest values", "[storage]"
) {
    const auto scratch = Scratch::open();
    REQUIRE(scratch);
    REQUIRE((*scratch)->put("b2", "two"));
    REQUIRE((*scratch)->put("a", "other"));
    REQUIRE((*scratch)->put("b1", "one"));
    REQUIRE((*scratch)->put("c", "other"));
    REQUIRE((*scratch)->put("b2", "two again"));
    REQUIRE((*scratch)->put("b", ""));
    CHECK(
        all(**scratch, "b") ==
        std::map<std::string, std::string>{{"b", ""}, {"b1", "one"}, {"b2", "two again"}}
    );
    CHECK(all(**scratch, "d").empty());
    CHECK(all(**scratch, "b1").size() == 1);
    REQUIRE((*scratch)->put(std::string("\xFF\xFF", 2), "last"));
    CHECK(all(**scratch, std::string("\xFF", 1)).size() == 1);
}

TEST_CASE("a scratch map holds more than its memory", "[storage]") {
    const auto scratch = Scratch::open();
    REQUIRE(scratch);
    std::mt19937_64 random(7);
    std::map<std::string, std::string> expected;
    const std::string filler(4000, 'x');
    for (int i = 0; i < 20'000; ++i) {  // 80 MB
        auto key = "k" + std::to_string(random() % 15'000);
        auto value = std::to_string(i) + filler;
        REQUIRE((*scratch)->put(key, value));
        expected[std::move(key)] = std::to_string(i);
    }
    auto found = all(**scratch, "k");
    REQUIRE(found.size() == expected.size());
    for (auto& [key, value] : found) value.resize(value.size() - filler.size());
    CHECK(found == expected);
}

TEST_CASE("a cursor over a scratch map shows it as it was when it was opened", "[storage]") {
    const auto scratch = Scratch::open();
    REQUIRE(scratch);
    REQUIRE((*scratch)->put("a", "1"));
    const auto cursor = (*scratch)->scan("a");
    REQUIRE((*scratch)->put("a", "2"));
    REQUIRE((*scratch)->put("ab", "3"));
    REQUIRE(cursor->valid());
    CHECK(cursor->value() == "1");
    cursor->next();
    CHECK_FALSE(cursor->valid());
    CHECK(all(**scratch, "a").size() == 2);
}

TEST_CASE("two scratch maps are not the same, and both are gone afterwards", "[storage]") {
    const TemporaryFiles files;
    {
        const auto first = Scratch::open();
        const auto second = Scratch::open();
        REQUIRE(first);
        REQUIRE(second);
        REQUIRE((*first)->put("a", "1"));
        CHECK(all(**second, "a").empty());
        CHECK_FALSE(files.empty());
        for (const auto& folder : fs::directory_iterator(files.path())) {
            CHECK(fs::status(folder).permissions() == fs::perms::owner_all);
        }
    }
    CHECK(files.empty());
}

TEST_CASE(
    "without a folder for temporary files there is no scratch map, and the error says what to do",
    "[storage]"
) {
    const TemporaryFiles files;
    ::setenv("TMPDIR", (files.path() / "none").c_str(), 1);
    const auto scratch = Scratch::open();
    REQUIRE_FALSE(scratch);
    CHECK(scratch.error().code == Errc::io);
    CHECK(scratch.error().hint.find("TMPDIR") != std::string::npos);
}

}  // namespace scratch_test
