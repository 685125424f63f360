// The section [sync] as the worker takes it, and the client secret from where the section says.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "cli/config/config.hpp"
#include "sync/options.hpp"

#include <optional>

namespace rookery::cli {

/// Nothing when there is no sync. Errc::usage naming the option that is missing or wrong.
[[nodiscard]] Result<std::optional<sync::SyncOptions>> sync_options_of(const Config& config);

/// Precondition: sync_options_of gave options. Errors of read_secret_file; Errc::usage.
[[nodiscard]] Result<SecretBytes> read_client_secret(const Config& config);

}  // namespace rookery::cli
