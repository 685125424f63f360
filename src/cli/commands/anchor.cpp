#include "cli/commands/anchor.hpp"

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/random.hpp"
#include "cli/local/memory_options.hpp"
#include "cli/local/offline_vault.hpp"
#include "cli/local/unsealing_options.hpp"
#include "cli/options/file_place.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "vault/anchor_command.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace rookery::cli {
namespace {

constexpr std::size_t reason_given_max = 500;

struct AnchorCommandOptions {
    UnsealingOptions unsealing;
    MemoryOptions memory;
    std::string confirmed_time;
    std::string data;
    std::string file;
    std::string program;
    std::string keep_because;  // empty: credentials end with what is accepted
    bool give_up_second = false;
    bool json = false;
};

/// As the directory has it; empty when it cannot be read, which the opening then says.
std::string verifier_key_in(const std::filesystem::path& data) {
    const auto file = read_plain_file(data / "log.vkey", 4096);
    if (!file) return {};
    const auto line = text_of(*file);
    return std::string(line.substr(0, line.find('\n')));
}

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
    if (!options.file.empty() + !options.program.empty() + options.give_up_second > 1) {
        return fail(
            Errc::usage,
            "the second place is one, or it is given up",
            "give one of --file, --command and --give-up-second-place"
        );
    }
    if (!options.program.empty()) {
        ROOKERY_TRY(anchor.elsewhere, messages::start_anchor_command(options.program));
    }
    const auto& second = options.file.empty() ? options.program : options.file;
    anchor.give_up_second = options.give_up_second;
    if (options.keep_because.size() > reason_given_max) {
        return fail(Errc::usage, "the reason is too long", "say it in 500 bytes");
    }
    if (!options.keep_because.empty()) {
        anchor.new_origin.emplace();
        anchor.new_origin->reason = "credentials kept: " + options.keep_because;
    }
    std::string accepted;
    anchor.accepted = [&accepted](std::string_view what) { accepted = what; };
    ROOKERY_CHECK(guard_process(options.memory.policy()));
    const SystemClock clock;
    SystemRandom random;
    ROOKERY_TRY(const auto unsealing, resolve_unsealing(options.unsealing));
    const auto key_before = verifier_key_in(data);
    ROOKERY_TRY(
        const auto vault,
        open_offline(
            data,
            unsealing,
            Purpose::change(options.confirmed_time),
            clock,
            random,
            std::move(anchor)
        )
    );
    const bool revoked = !accepted.empty() && options.keep_because.empty();
    if (options.json) {
        nlohmann::json out{
            {"accepted", nullptr},
            {"second_place", nullptr},
            {"credentials_revoked", revoked},
            {"log_origin", vault->origin()},
            {"log_verifier_key", vault->log_verifier_key()}};
        if (!accepted.empty()) out["accepted"] = accepted;
        if (!second.empty()) out["second_place"] = second;
        ROOKERY_CHECK(print_json(out));
        return Exit::ok;
    }
    note(
        accepted.empty() ? "nothing had to be accepted: the vault is as its anchor says"
                         : fmt::format("accepted, and on the log: {}", printable(accepted))
    );
    if (revoked) {
        note(
            "every credential of then is revoked, since nobody knows which of them were revoked "
            "later: make one for an administrator with `rookery token create --data DATA --user "
            "USER --name NAME --out FILE`"
        );
    }
    if (vault->log_verifier_key() != key_before) {
        note(fmt::format(
            "the log goes on under another name, {}, since others may have seen more of it than "
            "there is; its verifier key, for reviewers: {}",
            printable(vault->origin()),
            printable(vault->log_verifier_key())
        ));
    }
    note(
        second.empty()
            ? std::string{"the anchor is kept in the data directory alone"}
            : fmt::format(
                  "the anchor is kept in {} too; the configuration of serve must name it", second
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
    command.add_option("--file", options->file, "The anchor's second place, as [anchor] names it")
        .takes(Takes::file);
    command
        .add_option(
            "--command", options->program, "The program behind which it is, as [anchor] names it"
        )
        .takes(Takes::file);
    command.add_flag(
        "--give-up-second-place",
        options->give_up_second,
        "There is no second place from now on; only then it need not be named"
    );
    command
        .add_option(
            "--keep-credentials-because",
            options->keep_because,
            "Revoke none, and why: those that were revoked later are valid again. The log goes on "
            "under a new name, which says so"
        )
        .takes(Takes::text);
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_unsealing_options(command, options->unsealing);
    add_memory_options(command, options->memory);
    add_confirmed_time(command, options->confirmed_time);
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
