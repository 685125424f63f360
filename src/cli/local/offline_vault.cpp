#include "cli/local/offline_vault.hpp"

#include "cli/output/console.hpp"
#include "vault/anchors.hpp"

#include <fmt/format.h>

#include <utility>

namespace rookery::cli {

void add_confirmed_time(Command command, std::string& time) {
    command
        .add_option(
            "--confirmed-time",
            time,
            "Go on from this time of the log, as the error names it, although the clock lies behind"
        )
        .takes(Takes::word);
}

Result<std::unique_ptr<messages::Vault>> open_offline(
    const std::filesystem::path& data, const messages::Unsealing& unsealing, const Purpose& purpose,
    const Clock& clock, Random& random, messages::AnchorOptions anchor
) {
    messages::VaultOptions options;
    options.data = data;
    options.anchor = std::move(anchor);
    if (purpose.looks) {
        options.confirmed_time = messages::VaultOptions::any_time;
    } else if (!purpose.confirmed_time.empty()) {
        const auto time = parse_iso8601(purpose.confirmed_time);
        if (!time) {
            return fail(Errc::usage, "--confirmed-time must be a time, as in 2027-02-03T04:05:06Z");
        }
        options.confirmed_time = *time;
    }
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
