#include "cli/output/exit_code.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace exit_code_test {

using namespace rookery;
using namespace rookery::cli;

TEST_CASE("exit codes are distinct and ascending", "[cli]") {
    int last = -1;
    for (const auto& row : exit_codes()) {
        CHECK(static_cast<int>(row.code) == last + 1);
        last = static_cast<int>(row.code);
    }
}

TEST_CASE("every failure has an exit code other than success", "[cli]") {
    for (std::size_t i = 0; i < static_cast<std::size_t>(Errc::count_); ++i) {
        CHECK(exit_code_of(static_cast<Errc>(i)) != Exit::ok);
    }
}

TEST_CASE("failures that a script tells apart have their own exit code", "[cli]") {
    const auto [code, exit] = GENERATE(table<Errc, Exit>({
        {Errc::usage, Exit::usage},
        {Errc::unavailable, Exit::unavailable},
        {Errc::deadline, Exit::unavailable},
        {Errc::too_many_requests, Exit::unavailable},
        {Errc::rate_limited, Exit::unavailable},
        {Errc::not_found, Exit::not_found},
        {Errc::key_not_found, Exit::not_found},
        {Errc::missing_privilege, Exit::denied},
        {Errc::record_inactive, Exit::denied},
        {Errc::unauthenticated, Exit::unauthenticated},
        {Errc::duplicate_key, Exit::conflict},
        {Errc::version_mismatch, Exit::conflict},
        {Errc::in_use, Exit::in_use},
        {Errc::wrong_secret, Exit::wrong_secret},
        {Errc::bad_permissions, Exit::bad_permissions},
        {Errc::integrity, Exit::integrity},
        {Errc::newer_format, Exit::newer_format},
        {Errc::cancelled, Exit::cancelled},
        {Errc::masked_write, Exit::refused},
        {Errc::io, Exit::failure},
    }));
    CHECK(exit_code_of(code) == exit);
}

}  // namespace exit_code_test
