#include "http/check_server_certificate.hpp"

#include "http/certificate_authority.hpp"
#include "http/certificate_folder.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <string>
#include <vector>

namespace check_server_certificate_test {

namespace {

using namespace rookery;
namespace fs = std::filesystem;

constexpr const char* all_files[] = {"ca.pem", "ca.key", "server.pem", "server.key"};

std::string content(const fs::path& path) {
    std::ifstream in{path};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void put(const fs::path& path, const std::string& text) {
    std::ofstream{path, std::ios::trunc} << text;
}

void put_byte(const fs::path& path, std::size_t at, unsigned byte) {
    std::fstream file{path, std::ios::in | std::ios::out};
    file.seekp(static_cast<std::streamoff>(at)).put(static_cast<char>(byte));
}

struct Fixture {
    Fixture() { REQUIRE(make()); }

    [[nodiscard]] Result<http::ServerCertificate> make() const {
        return http::ensure_server_certificate(
            tls, {"127.0.0.1", "vault.example.com"}, from_ms(1'800'000'000'000)
        );
    }

    [[nodiscard]] Result<void> check() const { return http::check_server_certificate(tls); }

    /// Errc::integrity, a text that names the file, and a hint.
    [[nodiscard]] bool finds(const std::string& file) const {
        const auto checked = check();
        if (checked) return false;
        return checked.error().code == Errc::integrity && !checked.error().hint.empty() &&
               checked.error().message.find((tls / file).string()) != std::string::npos;
    }

    test::CertificateFolder folder;
    fs::path tls = folder.path() / "tls";
};

}  // namespace

TEST_CASE("what the vault made belongs together, also after a renewal", "[http]") {
    const Fixture f;
    CHECK(f.check());
    REQUIRE(
        http::ensure_server_certificate(f.tls, {"other.example.com"}, from_ms(1'900'000'000'000))
    );
    CHECK(f.check());
}

TEST_CASE("without a certificate there is nothing to check", "[http]") {
    const test::CertificateFolder folder;
    CHECK(http::check_server_certificate(folder.path() / "none"));
    CHECK(http::check_server_certificate(folder.path()));
}

TEST_CASE("a flipped bit anywhere in a certificate or key file is found", "[http]") {
    const Fixture f;
    for (const std::string file : all_files) {
        const auto path = f.tls / file;
        const auto text = content(path);
        // One bit of each byte, but each bit of what stands before a key's numbers: OpenSSL reads that leniently.
        const std::size_t each_bit_below = path.extension() == ".key" ? 80 : 0;
        std::vector<std::string> missed;
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (std::size_t bit = 0; bit < 8; ++bit) {
                if (at >= each_bit_below && bit != at % 8) continue;
                put_byte(path, at, static_cast<unsigned char>(text[at]) ^ (1U << bit));
                if (f.finds(file)) continue;
                missed.push_back(
                    file + ": bit " + std::to_string(bit) + " of byte " + std::to_string(at)
                );
            }
            put_byte(path, at, static_cast<unsigned char>(text[at]));
        }
        CHECK(missed == std::vector<std::string>{});
        CHECK(content(path) == text);
    }
    CHECK(f.check());
}

TEST_CASE("a certificate or key file that is cut, grown, empty or huge is found", "[http]") {
    const Fixture f;
    for (const std::string file : all_files) {
        CAPTURE(file);
        const auto text = content(f.tls / file);
        for (const auto& changed :
             {std::string{},
              text.substr(0, text.size() / 2),
              text.substr(0, text.size() - 1),
              text + "\n",
              text + text,
              "\n" + text,
              std::string(1U << 20, 'A')}) {
            put(f.tls / file, changed);
            CHECK(f.finds(file));
        }
        put(f.tls / file, text);
    }
    CHECK(f.check());
}

TEST_CASE("files that do not belong together are found", "[http]") {
    const Fixture f;
    const Fixture other;
    const auto take = [](const fs::path& from, const fs::path& to) {
        fs::copy_file(from, to, fs::copy_options::overwrite_existing);
    };
    SECTION("each file of another vault") {
        const std::string file = GENERATE("ca.pem", "ca.key", "server.pem", "server.key");
        take(other.tls / file, f.tls / file);
        CHECK(f.finds(file));
    }
    SECTION("server certificate and key of another vault") {
        take(other.tls / "server.pem", f.tls / "server.pem");
        take(other.tls / "server.key", f.tls / "server.key");
        CHECK(f.finds("server.pem"));
    }
    SECTION("the authority of another vault") {
        take(other.tls / "ca.pem", f.tls / "ca.pem");
        take(other.tls / "ca.key", f.tls / "ca.key");
        CHECK(f.finds("server.pem"));
    }
    SECTION("the server's certificate as authority") {
        take(f.tls / "server.pem", f.tls / "ca.pem");
        take(f.tls / "server.key", f.tls / "ca.key");
        CHECK(f.finds("ca.pem"));
    }
    SECTION("the two keys swapped") {
        fs::rename(f.tls / "ca.key", f.tls / "x");
        fs::rename(f.tls / "server.key", f.tls / "ca.key");
        fs::rename(f.tls / "x", f.tls / "server.key");
        CHECK(f.finds("ca.key"));
    }
}

TEST_CASE("a file that is missing beside its pair is found", "[http]") {
    const Fixture f;
    SECTION("one of the authority") {
        const std::string file = GENERATE("ca.pem", "ca.key");
        fs::remove(f.tls / file);
        CHECK(f.finds(file));
    }
    SECTION("the whole authority") {
        fs::remove(f.tls / "ca.pem");
        fs::remove(f.tls / "ca.key");
        CHECK(f.finds("ca.pem"));
    }
    SECTION("the server's key") {
        fs::remove(f.tls / "server.key");
        CHECK(f.finds("server.key"));
    }
    SECTION("but an operator may remove the server's certificate to be rid of names") {
        fs::remove(f.tls / "server.pem");
        CHECK(f.check());
        put(f.tls / "server.key", "x");
        CHECK(f.finds("server.key"));
    }
}

TEST_CASE(
    "a key that others can read, or a link in a file's place, is found for what it is", "[http]"
) {
    const Fixture f;
    SECTION("a key for everybody") {
        const std::string file = GENERATE("ca.key", "server.key");
        fs::permissions(f.tls / file, fs::perms{0644});
        CHECK(f.check().error().code == Errc::bad_permissions);
    }
    SECTION("a link") {
        const std::string file = GENERATE("ca.pem", "ca.key", "server.pem", "server.key");
        fs::rename(f.tls / file, f.folder.path() / file);
        fs::create_symlink(f.folder.path() / file, f.tls / file);
        CHECK(f.check().error().code == Errc::bad_permissions);
    }
}

}  // namespace check_server_certificate_test
