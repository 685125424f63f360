#include "cli/commands/import.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/commands/import_text.hpp"
#include "cli/import/import_execution.hpp"
#include "cli/import/import_file.hpp"
#include "cli/import/import_planner.hpp"
#include "cli/import/import_report.hpp"
#include "cli/local/process.hpp"
#include "cli/output/console.hpp"
#include "cli/output/exit_code.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

namespace rookery::cli {
namespace {

struct ImportCommandOptions {
    ConnectionOptions connection;
    std::string file;
    std::string report;
    ImportOptions import;
    ImportSaying saying;
};

Result<ImportScan> read_file(const ImportFile& file) {
    Progress progress("reading", 0);
    return scan_import(file, [&](std::uint64_t rows) { progress.at(rows); });
}

Result<void> execute(
    const ImportCommandOptions& options, const Connection& connection, const ImportFile& file,
    ImportRun& run, ImportScan& scan
) {
    const auto counts = count_rows(scan);
    Progress progress("importing", counts.created + counts.updated);
    return execute_import(connection, file, options.import, run, scan, [&](std::uint64_t rows) {
        progress.at(rows);
    });
}

/// The numbers, then why the import ended, then what became of the report: none of them hides another.
Result<Exit> tell_outcome(
    const ImportSaying& saying, const ImportScan& scan, std::optional<OutputFile>& report_file,
    const Result<void>& executed
) {
    const auto counts = count_rows(scan);
    const auto said = say_summary(saying, counts);
    auto ends_with = counts.bad + counts.conflicts > 0 ? Exit::partial : Exit::ok;
    if (!executed) {
        auto error = executed.error();
        if (error.hint.empty()) error.hint = "what was written stays; run it again to go on";
        report(error);
        ends_with = exit_code_of(error.code);
    }
    const auto reported = report_file ? write_import_report(*report_file, scan) : Result<void>{};
    if (executed) {
        ROOKERY_CHECK(said);
        ROOKERY_CHECK(reported);
    } else if (!reported) {
        report(reported.error());
    }
    return ends_with;
}

/// Everything is read and judged before anything is written.
Result<Exit> import_file(const ImportCommandOptions& options) {
    ROOKERY_TRY(const auto file, ImportFile::open(options.file));
    const StopRequest stop;  // a pipe is read by now: whoever waits for one is ended at once
    std::optional<OutputFile> report_file;
    if (!options.report.empty()) {
        ROOKERY_TRY(auto made, OutputFile::create(options.report));
        report_file.emplace(std::move(made));
    }
    ROOKERY_TRY(auto scan, read_file(file));
    say_file(scan);
    const auto stopped = [&] {
        leave_the_rest(scan);
        return tell_outcome(options.saying, scan, report_file, fail(stopped_on_request()));
    };
    if (stop.arrived()) return stopped();

    constexpr std::chrono::minutes timeout{2};
    ROOKERY_TRY(const auto connection, resolve_connection(options.connection));
    ROOKERY_TRY(auto client, ApiClient::open(connection, timeout));
    ROOKERY_TRY(auto client_for_handles, ApiClient::open(connection, timeout));
    ROOKERY_TRY(const auto caller, who_imports(client));
    ImportDirectory directory;
    {
        Progress progress("looking up", 0);
        ROOKERY_CHECK(plan_import(
            client,
            client_for_handles,
            directory,
            caller,
            options.import,
            scan,
            [&](std::uint64_t rows) { progress.at(rows); }
        ));
    }
    if (stop.arrived()) return stopped();
    ROOKERY_TRY(const auto outlook, foresee_access(client, owner_moves(scan)));
    ROOKERY_CHECK(say_new_applications(options.saying, new_applications(scan)));
    ROOKERY_CHECK(say_plan(options.saying, scan, outlook));

    Result<void> executed;
    if (!options.saying.dry_run) {
        ImportRun run(
            [&](const ScannedRow& row) { say_problem(options.saying, row); },
            [&] { return stop.arrived(); },
            caller.organization,
            directory
        );
        executed = execute(options, connection, file, run, scan);
    }
    return tell_outcome(options.saying, scan, report_file, executed);
}

}  // namespace

void add_import(Command app, Action& chosen) {
    auto options = std::make_shared<ImportCommandOptions>();
    const auto command = app.add_subcommand(
        "import", "Import handles and tokens from a CSV file; a second run changes nothing more"
    );
    command
        .add_option(
            "file",
            options->file,
            "CSV with a header: unique_handle_id, handle, application, access_token, "
            "access_token_secret, owner; - for standard input"
        )
        .takes(Takes::file)
        .required();
    command.add_flag("--dry-run", options->saying.dry_run, "Only say what would happen");
    command.add_flag(
        "--take-over", options->import.take_over, "Assign records that belong to another owner"
    );
    command.add_flag(
        "--skip-existing", options->import.skip_existing, "Leave records that are there as they are"
    );
    command
        .add_option(
            "--report",
            options->report,
            "A CSV file to make: every line with its outcome and the reason"
        )
        .takes(Takes::new_file);
    command.add_flag(
        "--json", options->saying.json, "Plan, problems and the summary as JSON, one object a line"
    );
    add_connection_options(command, options->connection);
    command.callback([options, &chosen] { chosen = [options] { return import_file(*options); }; });
}

}  // namespace rookery::cli
