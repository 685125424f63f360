#include "cli/config/tls_key.hpp"

#include "cli/program.hpp"

#include <catch2/catch.hpp>

#include <filesystem>

namespace tls_key_test {

using namespace rookery;
using namespace rookery::cli;
using namespace rookery::cli::testing;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

/// A data directory as `init` leaves it, as far as TLS goes.
struct Data {
    Data() {
        fs::create_directories(data / "tls");
        for (const auto* name : {"ca.pem", "ca.key", "server.pem", "server.key"}) {
            write_file(data / "tls" / name, "x");
        }
    }

    [[nodiscard]] std::string warning(const fs::path& key = {}) const {
        const auto warnings = tls_key_warnings(key, data);
        CHECK(warnings.size() <= 1);
        return warnings.empty() ? std::string{} : warnings.front();
    }

    TemporaryFolder folder;
    fs::path data = folder / "vault";
};

/// A file that lies on another file system than any data.
const fs::path elsewhere = "/proc/self/status";

}  // namespace

TEST_CASE("the TLS key is where the configuration says, or the vault's own", "[cli]") {
    Config config;
    config.data = "/var/lib/rookery";
    CHECK(tls_key_of(config)->file == "/var/lib/rookery/tls/server.key");
    CHECK(tls_key_of(config)->kind == PrivateFileKind::own);
    config.tls_certificate = "/etc/rookery/server.pem";
    config.tls_key = "/etc/rookery/server.key";
    CHECK(tls_key_of(config)->file == "/etc/rookery/server.key");
    CHECK(tls_key_of(config)->kind == PrivateFileKind::handed_over);
    config.tls_key.clear();
    config.tls_key_credential = "rookery-tls-key";
    CHECK(tls_key_of(config).error().code == Errc::usage);  // without $CREDENTIALS_DIRECTORY
}

TEST_CASE("keys of the vault's own authority are warned of in one line", "[cli]") {
    const Data of;
    const auto own = (of.data / "tls").string();
    for (const auto& key : {of.data / "tls" / "server.key", fs::path{}, elsewhere}) {
        CAPTURE(key);
        CHECK_THAT(
            of.warning(key),
            Contains("(" + own + "/server.key, " + own + "/ca.key)") &&
                Contains("pose as this server") && Contains("issue certificates") &&
                Contains("key_credential") && Contains("remove " + own) && !Contains("/proc")
        );
    }
    fs::remove(of.data / "tls" / "server.key");
    CHECK_THAT(of.warning(elsewhere), Contains("(" + own + "/ca.key)"));
}

TEST_CASE(
    "a key of one's own is warned of on the data's file system and in the data directory", "[cli]"
) {
    const Data of;
    fs::remove_all(of.data / "tls");
    const auto beside = of.folder / "server.key";
    write_file(beside, "x");
    CHECK_THAT(
        of.warning(beside),
        Contains("(" + beside.string() + ")") && !Contains("issue certificates") &&
            !Contains("remove")
    );
    // Another file system that is mounted in the data directory is still the data's.
    fs::create_directory(of.data / "tls");
    const auto inside = of.data / "server.key";
    write_file(inside, "x");
    CHECK_THAT(of.warning(inside), Contains("(" + inside.string() + ")"));
}

TEST_CASE("nothing is said of TLS keys that all lie elsewhere", "[cli]") {
    const Data of;
    fs::remove_all(of.data / "tls");
    CHECK(of.warning(elsewhere).empty());
    CHECK(of.warning().empty());
    CHECK(of.warning(of.folder / "none.key").empty());
}

}  // namespace tls_key_test
