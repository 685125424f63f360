// A vault that no server holds, opened by a command in its own process.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "cli/options/command_line.hpp"
#include "vault/vault.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

namespace rookery::cli {

/// What a vault is opened for. To look is allowed at any time, also when the clock lies behind the log; to change it
/// then takes somebody who confirms the log's time.
struct Purpose {
    bool looks = false;
    std::string confirmed_time;  // as it was typed; empty: none is confirmed

    static Purpose look() { return {true, {}}; }

    static Purpose change(std::string confirmed_time) { return {false, std::move(confirmed_time)}; }
};

/// --confirmed-time, of a command that opens a vault to change it.
void add_confirmed_time(Command command, std::string& time);

/// Errc::usage for a confirmed time that is none, and the errors of messages::Vault::open. A conversion to a newer format is told on stderr. The anchor is
/// that of the data directory, unless `anchor` says otherwise: where else there is one stands in serve's configuration.
[[nodiscard]] Result<std::unique_ptr<messages::Vault>> open_offline(
    const std::filesystem::path& data, const messages::Unsealing& unsealing, const Purpose& purpose,
    const Clock& clock, Random& random, messages::AnchorOptions anchor = {}
);

}  // namespace rookery::cli
