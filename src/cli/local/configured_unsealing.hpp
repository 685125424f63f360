// What the configuration's [unseal] names, as if it had been given as options. None are given: nothing in it opens a vault.
#pragma once

#include "cli/config/config.hpp"
#include "cli/local/unsealing_options.hpp"

namespace rookery::cli {

[[nodiscard]] UnsealingOptions configured_unsealing(const Config& config);

}  // namespace rookery::cli
