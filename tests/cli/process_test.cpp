// What a command does about signals while something must not be left half done.
#include "cli/local/process.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <initializer_list>
#include <pthread.h>
#include <thread>

namespace process_test {

using namespace rookery::cli;

namespace {

volatile std::sig_atomic_t arrived = 0;

extern "C" void rookery_test_count_signal(int) { arrived = arrived + 1; }

}  // namespace

TEST_CASE("a signal waits until what it would cut short is done", "[cli]") {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        CAPTURE(signal);
        auto* const before = std::signal(signal, rookery_test_count_signal);
        arrived = 0;
        {
            const HeldSignals held;
            std::raise(signal);
            CHECK(arrived == 0);
        }
        CHECK(arrived == 1);
        std::raise(signal);
        CHECK(arrived == 2);
        std::signal(signal, before);
    }
}

namespace {

/// In a thread of its own, which keeps to itself what is blocked in it and what waits there.
int what_ends_a_server(std::initializer_list<int> sent) {
    int ended_by = 0;
    std::thread([&] {
        const StopSignals stop;
        for (const int signal : sent) ::pthread_kill(::pthread_self(), signal);
        ended_by = stop.wait();
    }).join();
    return ended_by;
}

}  // namespace

TEST_CASE(
    "a terminal that closes ends a server in order, and what means nothing to it does not", "[cli]"
) {
    CHECK(what_ends_a_server({SIGTERM}) == SIGTERM);
    CHECK(what_ends_a_server({SIGINT}) == SIGINT);
    CHECK(what_ends_a_server({SIGHUP}) == SIGHUP);
    CHECK(
        what_ends_a_server(
            {SIGUSR1,
             SIGUSR2,
             SIGALRM,
             SIGVTALRM,
             SIGPROF,
             SIGIO,
             SIGPWR,
             SIGXFSZ,
             SIGRTMIN,
             SIGRTMAX,
             SIGTERM}
        ) == SIGTERM
    );
}

TEST_CASE("a server that was started with nohup does not end with its terminal", "[cli]") {
    auto* const before = std::signal(SIGHUP, SIG_IGN);
    CHECK(what_ends_a_server({SIGHUP, SIGTERM}) == SIGTERM);
    std::signal(SIGHUP, before);
}

}  // namespace process_test
