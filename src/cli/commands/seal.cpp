#include "cli/commands/seal.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/client/seal_state.hpp"
#include "cli/output/console.hpp"

#include <chrono>
#include <memory>
#include <thread>

namespace rookery::cli {
namespace {

struct SealOptions {
    ConnectionOptions connection;
};

constexpr std::chrono::milliseconds look_every{50};
constexpr int looks_max = 600;

Result<Exit> seal(const SealOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    ROOKERY_CHECK(client.request("POST", "rky_Seal"));
    // The answer came with the entry on the log; then the keys go.
    for (int look = 0; look < looks_max; ++look) {
        const auto state = seal_state_of(client);
        if (state && state->sealed) {
            note(
                state->by_request
                    ? "the vault is sealed: `rookery unseal` opens it again"
                    : "the vault is sealed, and only tokens open it, whose module the server was "
                      "not given: a restart of the server opens it, with what its configuration "
                      "names under [unseal]"
            );
            return Exit::ok;
        }
        std::this_thread::sleep_for(look_every);
    }
    return fail(
        Errc::deadline,
        "the server has taken the request to seal and does not say that it is sealed",
        "see its own log: if it has ended, it holds nothing either"
    );
}

}  // namespace

void add_seal(Command app, Action& chosen) {
    auto options = std::make_shared<SealOptions>();
    const auto command = app.add_subcommand(
        "seal", "Seal the vault of a running server: it answers nothing and wipes its keys"
    );
    add_connection_options(command, options->connection);
    command.callback([options, &chosen] { chosen = [options] { return seal(*options); }; });
}

}  // namespace rookery::cli
