#include "base/file.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace file_test {

using namespace rookery;

namespace {

namespace fs = std::filesystem;

class Folder {
 public:
    Folder() {
        ByteArray<8> name{};
        SystemRandom{}.fill(name);
        path_ = fs::temp_directory_path() / ("rookery-base-" + to_hex(name));
        fs::create_directory(path_);
    }

    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }

    [[nodiscard]] fs::path operator/(std::string_view name) const { return path_ / name; }

    [[nodiscard]] std::ptrdiff_t files() const {
        return std::distance(fs::directory_iterator(path_), fs::directory_iterator{});
    }

 private:
    fs::path path_;
};

/// For as long as it lives, a process that may write no file beyond `bytes`.
class SmallDisk {
 public:
    explicit SmallDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit small{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
    }

    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    ~SmallDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

 private:
    void (*handler_)(int);
    rlimit before_{};
};

class Umask {
 public:
    explicit Umask(mode_t mask) : before_(::umask(mask)) {}

    Umask(const Umask&) = delete;
    Umask& operator=(const Umask&) = delete;

    ~Umask() { ::umask(before_); }

 private:
    mode_t before_;
};

void put(const fs::path& path, std::string_view content, mode_t mode = 0600) {
    std::ofstream(path, std::ios::binary) << content;
    REQUIRE(::chmod(path.c_str(), mode) == 0);
}

std::string content_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>{in}, {}};
}

mode_t mode_of(const fs::path& path) {
    struct stat facts {};

    REQUIRE(::lstat(path.c_str(), &facts) == 0);
    return facts.st_mode & 07777U;
}

std::string opened(const Result<SecretBytes>& secret) {
    REQUIRE(secret);
    return secret->expose([](ByteView bytes) { return std::string{text_of(bytes)}; });
}

template <class T>
Errc error_of(const Result<T>& result) {
    REQUIRE_FALSE(result);
    return result.error().code;
}

}  // namespace

TEST_CASE("a private file is read whole, whatever it holds", "[base]") {
    const Folder folder;
    const auto content = GENERATE(
        std::string{},
        std::string("\0\n\xFF", 3),
        std::string(4095, 'a'),
        std::string(4096, 'b'),
        std::string(9999, 'c'),
        std::string(10000, 'd')
    );
    put(folder / "file", content);
    CHECK(opened(read_private_file(folder / "file", 10000)) == content);
    CHECK(text_of(read_plain_file(folder / "file", 10000).value()) == content);
}

TEST_CASE("a file that is too large is refused, without a word of its content", "[base]") {
    const Folder folder;
    const auto bytes_max = GENERATE(1U, 65U, 4095U, 4096U, 10000U);
    put(folder / "file", std::string(bytes_max, 'q'));
    CHECK(read_private_file(folder / "file", bytes_max));
    CHECK(read_plain_file(folder / "file", bytes_max));
    put(folder / "file", std::string(bytes_max + 1, 'q'));
    const auto read = read_private_file(folder / "file", bytes_max);
    CHECK(error_of(read) == Errc::too_large);
    CHECK(read.error().message == (folder / "file").string() + " is larger than it may be");
    CHECK(error_of(read_plain_file(folder / "file", bytes_max)) == Errc::too_large);
}

TEST_CASE("a file whose size the file system does not know is read", "[base]") {
    REQUIRE(fs::file_size("/proc/self/limits") == 0);
    const auto read = read_plain_file("/proc/self/limits", 4095);
    REQUIRE(read);
    CHECK(text_of(*read).starts_with("Limit"));
    CHECK(error_of(read_plain_file("/proc/self/limits", 100)) == Errc::too_large);
}

