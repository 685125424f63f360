#include "cli/local/offline_vault.hpp"

#include "cli/output/console.hpp"
#include "vault/anchors.hpp"

#include <fmt/format.h>

#include <utility>

namespace rookery::cli {

Result<std::unique_ptr<messages::Vault>> open_offline(
    const std::filesystem::path& data, const messages::Unsealing& unsealing, Purpose purpose,
    const Clock& clock, Random& random, messages::AnchorOptions anchor
) {
    messages::VaultOptions options;
    options.data = data;
    options.anchor = std::move(anchor);
    if (purpose == Purpose::look) options.confirmed_time = messages::VaultOptions::any_time;
    options.on_conversion = [](unsigned from, unsigned to) {
        note(fmt::format(
            "note: the data directory was converted from format {} to {}; older versions do not "
            "open it any more",
            from,
            to
        ));
    };
    ROOKERY_TRY(auto vault, messages::Vault::open(std::move(options), unsealing, clock, random));
    if (const auto left_out = messages::second_place_not_looked_at(*vault)) {
        note("note: " + *left_out);
    }
    return vault;
}

}  // namespace rookery::cli
