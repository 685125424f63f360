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

struct WaitOptions {
    ConnectionOptions connection;
    std::string timeout = "60s";
};

constexpr milliseconds first_wait{50};
constexpr milliseconds longest_wait{1'000};
constexpr milliseconds request_max{5'000};

constexpr milliseconds last_request_max{1'000};

struct Looked {
    Result<void> ready;     // or why not
    bool for_good = false;  // waiting does not help
};

/// Whether the server says that it can answer.
Result<void> judge(const ApiReply& reply) {
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

Looked look(const Connection& connection, milliseconds timeout) {
    auto client = ApiClient::open(connection, timeout);
    if (!client) return {fail(client.error()), true};
    const auto reply = client->exchange("GET", "/readyz");
    auto ready = reply ? judge(*reply) : Result<void>{fail(reply.error())};
    // Only what can end by itself is waited for.
    const bool for_good = client->failed_for_good() ||
                          (!ready && exit_code_of(ready.error().code) != Exit::unavailable);
    return {std::move(ready), for_good};
}

Result<Exit> wait(const WaitOptions& options) {
    ROOKERY_TRY(const auto timeout, parse_duration(options.timeout));
    ROOKERY_TRY(auto connection, resolve_connection(options.connection, TokenNeed::optional));
    connection.token_file.clear();  // readiness is for everybody
    const auto end = SteadyClock::now() + timeout;
    const auto left = [&] { return std::chrono::ceil<milliseconds>(end - SteadyClock::now()); };
    for (auto pause = first_wait;; pause = std::min(2 * pause, longest_wait)) {
        const bool last = left() <= milliseconds{0};
        const auto request = last ? last_request_max : std::clamp(left(), pause, request_max);
        const auto looked = look(connection, request);
        if (looked.ready) return Exit::ok;
        const auto& why = looked.ready.error();
        if (looked.for_good) return fail(why);
        if (last) {
            return fail(
                Errc::unavailable,
                fmt::format("not ready within {}: {}", options.timeout, why.message),
                why.hint
            );
        }
        std::this_thread::sleep_for(std::clamp(left(), milliseconds{0}, pause));
    }
}

}  // namespace

void add_wait(Command app, Action& chosen) {
    auto options = std::make_shared<WaitOptions>();
    const auto command = app.add_subcommand("wait", "Wait until a server is ready");
    add_server_options(command, options->connection);
    command.add_option("--timeout", options->timeout, "How long at most: 90s, 5m")
        .takes(Takes::time)
        .capture_default_str();
    command.callback([options, &chosen] { chosen = [options] { return wait(*options); }; });
}

}  // namespace rookery::cli