TEST_CASE("a private file has mode 0600 or 0400", "[base]") {
    const Folder folder;
    put(folder / "file", "x");
    const auto mode = GENERATE(
        as<mode_t>{},
        0600,
        0400,
        0640,
        0604,
        0602,
        0440,
        0404,
        0644,
        0700,
        0500,
        0200,
        0000,
        01600,
        02600,
        04400
    );
    REQUIRE(::chmod((folder / "file").c_str(), mode) == 0);
    CAPTURE(mode);
    if (::geteuid() != 0 && (mode & 0400) == 0) return;  // cannot even be opened
    const auto read = read_private_file(folder / "file", 10);
    if (mode == 0600 || mode == 0400) {
        CHECK(opened(read) == "x");
    } else {
        CHECK(error_of(read) == Errc::bad_permissions);
        CHECK(read.error().hint == "chmod 600 " + (folder / "file").string());
    }
    CHECK(read_plain_file(folder / "file", 10));
}

TEST_CASE(
    "a secret that is handed over may be read by a group of this process, and by no other", "[base]"
) {
    const Folder folder;
    const auto kind = PrivateFileKind::handed_over;
    const auto file = folder / "file";
    for (const mode_t mode : {0400U, 0600U, 0440U, 0640U}) {
        put(file, "x", mode);
        CAPTURE(mode);
        CHECK(opened(read_private_file(file, 10, kind)) == "x");
        fs::remove(file);
    }
    for (const mode_t mode : {0444U, 0604U, 0460U, 0660U, 0644U, 0450U, 0500U, 02440U}) {
        put(file, "x", mode);
        CAPTURE(mode);
        const auto read = read_private_file(file, 10, kind);
        CHECK(error_of(read) == Errc::bad_permissions);
        CHECK(read.error().message.find("its mode is ") != std::string::npos);
        fs::remove(file);
    }
    if (::geteuid() != 0) return;
    put(file, "x", 0440);
    REQUIRE(::chown(file.c_str(), 0, 12345) == 0);
    const auto read = read_private_file(file, 10, kind);
    CHECK(error_of(read) == Errc::bad_permissions);
    CHECK(read.error().message.find("a group can read it") != std::string::npos);
    REQUIRE(::chown(file.c_str(), 12345, 0) == 0);
    CHECK(error_of(read_private_file(file, 10, kind)) == Errc::bad_permissions);
}

TEST_CASE("links of one's own lead to a secret that is handed over, nobody else's do", "[base]") {
    const Folder folder;
    const auto kind = PrivateFileKind::handed_over;
    put(folder / "file", "x", 0600);
    fs::create_symlink("file", folder / "first");
    fs::create_symlink(folder / "first", folder / "second");
    CHECK(opened(read_private_file(folder / "second", 10, kind)) == "x");
    CHECK(error_of(read_private_file(folder / "second", 10)) == Errc::bad_permissions);

    fs::create_symlink("none", folder / "dangling");
    const auto dangling = read_private_file(folder / "dangling", 10, kind);
    CHECK(error_of(dangling) == Errc::not_found);
    CHECK(
        dangling.error().message.find("symbolic link to a file that is not there") !=
        std::string::npos
    );
    fs::create_symlink("loop", folder / "loop");
    CHECK(error_of(read_private_file(folder / "loop", 10, kind)) == Errc::bad_permissions);
    // What a link leads to is judged as if it had been named.
    put(folder / "open", "x", 0644);
    fs::create_symlink("open", folder / "to-open");
    CHECK(error_of(read_private_file(folder / "to-open", 10, kind)) == Errc::bad_permissions);
    if (::geteuid() != 0) return;
    REQUIRE(::lchown((folder / "first").c_str(), 12345, 12345) == 0);
    for (const auto* name : {"first", "second"}) {
        const auto read = read_private_file(folder / name, 10, kind);
        CHECK(error_of(read) == Errc::bad_permissions);
        CHECK(read.error().message.find("a symbolic link of another user") != std::string::npos);
    }
}

