// The copy on which a backup is verified goes with its process, whatever ends that.
#include "vault/verify_copy.hpp"

#include "backup/backed_up_vault.hpp"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace verify_copy_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::TemporaryFolder;
using rookery::test::value;

namespace fs = std::filesystem;

namespace {

// ThreadSanitizer ends a process that starts a thread behind a fork of one that had some.
#if defined(__SANITIZE_THREAD__)
constexpr bool no_threads_behind_a_fork = true;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
constexpr bool no_threads_behind_a_fork = true;
#else
constexpr bool no_threads_behind_a_fork = false;
#endif
#else
constexpr bool no_threads_behind_a_fork = false;
#endif

fs::path make_copy(const fs::path& folder) {
    SystemRandom random;
    const auto copy = folder / verify_copy_name(Uuid::random(random));
    fs::create_directories(copy / "restoring" / "store");
    fs::permissions(copy, fs::perms::owner_all);
    test::overwrite(copy / "restoring" / "store" / "000001.log", "sealed");
    return copy;
}

}  // namespace

TEST_CASE("a signal that ends a verification takes its copy with it", "[backup]") {
    if (no_threads_behind_a_fork) return;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        INFO(signal);
        const TemporaryFolder folder;
        const auto copy = make_copy(folder.path());
        const auto child = ::fork();
        if (child == 0) {
            ::signal(signal, SIG_DFL);
            const TakenAlong taken_along(copy);
            ::kill(::getpid(), signal);
            for (;;) ::pause();
        }
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(WIFSIGNALED(status));
        CHECK(WTERMSIG(status) == signal);
        CHECK_FALSE(fs::exists(copy));
    }
}

TEST_CASE("a copy that nobody holds is taken away by the next, and nothing else", "[backup]") {
    const TemporaryFolder folder;
    const auto left = make_copy(folder.path());
    const auto held = make_copy(folder.path());
    const auto lock = value(Folder::open_private(held));
    REQUIRE(lock.lock());
    const auto empty = folder.path() / verify_copy_name(Uuid{});
    fs::create_directory(empty);
    fs::permissions(empty, fs::perms::owner_all);
    const auto open_to_others = make_copy(folder.path());
    fs::permissions(open_to_others, fs::perms::owner_all | fs::perms::group_read);
    fs::create_directory(folder.path() / "rookery-verify-mine");
    test::overwrite(folder.path() / "rookery-verify-mine" / "notes.txt", "mine");
    CHECK(clear_verify_copies(folder.path()) == 1);
    CHECK_FALSE(fs::exists(left));
    for (const auto& stays :
         {held, empty, open_to_others, folder.path() / "rookery-verify-mine" / "notes.txt"}) {
        CHECK(fs::exists(stays));
    }
    CHECK(clear_verify_copies(folder.path() / "gone") == 0);
}

}  // namespace verify_copy_test
