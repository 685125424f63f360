#include "base/process_hygiene.hpp"

#include "base/random.hpp"
#include "base/uuid.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace process_hygiene_test {

using namespace rookery;

namespace {

class SwapList {
 public:
    explicit SwapList(const std::string& content) {
        SystemRandom random;
        path_ = std::filesystem::temp_directory_path() /
                ("rookery-swaps-" + to_string(Uuid::random(random)));
        std::ofstream(path_) << content;
    }

    SwapList(const SwapList&) = delete;
    SwapList& operator=(const SwapList&) = delete;

    ~SwapList() { std::filesystem::remove(path_); }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_;
};

const std::string header = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";

}  // namespace

TEST_CASE("a hardened process leaves no core and gains no privileges", "[base]") {
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const bool hardened = harden_process().has_value();
        rlimit core{1, 1};
        ::getrlimit(RLIMIT_CORE, &core);
        ::_exit(
            hardened && core.rlim_cur == 0 && core.rlim_max == 0 &&
                    ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 &&
                    ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1
                ? 0
                : 1
        );
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("no swap, or swap in compressed memory, is accepted", "[base]") {
    CHECK(check_no_swap(SwapList(header).path()));
    CHECK(check_no_swap(SwapList(header + "/dev/zram0  partition\t100\t0\t100\n").path()));
}

TEST_CASE("swap on a disk or in a file is refused with what to do", "[base]") {
    const auto area = GENERATE(
        std::string{"/dev/sda2 partition 100 0 -2\n"},
        std::string{"/swapfile file 100 0 -2\n"},
        std::string{"/dev/zram0 partition 1 0 100\n/swapfile file 100 0 -2\n"}
    );
    const auto refused = check_no_swap(SwapList(header + area).path());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::bad_permissions);
    CHECK(refused.error().hint.find("swapoff") != std::string::npos);
}

TEST_CASE("a list of swap areas that cannot be read is refused", "[base]") {
    CHECK(check_no_swap("/nonexistent/swaps").error().code == Errc::io);
    CHECK(check_no_swap(SwapList("").path()).error().code == Errc::io);
}

}  // namespace process_hygiene_test