TEST_CASE("an open descriptor gives a secret if it is a pipe or as private as a file", "[base]") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const Descriptor out(ends[0]);
    {
        const Descriptor in(ends[1]);
        REQUIRE(::write(in.get(), "secret", 6) == 6);
    }
    CHECK(opened(read_private_stream(out.get(), "pipe", 10)) == "secret");
    const Folder folder;
    put(folder / "file", "x", 0644);
    const Descriptor file(::open((folder / "file").c_str(), O_RDONLY));
    CHECK(error_of(read_private_stream(file.get(), "f", 10)) == Errc::bad_permissions);
    REQUIRE(::chmod((folder / "file").c_str(), 0600) == 0);
    CHECK(opened(read_private_stream(file.get(), "f", 10)) == "x");
    const Descriptor null(::open("/dev/null", O_RDONLY));
    CHECK(error_of(read_private_stream(null.get(), "null", 10)) == Errc::bad_permissions);
    CHECK(error_of(read_private_stream(999, "closed", 10)) == Errc::io);
}

TEST_CASE("only of a systemd credential, and of root's, a group may be let in", "[base]") {
    const Folder folder;
    const auto kind = PrivateFileKind::systemd_credential;
    for (const mode_t mode : {0440U, 0640U, 0444U, 0460U}) {
        put(folder / "file", "x", mode);
        CAPTURE(mode);
        const auto read = read_private_file(folder / "file", 10, kind);
        if (mode == 0440 && ::geteuid() == 0) {
            CHECK(opened(read) == "x");
            REQUIRE(::chown((folder / "file").c_str(), 12345, 12345) == 0);
            CHECK(error_of(read_private_file(folder / "file", 10, kind)) == Errc::bad_permissions);
            fs::remove(folder / "file");
        } else {
            CHECK(error_of(read) == Errc::bad_permissions);
        }
    }
    put(folder / "file", "x", 0400);
    CHECK(opened(read_private_file(folder / "file", 10, kind)) == "x");
}

TEST_CASE("a private file belongs to this user or to root", "[base]") {
    if (::geteuid() != 0) return;  // only root can give a file away
    const Folder folder;
    put(folder / "file", "x", 0400);
    REQUIRE(::chown((folder / "file").c_str(), 12345, 12345) == 0);
    CHECK(error_of(read_private_file(folder / "file", 10)) == Errc::bad_permissions);
    CHECK(read_plain_file(folder / "file", 10));
}

TEST_CASE("links, folders, pipes and what is not there are not read", "[base]") {
    const Folder folder;
    put(folder / "file", "x");
    fs::create_symlink(folder / "file", folder / "link");
    fs::create_symlink(folder / "nothing", folder / "dangling");
    fs::create_directory(folder / "folder");
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    for (const auto& [name, code] : std::initializer_list<std::pair<std::string, Errc>>{
             {"link", Errc::bad_permissions},
             {"dangling", Errc::bad_permissions},
             {"folder", Errc::bad_permissions},
             {"pipe", Errc::bad_permissions},
             {"nothing", Errc::not_found},
             {"file/below", Errc::not_found},
             {std::string(300, 'n'), Errc::io}}) {
        CAPTURE(name);
        CHECK(error_of(read_private_file(folder / name, 10)) == code);
        CHECK(error_of(read_plain_file(folder / name, 10)) == code);
    }
}

TEST_CASE("a new file has its mode despite the umask", "[base]") {
    const Folder folder;
    const auto mode =
        GENERATE(FileMode::owner_reads, FileMode::owner_only, FileMode::world_readable);
    const auto mask = GENERATE(as<mode_t>{}, 0, 022, 0777);
    {
        const Umask umask(mask);
        REQUIRE(create_file(folder / "made", bytes_of("x"), mode));
        REQUIRE(replace_file(folder / "replaced", bytes_of("x"), mode));
    }
    CHECK(mode_of(folder / "made") == static_cast<mode_t>(mode));
    CHECK(mode_of(folder / "replaced") == static_cast<mode_t>(mode));
    CHECK(content_of(folder / "made") == "x");
}

