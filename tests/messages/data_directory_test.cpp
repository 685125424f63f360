#include "messages/data_directory.hpp"

#include "base/random.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <sys/stat.h>

using namespace rookery;
using messages::DataDirectory;

namespace {

namespace fs = std::filesystem;

struct Fixture {
    Fixture() {
        SystemRandom random;
        identity.id = Uuid::random(random);
        identity.origin = "vault.example/audit/a";
        path = fs::temp_directory_path() / ("rookery-data-" + to_string(identity.id));
    }

    ~Fixture() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }

    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;

    messages::VaultIdentity identity;
    fs::path path;
};

template <class T>
Errc error_of(const Result<T>& result) {
    REQUIRE_FALSE(result);
    return result.error().code;
}

}  // namespace

TEST_CASE("a data directory is its owner's, and one process's at a time", "[messages]") {
    const Fixture f;
    {
        auto made = DataDirectory::create(f.path, f.identity);
        REQUIRE(made);
        const auto moved = std::move(*made);  // and the lock with it
        CHECK(error_of(DataDirectory::open(f.path)) == Errc::in_use);
        CHECK(error_of(DataDirectory::create(f.path, f.identity)) == Errc::in_use);
        CHECK(fs::status(f.path).permissions() == fs::perms{0700});
        CHECK(fs::status(f.path / "vault").permissions() == fs::perms{0600});
    }
    {
        const auto again = DataDirectory::open(f.path);
        REQUIRE(again);
        CHECK(again->identity().id == f.identity.id);
        CHECK(again->identity().origin == f.identity.origin);
    }
    fs::permissions(f.path, fs::perms{0750});
    CHECK(error_of(DataDirectory::open(f.path)) == Errc::bad_permissions);
}

TEST_CASE("the files beside the store are replaced and read as they were written", "[messages]") {
    const Fixture f;
    const auto made = DataDirectory::create(f.path, f.identity);
    REQUIRE(made);
    CHECK(error_of(made->read_slots()) == Errc::io);
    std::ofstream(f.path / "slots.new") << "half of what a crash left";
    REQUIRE(made->write_slots(bytes_of("first")));
    REQUIRE(made->write_slots(bytes_of("second")));
    REQUIRE(made->write_keyring(bytes_of("third")));
    REQUIRE(made->write_verifier_key("fourth"));
    CHECK(text_of(made->read_slots().value()) == "second");
    CHECK(text_of(made->read_keyring().value()) == "third");
    for (const auto* const name : {"slots", "keyring", "log.vkey"}) {
        CHECK(fs::status(f.path / name).permissions() == fs::perms{0600});
    }
    CHECK_FALSE(fs::exists(f.path / "slots.new"));
}

TEST_CASE("what stands in the place of a data directory's file is damage", "[messages]") {
    const Fixture f;
    const auto made = DataDirectory::create(f.path, f.identity);
    REQUIRE(made);
    SECTION("a link") {
        fs::create_symlink(f.path / "vault", f.path / "slots");
    }
    SECTION("a folder") {
        fs::create_directory(f.path / "slots");
    }
    SECTION("a pipe") {
        REQUIRE(::mkfifo((f.path / "slots").c_str(), 0600) == 0);
    }
    SECTION("more than 8 MiB") {
        REQUIRE(made->write_slots({}));
        fs::resize_file(f.path / "slots", (8U << 20) + 1);
    }
    CHECK(error_of(made->read_slots()) == Errc::integrity);
}
