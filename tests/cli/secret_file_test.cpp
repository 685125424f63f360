#include "cli/options/secret_file.hpp"

#include "cli/program.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>

namespace secret_file_test {

using namespace rookery;
using namespace rookery::cli;
using namespace rookery::cli::testing;
namespace fs = std::filesystem;

namespace {

std::string opened(const SecretBytes& secret) {
    return secret.expose([](ByteView v) { return std::string{text_of(v)}; });
}

/// $CREDENTIALS_DIRECTORY, and the folder that it names, until the end of the scope.
class CredentialsDirectory {
 public:
    explicit CredentialsDirectory(const fs::path& folder) {
        if (!folder.empty()) fs::create_directory(folder);
        REQUIRE(::setenv("CREDENTIALS_DIRECTORY", folder.c_str(), 1) == 0);
    }

    ~CredentialsDirectory() { ::unsetenv("CREDENTIALS_DIRECTORY"); }

    CredentialsDirectory(const CredentialsDirectory&) = delete;
    CredentialsDirectory& operator=(const CredentialsDirectory&) = delete;
};

void set_mode(const fs::path& path, unsigned mode) {
    fs::permissions(path, static_cast<fs::perms>(mode));
}

}  // namespace

TEST_CASE("a secret file is written for its owner alone, once, and read back", "[cli]") {
    const TemporaryFolder folder;
    const auto file = folder / "t";
    REQUIRE(
        write_secret_file(file, SecretBytes::copy_of("abc"), "Authorization: Bearer ").has_value()
    );
    CHECK(mode_of(file) == 0600);
    CHECK(read_file(file) == "Authorization: Bearer abc\n");
    const auto again = write_secret_file(file, SecretBytes::copy_of("x"));
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().code == Errc::in_use);
    CHECK(opened(read_secret_file(file).value()) == "Authorization: Bearer abc");
    // Two words are no token.
    CHECK(read_token_file(file).error().code == Errc::usage);
}

TEST_CASE("a secret file that others could read, or that is no file, is refused", "[cli]") {
    const TemporaryFolder folder;
    const auto file = folder / "t";
    write_file(file, "abc\n");
    for (const unsigned mode : {0644U, 0604U, 0660U, 0700U}) {
        set_mode(file, mode);
        CAPTURE(mode);
        CHECK(read_secret_file(file).error().code == Errc::bad_permissions);
        CHECK(read_token_file(file).error().code == Errc::bad_permissions);
    }
    set_mode(file, 0400);
    CHECK(opened(read_token_file(file).value()) == "abc");
    fs::create_symlink(file, folder / "link");
    CHECK(opened(read_token_file(folder / "link").value()) == "abc");
    CHECK(read_token_file(folder / ".").error().code == Errc::bad_permissions);
    CHECK(read_token_file(folder / "none").error().code == Errc::not_found);
}

TEST_CASE("a secret file holds exactly one line", "[cli]") {
    const TemporaryFolder folder;
    const auto file = folder / "t";
    for (const auto& [text, good] : std::initializer_list<std::pair<std::string, bool>>{
             {"abc", true},
             {"abc\n", true},
             {"abc\r\n", true},
             {"abc\n\n", true},
             {"", false},
             {"\n", false},
             {"abc\ndef\n", false},
             {"abc\n" + std::string(1022, '\n') + "def", false},
             {std::string(1024, 'x') + "\n", true},
             {std::string(1025, 'x'), false},
             {std::string(5000, 'x'), false}}) {
        write_file(file, text);
        set_mode(file, 0600);
        INFO(text.size());
        CHECK(read_secret_file(file).has_value() == good);
    }
}

TEST_CASE("a systemd credential is a private file below the folder that systemd names", "[cli]") {
    const TemporaryFolder folder;
    const CredentialsDirectory credentials(folder / "credentials");
    write_file(folder / "credentials" / "pass", "abc\n");
    set_mode(folder / "credentials" / "pass", 0400);
    CHECK(credential_file("pass").value() == folder / "credentials" / "pass");
    CHECK(opened(read_credential("pass").value()) == "abc");

    set_mode(folder / "credentials" / "pass", 0444);
    CHECK(read_credential("pass").error().code == Errc::bad_permissions);
    fs::create_symlink(folder / "credentials" / "pass", folder / "credentials" / "link");
    CHECK(read_credential("link").error().code == Errc::bad_permissions);
}

TEST_CASE("a systemd credential that is not there is told from a name that is none", "[cli]") {
    const TemporaryFolder folder;
    write_file(folder / "outside", "abc\n");
    set_mode(folder / "outside", 0400);
    const auto code_of = [](const std::string& name) {
        const auto file = credential_file(name);
        REQUIRE_FALSE(file.has_value());
        CHECK_THAT(file.error().hint, Catch::Matchers::Contains("LoadCredentialEncrypted="));
        return file.error().code;
    };
    {
        const CredentialsDirectory credentials(folder / "credentials");
        CHECK(code_of("none") == Errc::not_found);
        for (const auto* name : {"", ".", "..", "../outside", "a/b", "/etc/passwd"}) {
            CAPTURE(name);
            CHECK(code_of(name) == Errc::usage);
        }
    }
    CHECK(code_of("outside") == Errc::usage);  // no unit of systemd's
    // The passphrase itself where its name belongs, also in a configuration.
    const std::string passphrase = "correct horse battery staple";
    CHECK_THAT(credential_file(passphrase).error().message, !Catch::Matchers::Contains("horse"));
    {
        const CredentialsDirectory credentials(fs::path{});
        CHECK_THAT(
            credential_file(passphrase).error().message, !Catch::Matchers::Contains("horse")
        );
    }
    {
        REQUIRE(::setenv("CREDENTIALS_DIRECTORY", (folder / "credentials").c_str(), 1) == 0);
        CHECK_THAT(
            credential_file(passphrase).error().message, !Catch::Matchers::Contains("horse")
        );
        ::unsetenv("CREDENTIALS_DIRECTORY");
    }
    const CredentialsDirectory relative("");
    CHECK(code_of("outside") == Errc::usage);
}

}  // namespace secret_file_test
