#include "cli/commands/wait.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/options/duration_text.hpp"
#include "cli/output/exit_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

namespace rookery::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

struct Options {
    ConnectionOptions connection;
    std::string timeout = "60s";
};

constexpr milliseconds first_pause{50};
constexpr milliseconds longest_pause{1'000};
constexpr milliseconds request_max{5'000};

/// Whether the server says that it can answer; why not.
Result<void> ask(const Connection& connection, milliseconds timeout) {
    ROOKERY_TRY(auto client, ApiClient::open(connection, timeout));
    ROOKERY_TRY(const auto reply, client.exchange("GET", "/readyz"));
    if (reply.status == 200) return {};
    if (reply.status == 503) {
        auto why = std::string(reply.text());
        why.erase(std::find(why.begin(), why.end(), '\n'), why.end());
        return fail(Errc::unavailable, why.empty() ? "it says no reason" : why);
    }
    return fail(
        Errc::unknown_segment,
        fmt::format("/readyz answers with status {}", reply.status),
        "is this URL that of a Rookery server?"
    );
}

Result<Exit> wait(const Options& options) {
    ROOKERY_TRY(const auto timeout, parse_duration(options.timeout));
    ROOKERY_TRY(auto connection, resolve_connection(options.connection, TokenNeed::optional));
    connection.token_file.clear();  // readiness is for everybody
    const auto end = SteadyClock::now() + timeout;
    for (auto pause = first_pause;; pause = std::min(2 * pause, longest_pause)) {
        const auto left = std::chrono::ceil<milliseconds>(end - SteadyClock::now());
        const auto ready = ask(connection, std::clamp(left, milliseconds{1}, request_max));
        if (ready) return Exit::ok;
        // Only what can end by itself is waited for.
        if (exit_code_of(ready.error().code) != Exit::unavailable) return fail(ready.error());
        if (SteadyClock::now() + pause >= end) {
            return fail(
                Errc::unavailable,
                fmt::format("not ready within {}: {}", options.timeout, ready.error().message),
                ready.error().hint
            );
        }
        std::this_thread::sleep_for(pause);
    }
}

}  // namespace

void add_wait(Command app, Action& chosen) {
    auto options = std::make_shared<Options>();
    const auto command = app.add_subcommand("wait", "Wait until a server is ready");
    add_server_options(command, options->connection);
    command.add_option("--timeout", options->timeout, "How long at most: 90s, 5m")
        .takes(Takes::time)
        .capture_default_str();
    command.callback([options, &chosen] { chosen = [options] { return wait(*options); }; });
}

}  // namespace rookery::cli
