// Every check of rookery doctor, with what it is content with and what it is not: on a machine whose /proc is a folder.
#include "base/clock.hpp"
#include "cli/doctor/check.hpp"
#include "cli/program.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <arpa/inet.h>
#include <cstdint>
#include <filesystem>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace doctor_test {

using namespace rookery;
using namespace rookery::cli;
using namespace rookery::cli::testing;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

const std::string swaps = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";

std::string limits(const char* core, const char* files, const char* locked) {
    return fmt::format(
        "Limit                     Soft Limit           Hard Limit           Units     \n"
        "Max core file size        {:<20} unlimited            bytes     \n"
        "Max open files            {:<20} 1048576              files     \n"
        "Max locked memory         {:<20} unlimited            bytes     \n",
        core,
        files,
        locked
    );
}

/// A machine without a fault, and what is looked at there.
class Patient {
 public:
    Patient() {
        put("proc/swaps", swaps);
        put("proc/self/limits", limits("0", "1024", "67108864"));
        put("proc/self/mountinfo", "1 0 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n");
        put("proc/sys/kernel/yama/ptrace_scope", "1\n");
        put("proc/locks", "");
        machine.root = folder / "machine";
        machine.synchronised = [] { return true; };
        machine.space = [this](const fs::path&) -> Result<storage::Space> {
            return storage::Space{free, std::uintmax_t{100} << 30U};
        };
    }

    void put(const std::string& path, const std::string& text) const {
        const auto place = folder / ("machine/" + path);
        fs::create_directories(place.parent_path());
        write_file(place, text);
    }

    /// A real vault.
    void init() {
        const auto made = run_program(
            {"init",
             "--data",
             (folder / "vault").string(),
             "--key-file",
             (folder / "root.key").string(),
             "--admin",
             "ada@example.com",
             "--admin-token-file",
             (folder / "token").string(),
             "--allow-swap",
             "--allow-unlocked"}
        );
        REQUIRE(made.code == 0);
        subject.data = folder / "vault";
    }

    void configure(const std::string& more = {}) {
        subject.config_file = folder / "rookery.toml";
        write_file(
            subject.config_file, fmt::format("data = '{}'\n{}", (folder / "vault").string(), more)
        );
        ::chmod(subject.config_file.c_str(), 0644);
        auto config = load_config(subject.config_file);
        REQUIRE(config);
        subject.config = *std::move(config);
    }

    [[nodiscard]] Diagnosis look(std::string_view name) const {
        for (const auto rows :
             {machine_checks(),
              configuration_checks(),
              data_checks(),
              tls_checks(),
              recovery_checks()}) {
            for (const auto& check : rows) {
                if (check.name == name) return check.look(subject);
            }
        }
        FAIL("there is no check " << name);
        return {};
    }

    void expect(std::string_view name, Health health, const std::string& found = {}) const {
        const auto diagnosis = look(name);
        INFO(name << ": " << diagnosis.found);
        CHECK(diagnosis.health == health);
        CHECK_THAT(diagnosis.found, Contains(found));
        const bool wants_advice = health == Health::warn || health == Health::fail;
        if (wants_advice) CHECK_FALSE(diagnosis.advice.empty());
    }

    TemporaryFolder folder;
    ManualClock clock{SystemClock{}.now()};
    std::uintmax_t free = std::uintmax_t{50} << 30U;
    Machine machine{.clock = clock};
    Subject subject{
        .machine = machine,
        .config_file = {},
        .config_error = std::nullopt,
        .config = {},
        .data = {},
        .server = std::nullopt};
};

}  // namespace

TEST_CASE("doctor fails on swap, and warns of it where it is permitted") {
    Patient patient;
    patient.expect("swap", Health::ok);
    patient.put("proc/swaps", swaps + "/swapfile file 100 0 -2\n");
    patient.expect("swap", Health::fail, "/swapfile");
    patient.subject.config.memory_allow_swap = true;
    patient.expect("swap", Health::warn, "/swapfile");
}

