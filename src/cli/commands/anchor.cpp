#include "cli/commands/anchor.hpp"

#include "base/clock.hpp"
#include "base/random.hpp"
#include "cli/local/memory_options.hpp"
#include "cli/local/offline_vault.hpp"
#include "cli/local/unsealing_options.hpp"
#include "cli/options/file_place.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace rookery::cli {
namespace {

struct AnchorCommandOptions {
    UnsealingOptions unsealing;
    MemoryOptions memory;
    std::string data;
    std::string file;
    bool json = false;
};

Result<Exit> accept(const AnchorCommandOptions& options) {
    ROOKERY_TRY(const auto data, data_place(options.data));
    messages::AnchorOptions anchor;
    anchor.rule = messages::AnchorRule::accept;
    if (!options.file.empty()) anchor.second = std::filesystem::absolute(options.file);
    if (!anchor.second.empty() && lies_inside(anchor.second, data)) {
        return fail(
            Errc::usage,
            "the second place of the anchor must not be in the data directory",
            "name a file on another volume"
        );
    }
    std::string accepted;
    anchor.accepted = [&accepted](std::string_view what) { accepted = what; };
    ROOKERY_CHECK(guard_process(options.memory.policy()));
    const SystemClock clock;
    SystemRandom random;
    ROOKERY_TRY(const auto unsealing, resolve_unsealing(options.unsealing));
    ROOKERY_TRY(
        const auto vault,
        open_offline(data, unsealing, Purpose::change, clock, random, std::move(anchor))
    );
    if (options.json) {
        nlohmann::json out{{"accepted", nullptr}, {"second_place", nullptr}};
        if (!accepted.empty()) out["accepted"] = accepted;
        if (!options.file.empty()) out["second_place"] = options.file;
        ROOKERY_CHECK(print_json(out));
        return Exit::ok;
    }
    note(
        accepted.empty() ? "nothing had to be accepted: the vault is as its anchor says"
                         : fmt::format("accepted, and on the log: {}", printable(accepted))
    );
    note(
        options.file.empty()
            ? std::string{"the anchor is kept in the data directory alone"}
            : fmt::format(
                  "the anchor is kept in {} too; the configuration of serve must name it",
                  options.file
              )
    );
    return Exit::ok;
}

void add_accept(Command app, Action& chosen) {
    auto options = std::make_shared<AnchorCommandOptions>();
    const auto command = app.add_subcommand(
        "accept",
        "Let an older state that was restored, or a vault without its anchor, be served again; on "
        "the log"
    );
    command.add_option("--data", options->data, "The data directory: the server must be stopped")
        .takes(Takes::directory)
        .required();
    command
        .add_option(
            "--file",
            options->file,
            "The anchor's second place, as [anchor] names it; without it there is none from now on"
        )
        .takes(Takes::file);
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_unsealing_options(command, options->unsealing);
    add_memory_options(command, options->memory);
    command.callback([options, &chosen] { chosen = [options] { return accept(*options); }; });
}

}  // namespace

void add_anchor(Command app, Action& chosen) {
    const auto command =
        app.add_subcommand("anchor", "Accept a vault that is not what its anchor says");
    command.require_subcommand();
    add_accept(command, chosen);
}

}  // namespace rookery::cli
