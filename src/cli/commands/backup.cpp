#include "cli/commands/backup.hpp"

#include "base/clock.hpp"
#include "base/folder.hpp"
#include "base/random.hpp"
#include "cli/client/connection_options.hpp"
#include "cli/client/follow_job.hpp"
#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/options/file_place.hpp"
#include "cli/output/console.hpp"
#include "cli/output/exit_code.hpp"
#include "cli/output/json_text.hpp"
#include "rules/job_status.hpp"
#include "storage/free_space.hpp"
#include "vault/backup_writer.hpp"
#include "vault/data_directory.hpp"
#include "vault/key_backup.hpp"
#include "vault/vault_places.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace rookery::cli {
namespace {

using messages::JobStatus;

struct BackupCommandOptions {
    ConnectionOptions connection;
    std::filesystem::path data;
    std::filesystem::path to;
    std::uint32_t keep = 0;  // 0: what is usual
    bool keyring = false;
    bool json = false;
};

constexpr std::uint32_t data_kept = 7;
constexpr std::uint32_t keys_kept = 3;

// On a server

Result<std::string> start(ApiClient& client) {
    const auto body = json_text(nlohmann::json{{"Name", "backup"}});
    auto reply = client.request("POST", "rky_StartJob", body_of(body));
    if (!reply && exit_code_of(reply.error().code) == Exit::refused) {
        auto error = std::move(reply).error();
        error.hint = "a server takes backups when [backup] directory is in its configuration";
        return fail(std::move(error));
    }
    if (!reply) return fail(reply.error());
    ROOKERY_TRY(const auto document, object_of(*reply));
    ROOKERY_TRY(const auto id, id_member(document, "JobId"));
    return to_string(id);
}

bool is_in(const nlohmann::json& job, JobStatus status) {
    return text_member(job, "state") == messages::label_of(status);
}

Result<Exit> on_server(const BackupCommandOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    ROOKERY_TRY(const auto id, start(client));
    ROOKERY_TRY(const auto job, follow_job(client, id));
    const auto message = text_member(job, "message");
    if (is_in(job, JobStatus::waiting)) {
        return fail(
            Errc::cancelled,
            fmt::format("the job {} was paused by somebody", id),
            "`rookery job resume backup` lets it begin anew"
        );
    }
    if (is_in(job, JobStatus::canceled)) {
        return fail(Errc::cancelled, fmt::format("the job {} was canceled by somebody", id));
    }
    if (!is_in(job, JobStatus::succeeded)) {
        return fail(
            Errc::io,
            fmt::format("there is no new backup: {}", printable(message)),
            "older backups are as they were"
        );
    }
    ROOKERY_CHECK(options.json ? print_json(job) : print(printable(message) + "\n"));
    return Exit::ok;
}

// On the data itself

void warn_if_beside(const BackupCommandOptions& options) {
    if (!on_same_file_system(options.to, options.data)) return;
    warn("it is on the same file system as the data: keep it elsewhere");
}

Result<Exit> of_stopped_vault(const BackupCommandOptions& options) {
    const SystemClock clock;
    SystemRandom random;
    const auto& data = options.data;
    ROOKERY_TRY(const auto directory, messages::DataDirectory::open(data));
    ROOKERY_TRY(auto source, messages::stopped_source(directory));
    ROOKERY_TRY(auto target, messages::BackupDirectory::open(options.to, data));
    const auto keep = options.keep == 0 ? data_kept : options.keep;
    ROOKERY_TRY(
        const auto writer,
        messages::BackupWriter::begin(
            std::move(source), std::move(target), keep, clock.now(), random
        )
    );
    {
        Progress progress("backup", writer->bytes());
        for (bool done = false; !done;) {
            ROOKERY_TRY(done, writer->step());
            progress.at(writer->bytes_done());
        }
    }
    const auto& manifest = writer->manifest();
    if (options.json) {
        ROOKERY_CHECK(print_json({
            {"backup", to_string(manifest.id)},
            {"directory", (options.to / writer->name()).string()},
            {"time", to_iso8601(manifest.time)},
            {"log_size", manifest.log_size},
            {"log_root", to_hex(manifest.log_root)},
            {"files", manifest.files.size()},
            {"bytes", writer->bytes()},
            {"bytes_shared", writer->bytes_shared()},
        }));
        return Exit::ok;
    }
    ROOKERY_CHECK(print(fmt::format(
        "{}: the log with its first {} entries, {} in {} files, of which {} were in the one "
        "before\n",
        (options.to / writer->name()).string(),
        grouped(manifest.log_size),
        storage::mebibytes(writer->bytes()),
        grouped(manifest.files.size()),
        storage::mebibytes(writer->bytes_shared())
    )));
    warn_if_beside(options);
    return Exit::ok;
}

Result<Exit> of_keyring(const BackupCommandOptions& options) {
    const SystemClock clock;
    const auto& data = options.data;
    ROOKERY_TRY(const auto keys, messages::read_keys(data, clock.now()));
    ROOKERY_TRY(const auto folder, Folder::open_private(options.to));
    ROOKERY_TRY(const auto vault, Folder::open_to_read(data));
    if (folder.lies_in(vault)) {
        return fail(Errc::usage, "--to lies in the data directory", "name one on another disk");
    }
    ROOKERY_CHECK(messages::check_nobody_lives_above(options.to, "a keyring backup"));
    ROOKERY_CHECK(folder.lock());
    const auto keep = options.keep == 0 ? keys_kept : options.keep;
    ROOKERY_TRY(const auto name, messages::keep_key_backup(folder, keys, keep));
    const auto file = (options.to / name).string();
    if (options.json) {
        ROOKERY_CHECK(print_json({
            {"file", file},
            {"time", to_iso8601(keys.time)},
            {"keyring_epoch", keys.keyring_epoch()},
        }));
        return Exit::ok;
    }
    ROOKERY_CHECK(print(fmt::format("{}: the keyring of epoch {}\n", file, keys.keyring_epoch())));
    warn_if_beside(options);
    return Exit::ok;
}

Result<Exit> backup(const BackupCommandOptions& given) {
    auto options = given;
    for (auto* place : {&options.data, &options.to}) {
        if (place->empty()) continue;
        // Whoever changes a link there would say where the keys go.
        if (options.keyring && place == &options.to) continue;
        ROOKERY_TRY(*place, data_place(*place));
    }
    const bool local = !options.data.empty();  // and so is options.to
    if (!local && options.keep != 0) {
        return fail(
            Errc::usage,
            "--keep goes with --to",
            "how many a server keeps is in its configuration: [backup] keep"
        );
    }
    if (!local) return on_server(options);
    return options.keyring ? of_keyring(options) : of_stopped_vault(options);
}

}  // namespace

void add_backup(Command app, Action& chosen) {
    auto options = std::make_shared<BackupCommandOptions>();
    const auto command = app.add_subcommand(
        "backup", "Have the server take a backup; or take one of a stopped vault, or of the keyring"
    );
    const auto data = command
                          .add_option(
                              "--data",
                              options->data,
                              "The data directory; the server must be stopped, but for --keyring"
                          )
                          .takes(Takes::directory);
    const auto to =
        command
            .add_option("--to", options->to, "Directory of the backups: there already, mode 0700")
            .takes(Takes::directory)
            .needs(data);
    data.needs(to);  // without both of them a running server takes the backup
    command
        .add_flag(
            "--keyring",
            options->keyring,
            "The root key slots and the keyring, both sealed, and nothing else"
        )
        .needs(data);
    command
        .add_option(
            "--keep",
            options->keep,
            "How many of this vault stay in --to: 7; of the keyring those of 3 epochs"
        )
        .between(1, 1000);
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_connection_options(command, options->connection);
    command.callback([options, &chosen] { chosen = [options] { return backup(*options); }; });
}

}  // namespace rookery::cli