TEST_CASE("doctor looks at how much memory can be locked") {
    Patient patient;
    patient.expect("locked memory", Health::ok, "65536 KiB");
    patient.put("proc/self/limits", limits("0", "1024", "unlimited"));
    patient.expect("locked memory", Health::ok);
    patient.put("proc/self/limits", limits("0", "1024", "8388608"));
    patient.expect("locked memory", Health::warn, "8192 KiB");
    patient.put("proc/self/limits", limits("0", "1024", "65536"));
    patient.expect("locked memory", Health::fail, "64 KiB");
    patient.subject.config.memory_allow_unlocked = true;
    patient.expect("locked memory", Health::warn);
    fs::remove(patient.machine.root / "proc/self/limits");
    patient.expect("locked memory", Health::skipped);
}

TEST_CASE("doctor fails where core files are allowed") {
    Patient patient;
    patient.expect("core files", Health::ok);
    patient.put("proc/self/limits", limits("unlimited", "1024", "67108864"));
    patient.expect("core files", Health::fail);
}

TEST_CASE("doctor warns where every process may trace its like") {
    Patient patient;
    patient.expect("ptrace", Health::ok);
    patient.put("proc/sys/kernel/yama/ptrace_scope", "0\n");
    patient.expect("ptrace", Health::warn);
    fs::remove(patient.machine.root / "proc/sys/kernel/yama/ptrace_scope");
    patient.expect("ptrace", Health::skipped);
}

TEST_CASE("doctor warns of a clock that nothing keeps in step") {
    Patient patient;
    patient.expect("clock", Health::ok);
    patient.machine.synchronised = [] { return false; };
    patient.expect("clock", Health::warn);
    patient.machine.synchronised = [] { return std::nullopt; };
    patient.expect("clock", Health::skipped);
}

TEST_CASE("doctor finds the process that holds the data directory, and looks at what it may") {
    Patient patient;
    patient.expect("server", Health::skipped);
    const auto lock = patient.folder / "LOCK";
    write_file(lock, "");

    struct stat facts {};

    REQUIRE(::stat(lock.c_str(), &facts) == 0);
    patient.put(
        "proc/locks",
        fmt::format(
            "1: POSIX  ADVISORY  WRITE 7 00:01:1 0 EOF\n2: FLOCK  ADVISORY  WRITE 4242 "
            "{:02x}:{:02x}:{} 0 EOF\n",
            gnu_dev_major(facts.st_dev),
            gnu_dev_minor(facts.st_dev),
            facts.st_ino
        )
    );
    REQUIRE(holder_of(patient.machine, lock) == 4242);
    CHECK_FALSE(holder_of(patient.machine, patient.folder / "another"));
    patient.subject.server = 4242;
    patient.put("proc/4242/status", "Name:\trookery\nNoNewPrivs:\t1\nSeccomp:\t2\n");
    patient.expect("server", Health::ok, "4242");
    patient.put("proc/4242/status", "Name:\trookery\nNoNewPrivs:\t1\nSeccomp:\t0\n");
    patient.expect("server", Health::warn, "not filtered");
    patient.put("proc/4242/status", "Name:\trookery\nNoNewPrivs:\t0\nSeccomp:\t2\n");
    patient.expect("server", Health::fail);
    // Its limits count now, and not this program's.
    patient.put("proc/4242/limits", limits("1", "100", "65536"));
    patient.expect("core files", Health::fail);
    patient.expect("open files", Health::warn);
    patient.expect("locked memory", Health::fail);
}

TEST_CASE("doctor fails on a configuration that is wrong, or that others can write") {
    Patient patient;
    patient.expect("configuration", Health::skipped);
    patient.configure();
    patient.expect("configuration", Health::ok);
    ::chmod(patient.subject.config_file.c_str(), 0666);
    patient.expect("configuration", Health::fail, "written by others");
    patient.subject.config_error =
        Error{Errc::usage, "line 1: unknown option", "did you mean data?"};
    patient.expect("configuration", Health::fail, "unknown option");
}

