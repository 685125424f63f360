#include "cli/app.hpp"

#include "cli/commands/access.hpp"
#include "cli/commands/anchor.hpp"
#include "cli/commands/audit.hpp"
#include "cli/commands/backup.hpp"
#include "cli/commands/dev.hpp"
#include "cli/commands/doctor.hpp"
#include "cli/commands/export.hpp"
#include "cli/commands/get.hpp"
#include "cli/commands/import.hpp"
#include "cli/commands/init.hpp"
#include "cli/commands/job.hpp"
#include "cli/commands/key.hpp"
#include "cli/commands/purge.hpp"
#include "cli/commands/recover.hpp"
#include "cli/commands/restore.hpp"
#include "cli/commands/seal.hpp"
#include "cli/commands/serve.hpp"
#include "cli/commands/status.hpp"
#include "cli/commands/sync.hpp"
#include "cli/commands/token.hpp"
#include "cli/commands/token_versions.hpp"
#include "cli/commands/unseal.hpp"
#include "cli/commands/verify.hpp"
#include "cli/commands/wait.hpp"
#include "cli/help.hpp"
#include "cli/options/withheld.hpp"
#include "cli/output/console.hpp"
#include "cli/words.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <exception>
#include <string>
#include <sys/stat.h>
#include <vector>

namespace rookery::cli {
namespace {

/// In the order of --help.
// clang-format off
constexpr AddCommand commands[] = {
    add_dev,
    add_init,
    add_serve,
    add_unseal,
    add_seal,
    add_wait,
    add_status,
    add_doctor,
    add_import,
    add_export,
    add_get,
    add_token,
    add_token_versions,
    add_purge,
    add_access,
    add_audit,
    add_sync,
    add_job,
    add_key,
    add_backup,
    add_verify,
    add_restore,
    add_anchor,
    add_recover,
};
// clang-format on

constexpr const char* program_about =
    "A secret vault for the tokens of Twitter handles, with the Dataverse Web API as interface.";

constexpr const char* footer =
    "Commands that speak to a server take --url, --ca and --token-file, or ROOKERY_URL, "
    "ROOKERY_CA\n"
    "and ROOKERY_TOKEN_FILE. Exit codes: rookery help exit-codes.";

int ended(Exit exit) { return static_cast<int>(exit); }

int failed(const Error& error) {
    report(error);
    return ended(exit_code_of(error.code));
}

int run_line(const std::vector<std::string>& words) {
    CLI::App app{program_about, "rookery"};
    Action chosen;
    add_commands(app, chosen);
    const auto action = understand(app, chosen, words);
    if (!action) return failed(action.error());
    if (!*action) return ended(Exit::ok);
    const auto outcome = (*action)();
    return outcome ? ended(*outcome) : failed(outcome.error());
}

}  // namespace

void add_commands(CLI::App& app, Action& chosen) {
    app.footer(footer);
    app.set_version_flag("-V,--version", "rookery " ROOKERY_VERSION);
    app.require_subcommand(1);
    for (const auto add : commands) add(app, chosen);
    add_help(app, chosen);
    refuse_empty_values(app);
}

Result<Action> understand(CLI::App& app, Action& chosen, const std::vector<std::string>& words) {
    withhold_nothing();
    ROOKERY_CHECK(check_words(app, words));
    try {
        app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::CallForVersion& version) {
        ROOKERY_CHECK(print(std::string{version.what()} + "\n"));
        return Action{};
    } catch (const CLI::Success&) {
        ROOKERY_CHECK(print(app.help()));
        return Action{};
    } catch (const CLI::ParseError& error) {
        return fail(what_is_wrong(app, error, words));
    }
    ROOKERY_CHECK(check_given(app));
    return chosen;
}

int run(int argc, char** argv) {
    ::umask(077);  // what this program writes is for its owner
    std::signal(SIGPIPE, SIG_IGN);
    int code = 0;
    try {
        code = run_line(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
    } catch (const std::exception& error) {
        code = failed(
            {Errc::internal,
             std::string{"unexpected: "} + error.what(),
             "this is a fault of the program, not of its use; please report it"}
        );
    }
    end_with_the_reader(code);
    return code;
}

}  // namespace rookery::cli
