#include "cli/commands/import.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/import/csv.hpp"
#include "cli/import/importer.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace rookery::cli {
namespace {

struct Options {
    ConnectionOptions connection;
    std::string file;
    ImportOptions import;
    bool json = false;
};

void say_problem(const Options& options, const ImportProblem& problem) {
    const std::string_view kind = problem.kind == ProblemKind::bad ? "bad" : "conflict";
    if (options.json) {
        const nlohmann::json line{
            {"line", problem.line}, {"kind", kind}, {"reason", problem.reason}};
        // When stdout is gone the summary's failure says so.
        static_cast<void>(print_json(line));
    } else {
        note(fmt::format("line {}: {}: {}", problem.line, kind, printable(problem.reason)));
    }
}

Result<void> say_summary(const Options& options, const ImportCounts& counts) {
    if (options.json) {
        const nlohmann::json line{
            {"dry_run", options.import.dry_run},
            {"created", counts.created},
            {"updated", counts.updated},
            {"unchanged", counts.unchanged},
            {"conflicts", counts.conflicts},
            {"bad", counts.bad},
        };
        return print_json(line);
    }
    return print(fmt::format(
        "{}created {}, updated {}, unchanged {}, conflicts {}, bad {}\n",
        options.import.dry_run ? "would be: " : "",
        grouped(counts.created),
        grouped(counts.updated),
        grouped(counts.unchanged),
        grouped(counts.conflicts),
        grouped(counts.bad)
    ));
}

Result<void> feed(CsvReader& reader, const ImportHeader& header, Importer& importer) {
    Progress progress("importing", 0);
    CsvRow row;
    for (std::uint64_t rows = 1;; ++rows) {
        ROOKERY_TRY(const bool more, reader.next(row));
        if (!more) return {};
        const auto line = row.line;
        auto read = read_import_row(header, row);
        if (read) {
            ROOKERY_CHECK(importer.add(std::move(*read)));
        } else {
            importer.add_problem({line, ProblemKind::bad, read.error().message});
        }
        progress.at(rows);
    }
}

Result<Exit> import_file(const Options& options) {
    ROOKERY_TRY(auto source, csv_file(options.file));
    CsvReader reader(std::move(source));
    CsvRow first;
    ROOKERY_TRY(const bool any, reader.next(first));
    if (!any) return fail(Errc::usage, fmt::format("{} is empty: not even a header", options.file));
    ROOKERY_TRY(const auto header, ImportHeader::read(first));
    for (const auto column : {ImportColumn::access_token, ImportColumn::access_token_secret}) {
        if (const auto position = header.position(column)) reader.secret_column(*position);
    }

    ROOKERY_TRY(const auto connection, resolve_connection(options.connection));
    ROOKERY_TRY(
        const auto importer,
        Importer::start(
            connection,
            options.import,
            [&](const ImportProblem& problem) { say_problem(options, problem); }
        )
    );
    auto fed = feed(reader, header, *importer);
    auto finished = importer->finish();
    const auto counts = importer->counts();
    ROOKERY_CHECK(say_summary(options, counts));
    if (!fed || !finished) {
        auto error = std::move(fed ? finished : fed).error();
        if (error.hint.empty()) error.hint = "what was written stays; run it again to go on";
        return fail(std::move(error));
    }
    return counts.bad + counts.conflicts > 0 ? Exit::partial : Exit::ok;
}

}  // namespace

void add_import(Command app, Action& chosen) {
    auto options = std::make_shared<Options>();
    const auto command = app.add_subcommand(
        "import", "Take over handles and tokens from a CSV file; a second run ends in the same rows"
    );
    command
        .add_option(
            "file",
            options->file,
            "CSV with a header: unique_handle_id, handle, application, access_token, "
            "access_token_secret, owner"
        )
        .required();
    command.add_flag("--dry-run", options->import.dry_run, "Only say what would happen");
    command.add_flag(
        "--take-over", options->import.take_over, "Assign records that belong to another owner"
    );
    command.add_flag(
        "--skip-existing", options->import.skip_existing, "Leave records that are there as they are"
    );
    command.add_flag(
        "--json", options->json, "Problems and the summary as JSON, one object a line"
    );
    add_connection_options(command, options->connection);
    command.callback([options, &chosen] { chosen = [options] { return import_file(*options); }; });
}

}  // namespace rookery::cli
