// A vault that no server holds, opened by a command in its own process.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "vault/vault.hpp"

#include <filesystem>
#include <memory>

namespace rookery::cli {

/// To look is allowed at any time, also when the clock lies behind the log.
enum class Purpose : std::uint8_t { look, change };

/// The errors of messages::Vault::open. A conversion to a newer format is told on stderr. The anchor is
/// that of the data directory, unless `anchor` says otherwise: where else there is one stands in serve's configuration.
[[nodiscard]] Result<std::unique_ptr<messages::Vault>> open_offline(
    const std::filesystem::path& data, const messages::Unsealing& unsealing, Purpose purpose,
    const Clock& clock, Random& random, messages::AnchorOptions anchor = {}
);

}  // namespace rookery::cli