TEST_CASE("doctor fails on a key file that is not private, and warns of one beside the data") {
    Patient patient;
    patient.init();
    patient.configure();
    patient.expect("unsealing", Health::warn, "before somebody unseals it");
    const auto key = (patient.folder / "root.key").string();
    patient.configure(fmt::format("[unseal]\nkey_file = '{}'\n", key));
    patient.expect("unsealing", Health::warn, "root.key");
    ::chmod(key.c_str(), 0644);
    patient.expect("unsealing", Health::fail, "0644");
    fs::remove(key);
    patient.expect("unsealing", Health::fail, "no file");
    patient.configure("[unseal]\ncredential = 'rookery-passphrase'\n");
    patient.expect("unsealing", Health::skipped, "rookery-passphrase shows in its unit alone");
    patient.configure("[tls]\ncertificate = '/etc/tls.pem'\nkey_credential = 'tls-key'\n");
    patient.expect("TLS key", Health::skipped, "tls-key shows in its unit alone");
}

TEST_CASE("doctor looks at an agent's token file without reading it") {
    Patient patient;
    patient.expect("token file", Health::skipped);
    const auto file = patient.folder / "agent.token";
    write_file(file, "rky1_secret\n");
    ::chmod(file.c_str(), 0600);
    const auto found = [&] {
        const auto ran = run_program({"doctor", "--json"}, {"ROOKERY_TOKEN_FILE=" + file.string()});
        CHECK_THAT(ran.out, !Contains("rky1_secret"));
        const auto said = nlohmann::json::parse(ran.out);
        for (const auto& check : said["checks"]) {
            if (check["name"] == "token file") return check["health"].get<std::string>();
        }
        return std::string{};
    };
    CHECK(found() == "ok");
    ::chmod(file.c_str(), 0604);
    CHECK(found() == "fail");
}

