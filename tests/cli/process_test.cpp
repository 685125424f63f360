// What a command does about signals while something must not be left half done.
#include "cli/local/process.hpp"

#include <catch2/catch.hpp>

#include <csignal>

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

}  // namespace process_test
