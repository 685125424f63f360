#include "cli/commands/commands.hpp"
#include "cli/output/console.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <sys/stat.h>

namespace rookery::cli {
namespace {

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
    add_dev(app, chosen);
    add_init(app, chosen);
    add_serve(app, chosen);
    add_status(app, chosen);
    add_import(app, chosen);
    add_get(app, chosen);
    add_token(app, chosen);
    add_access(app, chosen);
    add_audit(app, chosen);
    add_sync(app, chosen);
    add_verify(app, chosen);
    add_recover(app, chosen);

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