TEST_CASE("doctor fails where the address is in use by another, or is none of this machine's") {
    Patient patient;
    patient.expect("address", Health::skipped);
    patient.configure("[server]\nlisten = '127.0.0.1:0'\n");
    patient.expect("address", Health::ok);
    patient.configure("[server]\nlisten = '192.0.2.1:8443'\n");
    patient.expect("address", Health::fail);

    const int taken = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(taken, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(taken, 1) == 0);
    REQUIRE(::getsockname(taken, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    patient.configure(fmt::format("[server]\nlisten = '127.0.0.1:{}'\n", ntohs(address.sin_port)));
    patient.expect("address", Health::fail, "in use");
    patient.subject.server = 4242;
    patient.expect("address", Health::ok, "a server runs");
    ::close(taken);
}

TEST_CASE("doctor looks at mode, files and format of the data directory, and makes nothing in it") {
    Patient patient;
    for (const auto* name :
         {"data directory", "files", "format", "ways to unseal", "free space", "file system"}) {
        patient.expect(name, Health::skipped);
    }
    patient.subject.data = patient.folder / "nothing";
    patient.expect("data directory", Health::fail, "no data directory");
    patient.init();
    const auto& data = patient.subject.data;
    fs::remove(data / "LOCK");
    patient.expect("data directory", Health::ok);
    patient.expect("files", Health::ok);
    patient.expect("format", Health::ok);
    patient.expect("ways to unseal", Health::warn, "key file");
    patient.expect("log time", Health::ok);
    CHECK_FALSE(fs::exists(data / "LOCK"));

    ::chmod(data.c_str(), 0750);
    patient.expect("data directory", Health::fail, "open to others");
    ::chmod(data.c_str(), 0700);
    ::chmod((data / "slots").c_str(), 0644);
    patient.expect("files", Health::fail, "slots");
    fs::remove(data / "slots");
    patient.expect("files", Health::fail, "slots is missing");
    patient.expect("ways to unseal", Health::fail);
    write_file(data / "vault", "rookery vault 99\nid x\n");
    patient.expect("format", Health::fail, "newer");
    write_file(data / "vault", "rookery\n");
    patient.expect("format", Health::fail, "damaged");
}

TEST_CASE("doctor fails on too little free space, and warns of little") {
    Patient patient;
    patient.subject.data = patient.folder / "vault";
    patient.expect("free space", Health::ok);
    patient.free = std::uintmax_t{6} << 30U;
    patient.expect("free space", Health::warn);
    patient.free = std::uintmax_t{1} << 30U;
    patient.expect("free space", Health::fail);
}

TEST_CASE("doctor refuses memory and other machines' disks for the data") {
    const auto [type, health] = GENERATE(table<std::string, Health>({
        {"ext4", Health::ok},
        {"xfs", Health::ok},
        {"tmpfs", Health::fail},
        {"nfs4", Health::fail},
        {"cifs", Health::fail},
        {"fuse.sshfs", Health::warn},
        {"overlay", Health::warn},
    }));
    Patient patient;
    patient.subject.data = patient.folder / "a vault";
    fs::create_directories(patient.subject.data);
    const auto mount = fs::canonical(patient.subject.data).parent_path().string() + "/a\\040vault";
    patient.put(
        "proc/self/mountinfo",
        fmt::format(
            "1 0 8:1 / / rw - ext3 /dev/sda1 rw\n2 1 0:44 / {} rw shared:1 - {} x rw\n", mount, type
        )
    );
    patient.expect("file system", health, type);
}

TEST_CASE("doctor compares the clock with the newest entry of the log, unless a server writes it") {
    Patient patient;
    patient.init();
    patient.clock.advance(std::chrono::hours{24 * 91});
    patient.expect("log time", Health::warn);
    patient.clock.set(SystemClock{}.now() - std::chrono::minutes{30});
    patient.expect("log time", Health::warn);
    patient.clock.set(SystemClock{}.now() - std::chrono::hours{2});
    patient.expect("log time", Health::fail);
    patient.subject.server = 4242;
    patient.expect("log time", Health::skipped);
}

TEST_CASE("doctor looks at the dates and names of the certificate, and at its key") {
    Patient patient;
    patient.expect("certificate", Health::skipped);
    patient.expect("TLS key", Health::skipped);
    patient.init();
    patient.expect("certificate", Health::ok, "localhost");
    patient.expect("TLS key", Health::warn, "beside the data");
    const auto tls = patient.subject.data / "tls";
    ::chmod((tls / "server.key").c_str(), 0644);
    patient.expect("TLS key", Health::fail, "0644");
    ::chmod((tls / "server.key").c_str(), 0600);

    // The vault's own is issued anew by a start.
    patient.configure("[server]\npublic_url = 'https://vault.example.com'\n");
    patient.expect("certificate", Health::warn, "not for vault.example.com");
    patient.clock.advance(std::chrono::hours{24 * 380});
    patient.expect("certificate", Health::warn);

    // One from elsewhere is not.
    const auto given = fmt::format(
        "[tls]\ncertificate = '{0}/server.pem'\nkey = '{0}/server.key'\n", tls.string()
    );
    patient.clock.set(SystemClock{}.now());
    patient.configure("[server]\npublic_url = 'https://localhost:8443'\n" + given);
    patient.expect("certificate", Health::ok);
    patient.clock.advance(std::chrono::hours{24 * 380});
    patient.expect("certificate", Health::warn);
    patient.clock.advance(std::chrono::hours{24 * 30});
    patient.expect("certificate", Health::fail);
    patient.clock.set(SystemClock{}.now() - std::chrono::hours{24 * 10});
    patient.expect("certificate", Health::fail, "not valid before");
    patient.clock.set(SystemClock{}.now());
    patient.configure("[server]\npublic_url = 'https://vault.example.com'\n" + given);
    patient.expect("certificate", Health::fail, "not for vault.example.com");
    fs::remove(tls / "server.pem");
    patient.expect("certificate", Health::fail);
}

TEST_CASE("doctor looks where the anchor is, and warns of a vault without a second place") {
    Patient patient;
    patient.init();
    patient.configure();
    patient.expect("anchor", Health::warn, "no second place");
    const auto named = [&](const std::string& file) {
        patient.configure("[anchor]\nfile = '" + file + "'\n");
    };
    named((patient.folder / "gone" / "anchor").string());
    patient.expect("anchor", Health::fail, "there is no directory");
    fs::create_directory(patient.folder / "second");
    named((patient.folder / "second" / "anchor").string());
    patient.expect("anchor", Health::warn, "the same file system as the data");
    named((patient.folder / "vault" / "anchor").string());
    patient.expect("anchor", Health::fail, "in the data directory");
    fs::remove(patient.folder / "vault" / "anchor");
    patient.expect("anchor", Health::fail, "gone");
}

TEST_CASE("doctor looks at the directory for backups, and how old the newest one is") {
    Patient patient;
    patient.init();
    patient.configure();
    patient.expect("backups", Health::warn, "takes no backups");
    const auto directory = patient.folder / "backups";
    patient.configure("[backup]\ndirectory = '" + directory.string() + "'\n");
    patient.expect("backups", Health::fail, "is not there");
    fs::create_directory(directory);
    fs::permissions(directory, fs::perms::all);
    patient.expect("backups", Health::fail, "open to others");
    fs::permissions(directory, fs::perms::owner_all);
    patient.expect("backups", Health::warn, "no backup");
    patient.configure("[backup]\ndirectory = '" + (patient.folder / "vault").string() + "'\n");
    patient.expect("backups", Health::fail, "in the data directory");
    const auto made = run_program(
        {"backup", "--data", (patient.folder / "vault").string(), "--to", directory.string()}
    );
    INFO(made.error);
    REQUIRE(made.code == 0);
    patient.configure("[backup]\ndirectory = '" + directory.string() + "'\n");
    patient.expect("backups", Health::warn, "the same file system as the data");
    patient.clock.advance(std::chrono::hours{72});
    patient.expect("backups", Health::warn, "the newest backup is of");
}

TEST_CASE("doctor ends with 17 when a check fails, and shows every check once") {
    const TemporaryFolder folder;
    write_file(folder / "rookery.toml", "data = 'relative'\n");
    const auto config = (folder / "rookery.toml").string();
    const auto ran = run_program({"doctor", "--config", config, "--json"});
    CHECK(ran.code == 17);
    const auto said = nlohmann::json::parse(ran.out);
    CHECK(said["ok"] == false);
    CHECK(
        said["checks"].size() == machine_checks().size() + configuration_checks().size() +
                                     data_checks().size() + tls_checks().size() +
                                     recovery_checks().size()
    );
    const auto shown = run_program({"doctor", "--config", config});
    CHECK(shown.code == 17);
    CHECK_THAT(shown.out, Contains("fail     configuration: rookery.toml:1"));
    CHECK_THAT(shown.out, Contains("; to do: "));
}

TEST_CASE("doctor that root starts looks as the owner of the data directory") {
    if (::geteuid() != 0) return;  // nobody else can become another user
    Patient patient;
    patient.init();
    // Its folder is the caller's alone, so the other user must be let through to what is his.
    const auto place = fs::path{patient.subject.data}.parent_path();
    ::chmod(place.c_str(), 0711);
    constexpr ::uid_t other = 65534;
    for (const auto& entry : fs::recursive_directory_iterator(patient.subject.data)) {
        REQUIRE(::chown(entry.path().c_str(), other, other) == 0);
    }
    REQUIRE(::chown(patient.subject.data.c_str(), other, other) == 0);
    const auto ran = run_program({"doctor", "--data", patient.subject.data.string()});
    CHECK_THAT(ran.out, Contains("ok       user: the server's user is 65534"));
    CHECK_THAT(ran.out, Contains("ok       data directory: "));
    CHECK_THAT(ran.out, Contains("ok       files: "));
}

}  // namespace doctor_test
