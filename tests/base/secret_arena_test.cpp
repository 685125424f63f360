#include "base/secret_arena.hpp"

#include "base/secret.hpp"
#include "base/secret_box.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <new>
#include <set>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace secret_arena_test {

using namespace rookery;

namespace {

/// Runs `body` in a forked child; true when it returned true.
template <class F>
bool in_child(F&& body) {
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(body() ? 0 : 1);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool died_of_abort(void (*body)()) {
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);
        body();
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

}  // namespace

TEST_CASE("a request gets the smallest cell that holds it, aligned and zero", "[base]") {
    const auto [size, capacity] = GENERATE(table<std::size_t, std::size_t>({
        {1, 64},
        {64, 64},
        {65, 128},
        {128, 128},
        {129, 256},
        {256, 256},
        {257, 1024},
        {1024, 1024},
        {1025, 4096},
        {4096, 4096},
    }));
    const auto cell = arena::allocate(size);
    CHECK(cell.capacity == capacity);
    CHECK(reinterpret_cast<std::uintptr_t>(cell.data) % 64 == 0);
    CHECK(std::all_of(cell.data, cell.data + capacity, [](auto byte) { return byte == 0; }));
    arena::release(cell);
}

TEST_CASE("cells never overlap", "[base]") {
    std::vector<arena::Cell> cells;
    for (int i = 0; i < 3000; ++i) {
        cells.push_back(arena::allocate(static_cast<std::size_t>(1 + i * 7 % 1024)));
        std::memset(cells.back().data, i & 0xFF, cells.back().capacity);
    }
    int wrong = 0;
    for (int i = 0; i < 3000; ++i) {
        const auto& cell = cells[static_cast<std::size_t>(i)];
        wrong += !std::all_of(cell.data, cell.data + cell.capacity, [&](auto byte) {
            return byte == (i & 0xFF);
        });
    }
    CHECK(wrong == 0);
    for (const auto& cell : cells) arena::release(cell);
}

TEST_CASE("a released cell is wiped and counted", "[base]") {
    const auto before = secret_arena_statistics();
    const auto cell = arena::allocate(100);
    CHECK(secret_arena_statistics().cells_in_use == before.cells_in_use + 1);
    std::memset(cell.data, 0xAA, cell.capacity);
    arena::release(cell);
    CHECK(secret_arena_statistics().cells_in_use == before.cells_in_use);
    CHECK(std::all_of(cell.data, cell.data + cell.capacity, [](auto byte) { return byte == 0; }));
}

TEST_CASE("a large request has memory of its own, given back to the system", "[base]") {
    const auto before = secret_arena_statistics();
    const auto cell = arena::allocate(100'000);
    CHECK(cell.capacity >= 100'000);
    CHECK(cell.data[99'999] == 0);
    const auto during = secret_arena_statistics();
    CHECK(during.large_in_use == before.large_in_use + 1);
    CHECK(during.bytes_reserved >= before.bytes_reserved + 100'000);
    arena::release(cell);
    const auto after = secret_arena_statistics();
    CHECK(after.large_in_use == before.large_in_use);
    CHECK(after.bytes_locked == before.bytes_locked);
    CHECK_THROWS_AS(arena::allocate(SIZE_MAX), std::bad_alloc);
}

TEST_CASE("memory of one cell size can serve another after it was given back", "[base]") {
    // More than half of the bound in one size, then in another.
    const auto fill = [](std::size_t size) {
        std::vector<arena::Cell> cells;
        for (std::size_t used = 0; used < (10U << 20); used += size) {
            cells.push_back(arena::allocate(size));
        }
        for (const auto& cell : cells) arena::release(cell);
    };
    CHECK_NOTHROW(fill(4096));
    CHECK_NOTHROW(fill(1024));
    CHECK_NOTHROW(fill(64));
    CHECK(secret_arena_statistics().bytes_reserved <= secret_arena_bytes_default);
}

TEST_CASE("the arena is bounded, and usable again after it was full", "[base]") {
    std::vector<arena::Cell> cells;
    cells.reserve(5000);
    bool full = false;
    try {
        while (cells.size() < 5000) cells.push_back(arena::allocate(4096));
    } catch (const std::bad_alloc&) {
        full = true;
    }
    CHECK(full);
    CHECK(cells.size() <= secret_arena_bytes_default / 4096);
    CHECK_THROWS_AS(SecretBytes(4096), std::bad_alloc);
    for (const auto& cell : cells) arena::release(cell);
    CHECK_NOTHROW(SecretBytes(4096));
}

TEST_CASE("threads share the arena", "[base]") {
    const auto before = secret_arena_statistics().cells_in_use;
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (std::uint8_t t = 1; t <= 4; ++t) {
        threads.emplace_back([&, t] {
            for (std::size_t i = 0; i < 2000; ++i) {
                const Bytes content(1 + i % 300, t);
                const auto secret = SecretBytes::copy_of(content);
                secret.expose([&](ByteView bytes) {
                    wrong += !std::equal(bytes.begin(), bytes.end(), content.begin());
                });
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(wrong == 0);
    CHECK(secret_arena_statistics().cells_in_use == before);
}

TEST_CASE("a forked child sees no secret", "[base]") {
    const auto secret = SecretBytes::copy_of("token");
    CHECK(in_child([&] {
        return secret.expose([](ByteView bytes) {
            return std::all_of(bytes.begin(), bytes.end(), [](auto byte) { return byte == 0; });
        });
    }));
    secret.expose([](ByteView bytes) { CHECK(text_of(bytes) == "token"); });
}

TEST_CASE("giving a cell back twice, or one that is none, ends the process", "[base]") {
    CHECK(died_of_abort([] {
        const auto cell = arena::allocate(64);
        arena::release(cell);
        arena::release(cell);
    }));
    CHECK(died_of_abort([] {
        auto cell = arena::allocate(64);
        cell.data += 8;
        arena::release(cell);
    }));
    CHECK(died_of_abort([] {
        static std::uint8_t elsewhere[64];
        arena::release({elsewhere, 64});
    }));
}

TEST_CASE("a bound below one chunk is refused", "[base]") {
    const auto result = lock_secret_arena(ArenaPolicy::insecure_allowed, 1000);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::usage);
}

// The sanitizers replace mlock by a call that does nothing and succeeds. GCC says so by macros, clang by features.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ROOKERY_MLOCK_DOES_NOTHING
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ROOKERY_MLOCK_DOES_NOTHING
#endif
#endif

#ifndef ROOKERY_MLOCK_DOES_NOTHING

// The next two run in a fresh process each: what was locked before must not decide.

TEST_CASE("in a child process: locking is refused without the right to lock", "[.child]") {
    if (std::getenv("ROOKERY_TEST_CHILD") == nullptr) return;
    const rlimit none{0, 0};
    REQUIRE(::setrlimit(RLIMIT_MEMLOCK, &none) == 0);
    if (::geteuid() == 0) REQUIRE(::setuid(65534) == 0);  // root may lock whatever the limit
    const auto refused = lock_secret_arena(ArenaPolicy::locked);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::bad_permissions);
    CHECK(refused.error().hint.find("LimitMEMLOCK") != std::string::npos);
    CHECK(lock_secret_arena(ArenaPolicy::insecure_allowed));
    CHECK_NOTHROW(SecretBytes(10));
    CHECK(secret_arena_statistics().bytes_locked == 0);
    CHECK_FALSE(lock_secret_arena(ArenaPolicy::locked));
}

TEST_CASE(
    "in a child process: a low limit lowers the bound and everything stays locked", "[.child]"
) {
    if (std::getenv("ROOKERY_TEST_CHILD") == nullptr) return;
    const rlimit low{5U << 20, 5U << 20};
    REQUIRE(::setrlimit(RLIMIT_MEMLOCK, &low) == 0);
    if (::geteuid() == 0) REQUIRE(::setuid(65534) == 0);
    REQUIRE(lock_secret_arena(ArenaPolicy::locked));
    const auto start = secret_arena_statistics();
    CHECK(start.bytes_max >= 1U << 20);
    CHECK(start.bytes_max < 5U << 20);
    std::vector<SecretBytes> secrets;
    CHECK_THROWS_AS(
        [&] {
            for (;;) secrets.emplace_back(4096);
        }(),
        std::bad_alloc
    );
    const auto full = secret_arena_statistics();
    CHECK(full.bytes_reserved == full.bytes_max);
    CHECK(full.bytes_locked == full.bytes_reserved);
    CHECK_THROWS_AS(SecretBytes(20U << 20), std::bad_alloc);
}

TEST_CASE("memory that cannot be locked is refused, and a low limit lowers the bound", "[base]") {
    CHECK(in_child([] {
        ::setenv("ROOKERY_TEST_CHILD", "1", 1);
        ::execl(
            "/proc/self/exe",
            "base_test",
            "in a child process: locking is refused without the right to lock",
            "--warn",
            "NoTests",
            nullptr
        );
        return false;
    }));
    CHECK(in_child([] {
        ::setenv("ROOKERY_TEST_CHILD", "1", 1);
        ::execl(
            "/proc/self/exe",
            "base_test",
            "in a child process: a low limit lowers the bound and everything stays locked",
            "--warn",
            "NoTests",
            nullptr
        );
        return false;
    }));
}

#endif

TEST_CASE("a boxed object lies in the arena, keeps its place when moved, and is wiped", "[base]") {
    struct Tag;
    const auto before = secret_arena_statistics().cells_in_use;
    const std::uint8_t* data = nullptr;
    {
        SecretBox<Key<Tag>> box(Key<Tag>::filled_by([](std::span<std::uint8_t, 32> out) {
            std::fill(out.begin(), out.end(), std::uint8_t{7});
        }));
        CHECK(secret_arena_statistics().cells_in_use == before + 1);
        const auto* place = &*box;
        box->expose([&](ByteView bytes) { data = bytes.data(); });
        const auto moved = std::move(box);
        CHECK(&*moved == place);
        CHECK(data[31] == 7);
    }
    CHECK(secret_arena_statistics().cells_in_use == before);
    CHECK(data[31] == 0);
}

}  // namespace secret_arena_test
