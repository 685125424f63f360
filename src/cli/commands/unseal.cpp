#include "cli/commands/unseal.hpp"

#include "base/secret_json.hpp"
#include "cli/client/connection_options.hpp"
#include "cli/client/seal_state.hpp"
#include "cli/options/secret_file.hpp"
#include "cli/output/console.hpp"
#include "cli/output/exit_code.hpp"
#include "cli/output/json_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

namespace rookery::cli {
namespace {

struct UnsealOptions {
    ConnectionOptions connection;
    std::vector<std::string> share_files;
    std::string passphrase_file;
    bool json = false;
};

constexpr std::chrono::milliseconds stretching_max{60'000};  // of a passphrase, on a slow machine
constexpr std::chrono::milliseconds next_turn{1'100};        // one attempt a second is taken
constexpr int turns_max = 30;

struct Brought {
    std::string_view member;  // of the body
    SecretBytes secret;
};

/// What was typed says itself what it is.
std::string_view member_for(const SecretBytes& secret) {
    constexpr std::string_view share_begins = "svs1";
    return secret.expose([&](ByteView bytes) {
        return text_of(bytes).starts_with(share_begins) ? std::string_view{"Share"}
                                                        : std::string_view{"Passphrase"};
    });
}

Result<std::vector<Brought>> brought_by(const UnsealOptions& options) {
    std::vector<Brought> out;
    for (const auto& file : options.share_files) {
        ROOKERY_TRY(auto share, read_secret_file(file));
        out.push_back({"Share", std::move(share)});
    }
    if (!options.passphrase_file.empty()) {
        ROOKERY_TRY(auto passphrase, read_secret_file(options.passphrase_file));
        out.push_back({"Passphrase", std::move(passphrase)});
    }
    if (out.empty()) {
        ROOKERY_TRY(auto typed, ask_secret("Share or passphrase of the vault: "));
        const auto member = member_for(typed);
        out.push_back({member, std::move(typed)});
    }
    return out;
}

WipedBuffer body_with(const Brought& one) {
    WipedBuffer out;
    out.reserve(2048);
    append_text(out, "{");
    append_json_string(out, one.member);
    append_text(out, ":");
    one.secret.expose([&](ByteView bytes) { append_json_string(out, text_of(bytes)); });
    append_text(out, "}");
    return out;
}

/// Waits for a turn while others have it.
Result<SealState> bring(ApiClient& client, const Brought& one) {
    const auto body = body_with(one);
    for (int turn = 1;; ++turn) {
        const auto reply = client.request("POST", "rky_Unseal", body);
        if (reply) return seal_state_in(*reply);
        const auto code = reply.error().code;
        const bool taken = code == Errc::rate_limited || code == Errc::too_many_requests;
        // As the same secret is called where the vault is opened without a server.
        if (exit_code_of(code) == Exit::denied) {
            return fail(Errc::wrong_secret, reply.error().message, reply.error().hint);
        }
        if (!taken || turn >= turns_max) return fail(reply.error());
        std::this_thread::sleep_for(next_turn);
    }
}

std::string text_of_state(const SealState& state) {
    if (!state.sealed) return "the vault is open\n";
    return fmt::format(
        "the vault is sealed: {} of {} shares are given; what is given is forgotten after ten "
        "minutes\n",
        state.shares_given,
        state.shares_needed
    );
}

Result<Exit> unseal(const UnsealOptions& options) {
    ROOKERY_TRY(auto connection, resolve_connection(options.connection, TokenNeed::optional));
    connection.token_file.clear();  // who unseals may have none, and needs none
    ROOKERY_TRY(auto client, ApiClient::open(std::move(connection), stretching_max));
    ROOKERY_TRY(auto state, seal_state_of(client));
    if (state.sealed) {
        ROOKERY_TRY(const auto all, brought_by(options));
        for (const auto& one : all) {
            if (!state.sealed) break;
            ROOKERY_TRY(state, bring(client, one));
        }
    }
    if (options.json) {
        ROOKERY_CHECK(print_json(
            {{"sealed", state.sealed},
             {"shares_given", state.shares_given},
             {"shares_needed", state.shares_needed}}
        ));
    } else {
        ROOKERY_CHECK(print(text_of_state(state)));
    }
    return Exit::ok;
}

}  // namespace

void add_unseal(Command app, Action& chosen) {
    auto options = std::make_shared<UnsealOptions>();
    const auto command = app.add_subcommand(
        "unseal", "Bring a share or a passphrase to a server whose vault is sealed"
    );
    const auto shares = command
                            .add_option(
                                "--share-file",
                                options->share_files,
                                "File with a share, or - for standard input; several times"
                            )
                            .takes(Takes::private_file);
    command
        .add_option(
            "--passphrase-file",
            options->passphrase_file,
            "File with the passphrase, or - for standard input"
        )
        .takes(Takes::private_file)
        .excludes(shares);
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_server_options(command, options->connection);
    command.callback([options, &chosen] { chosen = [options] { return unseal(*options); }; });
}

}  // namespace rookery::cli
