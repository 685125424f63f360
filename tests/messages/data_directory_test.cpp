#include "vault/data_directory.hpp"

#include "base/random.hpp"
#include "merkle/checkpoint.hpp"
#include "vault/sealed_log.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <set>
#include <sys/stat.h>

namespace data_directory_test {

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

namespace {

std::set<std::string> names_in(const fs::path& folder) {
    std::set<std::string> out;
    for (const auto& entry : fs::directory_iterator(folder)) out.insert(entry.path().filename());
    return out;
}

void put(const fs::path& file, std::string_view text) { std::ofstream(file) << text; }

}  // namespace

TEST_CASE("whoever looks at a data directory leaves it as it was", "[messages]") {
    const Fixture f;
    REQUIRE(DataDirectory::create(f.path, f.identity));
    put(f.path / "keyring.new", "half of what a crash left");
    put(f.path / "slots", "the slots");
    fs::remove(f.path / "LOCK");
    fs::permissions(f.path, fs::perms{0500});  // as of a medium that nobody can write
    const auto before = names_in(f.path);
    {
        const auto looking = DataDirectory::open_to_look(f.path);
        REQUIRE(looking);
        CHECK(looking->identity().id == f.identity.id);
        CHECK(text_of(looking->read_slots().value()) == "the slots");
        CHECK(names_in(f.path) == before);
    }
    CHECK(names_in(f.path) == before);
    fs::permissions(f.path, fs::perms{0700});
    {
        const auto opened = DataDirectory::open(f.path);
        REQUIRE(opened);
        CHECK_FALSE(fs::exists(f.path / "keyring.new"));
        CHECK(error_of(DataDirectory::open_to_look(f.path)) == Errc::in_use);
    }
    const auto one = DataDirectory::open_to_look(f.path);
    const auto another = DataDirectory::open_to_look(f.path);
    CHECK(one);
    CHECK(another);
    CHECK(error_of(DataDirectory::open(f.path)) == Errc::in_use);
}

TEST_CASE("a file that is a link, too large or empty is named, with what to do", "[messages]") {
    const Fixture f;
    const auto made = DataDirectory::create(f.path, f.identity);
    REQUIRE(made);
    const auto is_named = [](const Error& error, const std::string& name) {
        CHECK(error.code == Errc::integrity);
        CHECK(error.message.find("'" + name + "'") != std::string::npos);
        CHECK_FALSE(error.hint.empty());
    };
    put(f.path / "elsewhere", "a keyring");
    fs::create_symlink(f.path / "elsewhere", f.path / "keyring");
    is_named(made->read_keyring().error(), "keyring");
    put(f.path / "slots", std::string((8U << 20) + 1, 'x'));
    is_named(made->read_slots().error(), "slots");
    put(f.path / "slots", "");
    is_named(messages::read_slots(*made).error(), "slots");
    // What says more by itself, and what is no damage, stays what it is.
    const Error other{Errc::wrong_secret, "integrity check failed", {}, {}};
    CHECK(messages::in_file("slots", other).message == other.message);
    const Error said{Errc::integrity, "the store is older than its keyring", {}, {}};
    CHECK(messages::in_file("keyring", said).message == said.message);
}

TEST_CASE("nothing is made or removed in a folder that holds no vault", "[messages]") {
    const Fixture f;
    fs::create_directory(f.path);
    fs::permissions(f.path, fs::perms{0700});
    const auto refused = [&](Errc code) {
        const auto before = names_in(f.path);
        CHECK(error_of(DataDirectory::open(f.path)) == code);
        CHECK(error_of(DataDirectory::open_to_look(f.path)) == code);
        CHECK(names_in(f.path) == before);
    };
    refused(Errc::not_found);
    put(f.path / "keyring.new", "of somebody who writes a tool of his own");
    put(f.path / "slots.new", "and another");
    refused(Errc::not_found);
    fs::create_directory(f.path / "restoring");
    refused(Errc::not_found);
    put(f.path / "vault", messages::to_text(f.identity));
    put(f.path / "manifest", "rookery backup 1\n");
    refused(Errc::usage);
    CHECK(DataDirectory::open(f.path).error().message.ends_with("is a backup, and no data directory"
    ));
}

TEST_CASE("the files beside the store are replaced and read as they were written", "[messages]") {
    const Fixture f;
    const auto made = DataDirectory::create(f.path, f.identity);
    REQUIRE(made);
    CHECK(error_of(made->read_slots()) == Errc::integrity);
    std::ofstream(f.path / "slots.new") << "half of what a crash left";
    REQUIRE(made->write_slots(bytes_of("first")));
    REQUIRE(made->write_slots(bytes_of("second")));
    REQUIRE(made->write_keyring(bytes_of("third")));
    REQUIRE(made->write_verifier_key("fourth"));
    CHECK(error_of(made->read_verifier_key()) == Errc::integrity);
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
    SECTION("a link") { fs::create_symlink(f.path / "vault", f.path / "slots"); }
    SECTION("a folder") { fs::create_directory(f.path / "slots"); }
    SECTION("a pipe") { REQUIRE(::mkfifo((f.path / "slots").c_str(), 0600) == 0); }
    SECTION("more than 8 MiB") {
        REQUIRE(made->write_slots({}));
        fs::resize_file(f.path / "slots", (8U << 20) + 1);
    }
    CHECK(error_of(made->read_slots()) == Errc::integrity);
}

TEST_CASE("an identity is read as it was written, in either format", "[messages]") {
    const Fixture f;
    for (const unsigned format : {1U, 2U}) {
        for (const auto kind :
             {messages::VaultKind::production, messages::VaultKind::development}) {
            auto identity = f.identity;
            identity.format = format;
            identity.kind = kind;
            const auto back = messages::parse_identity(messages::to_text(identity));
            REQUIRE(back);
            CHECK(back->id == identity.id);
            CHECK(back->kind == kind);
            CHECK(back->origin == identity.origin);
            CHECK(back->format == format);
        }
    }
    CHECK(messages::VaultIdentity{}.format == 2);
}

TEST_CASE("an identity has one spelling", "[messages]") {
    messages::VaultIdentity identity;
    identity.id = Uuid::parse("8ebc1716-f7b2-4268-b934-f509d838df19").value();
    identity.origin = "vault.example/audit/a";
    const auto good = messages::to_text(identity);
    REQUIRE(messages::parse_identity(good));
    const auto with = [&](std::string_view what, std::string_view instead) {
        auto changed = good;
        const auto at = changed.find(what);
        REQUIRE(at != std::string::npos);
        changed.replace(at, what.size(), instead);
        return changed;
    };
    for (const auto& bad : {
             with("8ebc1716", "8EBC1716"),
             with("8ebc1716", "8ebC1716"),
             with("8ebc1716-", "8ebc1716"),
             with("8ebc1716", "{8ebc1716"),
             with("kind production", "kind Production"),
             with("kind production", "kind other"),
             with("kind ", "kind  "),
             with("id ", "ID "),
             with("\nkind", "\r\nkind"),
             with("origin vault.example/audit/a", "origin "),
             good + "\n",
             good + "more",
             good.substr(0, good.size() - 1),
             " " + good,
             with("\nkind", "\n\nkind"),
             std::string{},
         }) {
        INFO(bad);
        CHECK(error_of(messages::parse_identity(bad)) == Errc::integrity);
    }
    CHECK(error_of(messages::parse_identity(with("vault 2", "vault 3"))) == Errc::newer_format);
    for (const auto* format : {"vault 0", "vault 02", "vault "}) {
        CHECK_FALSE(messages::parse_identity(with("vault 2", format)));
    }
}

TEST_CASE("every flipped byte of an identity is refused, or says something else", "[messages]") {
    const Fixture f;
    const auto good = messages::to_text(f.identity);
    for (std::size_t i = 0; i < good.size(); ++i) {
        auto changed = good;
        changed[i] = static_cast<char>(changed[i] ^ 0x20);  // the other letter case
        const auto parsed = messages::parse_identity(changed);
        if (parsed && parsed->id == f.identity.id && parsed->origin == f.identity.origin)
            FAIL("byte " << i);
    }
}

TEST_CASE("the log's verifier key has one spelling in its file", "[messages]") {
    const Fixture f;
    const auto made = DataDirectory::create(f.path, f.identity);
    REQUIRE(made);
    const std::string key =
        merkle::format_verifier_key({"vault.example/audit/a", crypto::PublicKey{1, 2, 3}});
    REQUIRE(made->write_verifier_key(key));
    CHECK(made->read_verifier_key().value() == key);
    const auto written = [&](const std::string& text) {
        std::ofstream(f.path / "log.vkey", std::ios::trunc) << text;
        return made->read_verifier_key();
    };
    CHECK(written(key + "\n"));
    for (const auto& bad : {
             key,
             key + "\n\n",
             key + " \n",
             " " + key + "\n",
             key + "\r\n",
             "\n" + key + "\n",
             key + "\nmore\n",
             std::string("anything\n"),
             std::string{},
         }) {
        INFO(bad);
        CHECK(error_of(written(bad)) == Errc::integrity);
    }
}

}  // namespace data_directory_test
