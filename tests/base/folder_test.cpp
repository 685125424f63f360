#include "base/folder.hpp"

#include "base/random.hpp"
#include "base/uuid.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace folder_test {

using namespace rookery;

namespace fs = std::filesystem;

namespace {

/// A private directory of the test's own.
struct Place {
    Place() {
        SystemRandom random;
        path = fs::temp_directory_path() / ("rookery-folder-" + to_string(Uuid::random(random)));
        fs::create_directory(path);
        fs::permissions(path, fs::perms(0700));
    }

    ~Place() { fs::remove_all(path); }

    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    [[nodiscard]] Folder folder() const {
        auto opened = Folder::open_private(path);
        REQUIRE(opened);
        return std::move(*opened);
    }

    fs::path path;
};

Errc code(const Result<Folder>& result) {
    REQUIRE_FALSE(result);
    return result.error().code;
}

}  // namespace

TEST_CASE("a private folder is ours alone, and no link", "[base]") {
    const Place place;
    CHECK(Folder::open_private(place.path));
    CHECK(Folder::open_private(place.path / ""));
    CHECK(code(Folder::open_private(place.path / "nothing")) == Errc::not_found);
    fs::create_directory_symlink(place.path, place.path / "link");
    CHECK(code(Folder::open_private(place.path / "link")) == Errc::bad_permissions);
    CHECK(code(Folder::open_private(place.path / "link" / "")) == Errc::bad_permissions);
    for (const auto mode : {0750, 0705, 0711}) {
        fs::permissions(place.path, fs::perms(mode));
        CHECK(code(Folder::open_private(place.path)) == Errc::bad_permissions);
        CHECK(Folder::open_to_read(place.path));
    }
}

TEST_CASE("what is made in a folder is private, and never over anything", "[base]") {
    const Place place;
    const auto folder = place.folder();
    REQUIRE(folder.write("file", bytes_of("content")));
    CHECK(fs::status(place.path / "file").permissions() == fs::perms(0600));
    CHECK_FALSE(folder.write("file", bytes_of("other")));
    CHECK_FALSE(folder.create("file"));
    REQUIRE(folder.make("inner"));
    CHECK(fs::status(place.path / "inner").permissions() == fs::perms(0700));
    CHECK_FALSE(folder.make("inner"));
    const auto read = folder.read("file", 100);
    REQUIRE(read);
    CHECK(text_of(*read) == "content");
    CHECK(folder.read("file", 6).error().code == Errc::too_large);
    CHECK(folder.read("nothing", 6).error().code == Errc::not_found);
    fs::create_symlink("file", place.path / "link");
    CHECK(folder.read("link", 100).error().code == Errc::bad_permissions);
    CHECK_FALSE(folder.create("link"));
    CHECK(folder.read("inner", 100).error().code == Errc::bad_permissions);
    REQUIRE(::mkfifo((place.path / "pipe").c_str(), 0600) == 0);
    CHECK(folder.read("pipe", 100).error().code == Errc::bad_permissions);
}

TEST_CASE("a rename in a folder replaces nothing", "[base]") {
    const Place place;
    const auto folder = place.folder();
    REQUIRE(folder.write("a", bytes_of("a")));
    REQUIRE(folder.write("b", bytes_of("b")));
    CHECK_FALSE(folder.rename("a", folder, "b"));
    CHECK(text_of(*folder.read("b", 10)) == "b");
    const auto inner = folder.make("inner");
    REQUIRE(inner);
    REQUIRE(folder.rename("a", *inner, "a"));
    CHECK(text_of(*inner->read("a", 10)) == "a");
    CHECK(folder.sync());
}

TEST_CASE("a file can have one more name in another folder", "[base]") {
    const Place place;
    const auto folder = place.folder();
    REQUIRE(folder.write("a", bytes_of("a")));
    const auto inner = folder.make("inner");
    REQUIRE(inner);
    const auto linked = inner->link(folder, "a");
    REQUIRE(linked);
    CHECK(*linked);
    CHECK(fs::equivalent(place.path / "a", place.path / "inner" / "a"));
    CHECK_FALSE(inner->link(folder, "a"));
    CHECK_FALSE(inner->link(folder, "nothing"));
}

TEST_CASE("removing takes what is in a directory, and not what a link leads to", "[base]") {
    const Place place;
    const auto folder = place.folder();
    fs::create_directories(place.path / "a" / "b");
    fs::create_directories(place.path / "kept");
    REQUIRE(folder.write("kept.txt", bytes_of("x")));
    fs::create_directory_symlink(place.path / "kept", place.path / "a" / "link");
    CHECK(folder.remove("a"));
    CHECK(folder.remove("a"));
    CHECK_FALSE(fs::exists(place.path / "a"));
    CHECK(fs::exists(place.path / "kept"));
    CHECK(folder.remove("kept.txt"));
    fs::create_directories(place.path / "1" / "2" / "3" / "4" / "5" / "6" / "7");
    CHECK_FALSE(folder.remove("1"));
}

TEST_CASE("the names of a folder have a bound", "[base]") {
    const Place place;
    const auto folder = place.folder();
    for (const auto* name : {"a", "b", ".hidden"}) REQUIRE(folder.write(name, {}));
    auto names = folder.names(3);
    REQUIRE(names);
    std::ranges::sort(*names);
    CHECK(*names == std::vector<std::string>{".hidden", "a", "b"});
    CHECK(folder.names(2).error().code == Errc::too_many_rows);
    CHECK(folder.names(3));
}

TEST_CASE("a folder is one holder's at a time", "[base]") {
    const Place place;
    const auto first = place.folder();
    REQUIRE(first.lock());
    {
        const auto second = place.folder();
        CHECK(second.lock().error().code == Errc::in_use);
    }
    CHECK(first.lock());
}

TEST_CASE("a folder lies in itself and in those above it", "[base]") {
    const Place place;
    const auto folder = place.folder();
    const auto inner = folder.make("inner");
    const auto beside = folder.make("inner2");
    REQUIRE(inner);
    REQUIRE(beside);
    CHECK(folder.lies_in(folder));
    CHECK(inner->lies_in(folder));
    CHECK_FALSE(folder.lies_in(*inner));
    CHECK_FALSE(beside->lies_in(*inner));
}

}  // namespace folder_test
