#include "cli/commands/unseal.hpp"

#include "base/random.hpp"
#include "base/secret_json.hpp"
#include "cli/client/connection_options.hpp"
#include "cli/client/seal_state.hpp"
#include "cli/client/slot_requests.hpp"
#include "cli/local/unsealing_options.hpp"
#include "cli/options/secret_file.hpp"
#include "cli/output/console.hpp"
#include "cli/output/exit_code.hpp"
#include "cli/output/json_text.hpp"
#include "crypto/slot_kinds.hpp"

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
    UnsealingOptions ways;
    bool json = false;
};

constexpr std::chrono::milliseconds stretching_max{60'000};  // of a passphrase, on a slow machine
constexpr std::chrono::milliseconds next_turn{1'100};        // one attempt a second is taken
constexpr int turns_max = 30;

/// What was typed says itself what it is.
crypto::BroughtWay typed_way(SecretBytes typed) {
    constexpr std::string_view share_begins = "svs1";
    const bool share =
        typed.expose([&](ByteView bytes) { return text_of(bytes).starts_with(share_begins); });
    crypto::BroughtWay out;
    out.parts.push_back({share ? &crypto::share_slot : &crypto::passphrase_slot, {}});
    out.parts.front().brought.secrets.push_back(std::move(typed));
    return out;
}

Result<crypto::BroughtWay> way_of(const UnsealOptions& options) {
    if (!any_given(options.ways)) {
        ROOKERY_TRY(auto typed, ask_secret("Share or passphrase of the vault: "));
        return typed_way(std::move(typed));
    }
    SystemRandom random;
    ROOKERY_TRY(auto one, resolve_one_brought(options.ways, random));
    return std::move(one.way);
}

/// A way in one body; shares one by one, since each may be somebody else's.
std::vector<WipedBuffer> bodies_of(const crypto::BroughtWay& way) {
    std::vector<WipedBuffer> out;
    const auto begin = [&out]() -> WipedBuffer& {
        out.emplace_back();
        out.back().reserve(4096);
        return out.back();
    };
    const auto& first = way.parts.front();
    if (first.kind != &crypto::share_slot) {
        append_way(begin(), way);
        return out;
    }
    for (const auto& share : first.brought.secrets) {
        auto& body = begin();
        append_text(body, "{\"Share\":");
        share.expose([&](ByteView bytes) { append_json_string(body, text_of(bytes)); });
        append_text(body, "}");
    }
    return out;
}

/// Waits for a turn while others have it.
Result<SealState> bring(ApiClient& client, const WipedBuffer& body) {
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
        ROOKERY_TRY(const auto way, way_of(options));
        for (const auto& body : bodies_of(way)) {
            if (!state.sealed) break;
            ROOKERY_TRY(state, bring(client, body));
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
        "unseal", "Bring a way into the vault, or a share of one, to a server that is sealed"
    );
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_server_options(command, options->connection);
    add_unsealing_options(command, options->ways);
    command.callback([options, &chosen] { chosen = [options] { return unseal(*options); }; });
}

}  // namespace rookery::cli