TEST_CASE("a file is created once, in a folder that is there", "[base]") {
    const Folder folder;
    put(folder / "file", "precious");
    fs::create_symlink(folder / "target", folder / "link");
    fs::create_directory(folder / "folder");
    for (const auto* const name : {"file", "link", "folder"}) {
        CAPTURE(name);
        const auto made = create_file(folder / name, bytes_of("x"), FileMode::owner_only);
        CHECK(error_of(made) == Errc::in_use);
        CHECK_FALSE(made.error().hint.empty());
    }
    CHECK(content_of(folder / "file") == "precious");
    CHECK_FALSE(fs::exists(folder / "target"));
    const auto lost = create_file(folder / "missing" / "file", bytes_of("x"), FileMode::owner_only);
    CHECK(error_of(lost) == Errc::io);
}

TEST_CASE("an access list that lets others in makes a file not private", "[base]") {
    const Folder folder;
    put(folder / "file", "x", 0640);
    REQUIRE(::chown((folder / "file").c_str(), static_cast<uid_t>(-1), ::getegid()) == 0);
    CHECK(read_private_file(folder / "file", 10, PrivateFileKind::handed_over));
    // Version 2, then tag, permissions and id of each entry: owner rw-, user 12345 r--, group r--, mask r--, others ---.
    constexpr std::uint8_t list[] = {
        2,    0, 0, 0,                          //
        0x01, 0, 6, 0, 0xFF, 0xFF, 0xFF, 0xFF,  //
        0x02, 0, 4, 0, 0x39, 0x30, 0x00, 0x00,  //
        0x04, 0, 4, 0, 0xFF, 0xFF, 0xFF, 0xFF,  //
        0x10, 0, 4, 0, 0xFF, 0xFF, 0xFF, 0xFF,  //
        0x20, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF,  //
    };
    const auto file = (folder / "file").string();
    if (::setxattr(file.c_str(), "system.posix_acl_access", list, sizeof(list), 0) != 0) {
        WARN("no access lists on this file system: not tried");
        return;
    }
    CHECK(mode_of(file) == 0640);
    const auto read = read_private_file(file, 10, PrivateFileKind::handed_over);
    CHECK(error_of(read) == Errc::bad_permissions);
    CHECK_THAT(read.error().message, Catch::Matchers::Contains("an access list (ACL)"));
    const Descriptor opened_file(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    CHECK(error_of(read_private_stream(opened_file.get(), file, 10)) == Errc::bad_permissions);
    // Its mask is nothing then.
    REQUIRE(::chmod(file.c_str(), 0600) == 0);
    CHECK(read_private_file(file, 10, PrivateFileKind::handed_over));
}

TEST_CASE("no link of another user leads to a file that is handed over", "[base]") {
    const Folder folder;
    fs::create_directory(folder / "real");
    put(folder / "real" / "file", "x");
    fs::create_directory_symlink("real", folder / "middle");
    fs::create_directory_symlink(folder / "middle", folder / "over");
    fs::create_symlink("middle/file", folder / "last");
    const auto names = {"middle/file", "over/file", "over/../real/../middle/file", "last"};
    for (const auto* const name : names) {
        CAPTURE(name);
        CHECK(opened(read_private_file(folder / name, 10, PrivateFileKind::handed_over)) == "x");
    }
    if (::lchown((folder / "middle").c_str(), 12345, 12345) != 0) {
        WARN("only root can give a link away: not tried");
        return;
    }
    for (const auto* const name : names) {
        CAPTURE(name);
        const auto read = read_private_file(folder / name, 10, PrivateFileKind::handed_over);
        CHECK(error_of(read) == Errc::bad_permissions);
        CHECK(
            read.error().message ==
            (folder / "middle").string() + " is a symbolic link of another user"
        );
    }
    CHECK(opened(read_private_file(folder / "real/file", 10, PrivateFileKind::handed_over)) == "x");
    CHECK(follow_own_links(folder / "none" / "file").value() == folder / "none" / "file");
    fs::create_symlink("round", folder / "round");
    CHECK(error_of(follow_own_links(folder / "round" / "file")) == Errc::bad_permissions);
}

TEST_CASE("a file is replaced as a whole, whatever a crash left", "[base]") {
    const Folder folder;
    put(folder / "file", "an old and longer content", 0644);
    put(folder / "precious", "precious");
    SECTION("nothing") {}
    SECTION("half a file that others may read") { put(folder / "file.new", "half", 0666); }
    SECTION("a link") { fs::create_symlink(folder / "precious", folder / "file.new"); }
    SECTION("a pipe") { REQUIRE(::mkfifo((folder / "file.new").c_str(), 0600) == 0); }
    REQUIRE(replace_file(folder / "file", bytes_of("new"), FileMode::owner_only));
    CHECK(content_of(folder / "file") == "new");
    CHECK(mode_of(folder / "file") == 0600);
    CHECK(content_of(folder / "precious") == "precious");
    CHECK(folder.files() == 2);
}

TEST_CASE("replacing a link replaces the link", "[base]") {
    const Folder folder;
    put(folder / "precious", "precious");
    fs::create_symlink(folder / "precious", folder / "link");
    REQUIRE(replace_file(folder / "link", bytes_of("new"), FileMode::owner_only));
    CHECK_FALSE(fs::is_symlink(folder / "link"));
    CHECK(content_of(folder / "precious") == "precious");
}

TEST_CASE("a file that cannot be replaced stays, and nothing beside it", "[base]") {
    const Folder folder;
    const auto replaced = [&folder](std::string_view name) {
        return error_of(replace_file(folder / name, bytes_of("new"), FileMode::owner_only));
    };
    put(folder / "file", "old");
    SECTION("a folder of its name") {
        fs::create_directory(folder / "folder");
        CHECK(replaced("folder") == Errc::io);
        CHECK_FALSE(fs::exists(folder / "folder.new"));
    }
    SECTION("a folder in the temporary's place") {
        fs::create_directory(folder / "file.new");
        CHECK(replaced("file") == Errc::io);
    }
    SECTION("a folder that is not there") { CHECK(replaced("missing/file") == Errc::io); }
    SECTION("no space") {
        const SmallDisk disk(2);
        CHECK(replaced("file") == Errc::io);
        CHECK_FALSE(fs::exists(folder / "file.new"));
    }
    CHECK(content_of(folder / "file") == "old");
}

TEST_CASE("a new file that cannot be written is not left there", "[base]") {
    const Folder folder;
    const SmallDisk disk(2);
    const auto made = create_file(folder / "file", bytes_of("secret"), FileMode::owner_only);
    CHECK(error_of(made) == Errc::io);
    CHECK(made.error().message.find("secret") == std::string::npos);
    CHECK(folder.files() == 0);
}

TEST_CASE("a full disk is named, and every failure says what to look at", "[base]") {
    CHECK(io_error("cannot write", "/x", ENOSPC).value().hint == "free some space on this disk");
    const auto denied = io_error("cannot open", "/x/y", EACCES).value();
    CHECK(denied.code == Errc::io);
    CHECK(denied.message == "cannot open /x/y: Permission denied");
    CHECK_FALSE(denied.hint.empty());
}

TEST_CASE("a descriptor is closed once, by its last owner", "[base]") {
    int number = -1;
    {
        Descriptor first(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        REQUIRE(first.ok());
        number = first.get();
        {
            const Descriptor second(std::move(first));
            CHECK(second.get() == number);
            CHECK(::fcntl(number, F_GETFD) >= 0);
        }
        CHECK(::fcntl(number, F_GETFD) == -1);
        CHECK_FALSE(Descriptor(-1).ok());
        CHECK(::open("/dev/null", O_RDONLY | O_CLOEXEC) == number);  // another's now
    }
    CHECK(::fcntl(number, F_GETFD) >= 0);
    ::close(number);
}

}  // namespace file_test
