#include "cli/app.hpp"

#include "cli/commands/access.hpp"
#include "cli/commands/audit.hpp"
#include "cli/commands/dev.hpp"
#include "cli/commands/export.hpp"
#include "cli/commands/get.hpp"
#include "cli/commands/import.hpp"
#include "cli/commands/init.hpp"
#include "cli/commands/job.hpp"
#include "cli/commands/recover.hpp"
#include "cli/commands/serve.hpp"
#include "cli/commands/status.hpp"
#include "cli/commands/sync.hpp"
#include "cli/commands/token.hpp"
#include "cli/commands/verify.hpp"
#include "cli/commands/wait.hpp"
#include "cli/output/console.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <sys/stat.h>

namespace rookery::cli {
namespace {

/// In the order of --help.
constexpr AddCommand commands[] = {
    add_dev,
    add_init,
    add_serve,
    add_wait,
    add_status,
    add_import,
    add_export,
    add_get,
    add_token,
    add_access,
    add_audit,
    add_sync,
    add_job,
    add_verify,
    add_recover,
};

constexpr const char* about =
    "A secret vault for the tokens of Twitter handles, with the Dataverse Web API as interface.";

constexpr const char* footer =
    "Commands that speak to a server take --url, --ca and --token-file, or ROOKERY_URL, "
    "ROOKERY_CA\n"
    "and ROOKERY_TOKEN_FILE. Exit codes: docs/cli.md.";

/// CLI11 says of an unknown command only that one is required.
std::string what_is_wrong(const CLI::App& app, const CLI::ParseError& error) {
    const CLI::App* chosen = &app;
    while (!chosen->get_subcommands().empty()) chosen = chosen->get_subcommands().front();
    const auto left = chosen->remaining();
    if (chosen->get_require_subcommand_min() == 0 || left.empty()) return error.what();
    return "there is no command or option " + printable(left.front());
}

}  // namespace

int run(int argc, char** argv) {
    ::umask(077);  // what this program writes is for its owner
    std::signal(SIGPIPE, SIG_IGN);

    CLI::App app{about, "rookery"};
    app.footer(footer);
    app.set_version_flag("--version", "rookery " ROOKERY_VERSION);
    app.require_subcommand(1);
    app.failure_message(CLI::FailureMessage::simple);
    Action chosen;
    for (const auto add : commands) add(app, chosen);

    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& help) {
        return app.exit(help);  // --help, --version
    } catch (const CLI::ParseError& error) {
        // CLI11 reports this way only; its text may repeat an argument, never a secret: none is
        // one.
        report({Errc::usage, what_is_wrong(app, error), "rookery --help, or rookery COMMAND --help"}
        );
        return static_cast<int>(Exit::usage);
    }

    const auto outcome = chosen();
    if (!outcome) {
        report(outcome.error());
        return static_cast<int>(exit_code_of(outcome.error().code));
    }
    return static_cast<int>(*outcome);
}

}  // namespace rookery::cli
