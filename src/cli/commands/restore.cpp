#include "cli/commands/restore.hpp"

#include "audit/lifecycle_events.hpp"
#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/random.hpp"
#include "cli/local/in_process.hpp"
#include "cli/local/memory_options.hpp"
#include "cli/local/offline_vault.hpp"
#include "cli/local/unsealing_options.hpp"
#include "cli/options/file_place.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "cli/output/steps.hpp"
#include "jobs/data_key_walk.hpp"
#include "merkle/checkpoint.hpp"
#include "messages/message.hpp"
#include "query/job_reader.hpp"
#include "vault/backup_check.hpp"
#include "vault/log_archive.hpp"
#include "vault/log_refill.hpp"
#include "vault/note_event.hpp"
#include "vault/restoring.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace rookery::cli {
namespace {

constexpr std::size_t reason_bytes_max = 500;

struct RestoreOptions {
    UnsealingOptions unsealing;
    MemoryOptions memory;
    std::string confirmed_time;
    std::filesystem::path backup;
    std::filesystem::path keys;
    std::filesystem::path data;
    std::string anchor;
    std::string log_archive;
    std::string reason;  // of a new origin
    bool new_origin = false;
    bool revoke = false;
    bool keep = false;
    bool json = false;
};

/// What came of it.
struct Outcome {
    std::uint64_t revoked = 0;
    std::uint64_t refilled =
        0;  // entries that the log then had, filled in from a newer one; 0: none were
    bool all_revoked = false;
    std::string origin;        // of the log from now on
    std::string verifier_key;  // likewise
};

/// Nothing is made of a backup that is not as it was written.
Result<messages::BackupManifest> checked(const RestoreOptions& options, Steps& steps) {
    ROOKERY_TRY(auto checked, messages::check_backup(options.backup, steps.told()));
    if (checked.report.ok()) return std::move(*checked.manifest);
    const auto& finding = checked.report.findings.front();
    return fail(
        Errc::integrity,
        fmt::format(
            "the backup is not as it was written: {}: {}",
            printable(finding.place),
            printable(finding.what)
        ),
        "`rookery verify` with the backup says everything; use another backup"
    );
}

/// Of all users, whoever made them; revoked ones stay as they are. How many.
Result<std::uint64_t> revoke_credentials(messages::Vault& vault) {
    const auto view = vault.view();
    std::uint64_t count = 0;
    for (const auto& user : view.facts().users().rows()) {
        for (const auto& credential : view.facts().credentials_of(user.id)) {
            if (view.facts().credential(credential)->revoked) continue;
            ROOKERY_CHECK(run_message(
                vault, vault.system(), messages::Message{messages::RevokeCredential{credential}}
            ));
            ++count;
        }
    }
    return count;
}

/// Those that a newer log revokes and that are still valid here. How many.
Result<std::uint64_t> revoke_as_since(messages::Vault& vault, const messages::LogArchive& archive) {
    const auto view = vault.view();
    ROOKERY_TRY(const auto ids, archive.revoked_since(view.keys().details));
    std::uint64_t count = 0;
    for (const auto& id : ids) {
        const auto* credential = vault.view().facts().credential(id);
        if (credential == nullptr || credential->revoked) continue;
        ROOKERY_CHECK(
            run_message(vault, vault.system(), messages::Message{messages::RevokeCredential{id}})
        );
        ++count;
    }
    return count;
}

/// A newer log that is there.
struct NewerLog {
    std::shared_ptr<const messages::LogArchive> archive;  // null: none was named
    merkle::VerifierKey key;                              // of both logs
    bool has_more = false;                                // than the backup
};

/// And what it says of the backup.
Result<NewerLog> open_archive(
    const RestoreOptions& options, const messages::BackupManifest& manifest
) {
    if (options.log_archive.empty()) return NewerLog{};
    ROOKERY_TRY(const auto file, read_plain_file(options.backup / "log.vkey", 4096));
    const auto line = text_of(file);
    ROOKERY_TRY(const auto key, merkle::parse_verifier_key(line.substr(0, line.find('\n'))));
    ROOKERY_TRY(
        auto archive,
        messages::LogArchive::open(
            std::filesystem::absolute(options.log_archive),
            key,
            manifest.log_size,
            manifest.log_root
        )
    );
    if (archive.size() > manifest.log_size && !options.new_origin) {
        return fail(
            Errc::integrity,
            fmt::format(
                "the backup is older than the log in {}: entries {} to {} would be missing",
                options.log_archive,
                manifest.log_size,
                archive.size() - 1
            ),
            "use a newer backup; if there is none, --new-origin and the reason begin a new name of "
            "the log, which says what is lost"
        );
    }
    const bool has_more = archive.size() > manifest.log_size;
    return NewerLog{
        std::make_shared<const messages::LogArchive>(std::move(archive)), key, has_more};
}

messages::AnchorOptions anchor_of_copy(const RestoreOptions& options, const NewerLog& newer) {
    // No backup has an anchor: the copy begins one, on its log. What the second place knows must agree.
    messages::AnchorOptions anchor;
    anchor.rule = messages::AnchorRule::restored;
    anchor.skip_versionnumbers = true;
    if (!options.anchor.empty()) anchor.second = std::filesystem::absolute(options.anchor);
    if (!options.new_origin) return anchor;
    anchor.new_origin.emplace();
    anchor.new_origin->reason = options.reason;
    if (newer.has_more) anchor.new_origin->refill = newer.archive;
    return anchor;
}

/// What the server was at when the backup was taken would go on as if it were still then.
Result<void> end_jobs(messages::Vault& vault) {
    const auto* table = schema::table("asyncoperation");
    for (const auto state :
         {messages::JobStateCode::ready,
          messages::JobStateCode::suspended,
          messages::JobStateCode::locked}) {
        ROOKERY_TRY(const auto jobs, messages::read_jobs(vault.view(), state));
        for (const auto& job : jobs.rows) {
            messages::Upsert message;
            message.target = {table, job.id};
            message.preconditions.must_exist = true;
            for (const auto& [column, value] : {std::pair{"statecode", 3}, {"statuscode", 32}}) {
                message.input.cells.push_back({table->column(column), std::int64_t{value}});
            }
            ROOKERY_CHECK(run_message(vault, vault.system(), messages::Message{std::move(message)})
            );
        }
    }
    return {};
}

/// No data key is under a KEK that this keyring has destroyed.
Result<void> check_data_keys(const messages::Vault& vault) {
    const auto view = vault.view();
    const auto& keyring = view.keys().keyring;
    std::uint64_t lost = 0;
    std::uint32_t kek = 0;
    const jobs::DataKeyVisitor visitor{
        [&](const storage::RowRef&, const storage::DataKeyMark& mark) -> Result<bool> {
            const auto version = mark.kek.version;
            const auto* entry = keyring.entry(crypto::Purpose::record_kek, version);
            if (entry == nullptr || !crypto::permits(entry->state, crypto::KeyUse::open)) {
                ++lost;
                kek = version;
            }
            return true;
        },
        [](const std::optional<storage::RowRef>&) { return true; },  // for verify to find
    };
    std::string key;
    for (bool all = false; !all;) {
        jobs::StepBudget budget(SIZE_MAX, [] { return false; });
        ROOKERY_TRY(all, jobs::walk_data_keys(view, key, budget, visitor));
    }
    if (lost == 0) return {};
    return fail(
        Errc::integrity,
        fmt::format(
            "{} data keys of the backup are under record KEK {}, which this keyring does not open "
            "with any more",
            grouped(lost),
            kek
        ),
        "name a keyring backup from before that KEK was destroyed"
    );
}

/// Opens what was copied with the way in that was offered, which is the proof that it can be, and says on its log what it is.
Result<Outcome> open_and_note(
    const std::filesystem::path& place, const messages::BackupManifest& manifest,
    const messages::Unsealing& unsealing, const RestoreOptions& options, const NewerLog& newer
) {
    const SystemClock clock;
    SystemRandom random;
    ROOKERY_TRY(
        const auto vault,
        open_offline(
            place,
            unsealing,
            Purpose::change(options.confirmed_time),
            clock,
            random,
            anchor_of_copy(options, newer)
        )
    );
    ROOKERY_CHECK(check_data_keys(*vault));
    ROOKERY_CHECK(end_jobs(*vault));
    ROOKERY_CHECK(messages::note_event(
        *vault,
        audit::restore_event(
            manifest.id, manifest.log_size, manifest.time, vault->origin(), clock.now()
        )
    ));
    Outcome out;
    out.origin = vault->origin();
    out.verifier_key = vault->log_verifier_key();
    // Which were revoked since, only a newer log knows.
    out.all_revoked = options.revoke || (!options.keep && !newer.archive);
    if (out.all_revoked) {
        ROOKERY_TRY(out.revoked, revoke_credentials(*vault));
    } else if (newer.archive) {
        ROOKERY_TRY(out.revoked, revoke_as_since(*vault, *newer.archive));
    }
    if (newer.has_more) out.refilled = newer.archive->size();
    return out;
}

Result<void> say(
    const RestoreOptions& options, const messages::BackupManifest& manifest, const Outcome& outcome
) {
    if (options.json) {
        return print_json({
            {"data", options.data.string()},
            {"backup", to_string(manifest.id)},
            {"time", to_iso8601(manifest.time)},
            {"log_size", manifest.log_size},
            {"revoked_credentials", outcome.revoked},
            {"log_refilled_to", outcome.refilled},
            {"log_origin", outcome.origin},
            {"log_verifier_key", outcome.verifier_key},
        });
    }
    auto text = fmt::format(
        "{} holds the vault as it was at {}, with the first {} entries of its log.\n"
        "Whatever was changed since is as it was then: rights that were taken away are back, "
        "tokens "
        "that were replaced are old.\n",
        options.data.string(),
        to_iso8601(manifest.time),
        grouped(manifest.log_size)
    );
    if (outcome.refilled != 0) {
        text += fmt::format(
            "The log's entries {} to {} were filled in from {}: they tell what happened since, and "
            "none of the rows is of then.\n",
            grouped(manifest.log_size),
            grouped(outcome.refilled - 1),
            options.log_archive
        );
    }
    if (outcome.all_revoked) {
        text += fmt::format(
            "Revoked: {} credentials, all of then. Make one for an administrator with "
            "`rookery token create --data DATA --user USER --name NAME --out FILE`.\n",
            grouped(outcome.revoked)
        );
    } else if (!options.log_archive.empty()) {
        text += fmt::format(
            "Revoked: {} credentials, which the newer log says were revoked since.\n",
            grouped(outcome.revoked)
        );
    } else {
        text += "Credentials that were revoked since are valid again: revoke them anew.\n";
    }
    text +=
        options.new_origin
            ? fmt::format(
                  "The log goes on under another name, {}. Its verifier key, for reviewers:\n{}\n",
                  printable(outcome.origin),
                  printable(outcome.verifier_key)
              )
            : "The log goes on under its name: that is right only if nothing was signed after the "
              "backup. If something was, restore anew with --new-origin.\n";
    return print(text);
}

Result<Exit> restore(const RestoreOptions& given) {
    ROOKERY_CHECK(guard_process(given.memory.policy()));
    auto options = given;
    options.new_origin = !given.reason.empty();
    if (given.reason.size() > reason_bytes_max) {
        return fail(Errc::usage, "the reason is too long", "say it in 500 bytes");
    }
    if (given.keep && given.revoke) {
        return fail(
            Errc::usage,
            "credentials are either revoked or kept",
            "give --revoke-credentials or --keep-credentials, not both"
        );
    }
    ROOKERY_TRY(options.backup, data_place(given.backup));
    ROOKERY_TRY(options.data, data_place(given.data));
    Steps steps;
    ROOKERY_TRY(const auto keys, messages::read_key_backup(options.keys));
    ROOKERY_TRY(const auto manifest, checked(options, steps));
    ROOKERY_CHECK(messages::check_they_fit(manifest, keys));
    ROOKERY_TRY(const auto newer, open_archive(options, manifest));
    ROOKERY_TRY(const auto unsealing, resolve_unsealing(options.unsealing));
    ROOKERY_TRY(const auto restoring, messages::Restoring::begin(options.data));
    ROOKERY_CHECK(restoring->copy(options.backup, manifest, keys, steps.told()));
    if (newer.has_more) {
        const auto store = restoring->place() / "store";
        ROOKERY_CHECK(messages::refill_log(*newer.archive, newer.key, store, steps.told()));
    }
    steps.end();
    ROOKERY_TRY(
        const auto outcome, open_and_note(restoring->place(), manifest, unsealing, options, newer)
    );
    ROOKERY_CHECK(restoring->finish());
    ROOKERY_CHECK(say(options, manifest, outcome));
    return Exit::ok;
}

}  // namespace

void add_restore(Command app, Action& chosen) {
    auto options = std::make_shared<RestoreOptions>();
    const auto command =
        app.add_subcommand("restore", "Make a data directory of a backup and a keyring backup");
    command.add_option("backup", options->backup, "The backup: a directory with a manifest")
        .takes(Takes::directory)
        .required();
    command
        .add_option(
            "--keys",
            options->keys,
            "The keyring backup, which `rookery backup --keyring --data DATA --to KEYS` made"
        )
        .takes(Takes::file)
        .required();
    command.add_option("--data", options->data, "New data directory: absent or empty")
        .takes(Takes::directory)
        .required();
    command
        .add_option(
            "--anchor",
            options->anchor,
            "The anchor's second place, which must not know of more than the backup holds"
        )
        .takes(Takes::file);
    command
        .add_option(
            "--log-archive",
            options->log_archive,
            "The data directory of before, or a newer backup: what its log revoked since stays so, "
            "and with --new-origin its entries are filled in"
        )
        .takes(Takes::directory);
    command
        .add_option(
            "--new-origin",
            options->reason,
            "Restore although more is known to have happened, and why: the log goes on under a new "
            "name"
        )
        .takes(Takes::text);
    command.add_flag(
        "--revoke-credentials",
        options->revoke,
        "Revoke every bearer token of then, also with --log-archive; the default without"
    );
    command.add_flag(
        "--keep-credentials",
        options->keep,
        "Revoke none: those that were revoked since the backup are valid again"
    );
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_unsealing_options(command, options->unsealing);
    add_memory_options(command, options->memory);
    add_confirmed_time(command, options->confirmed_time);
    command.callback([options, &chosen] { chosen = [options] { return restore(*options); }; });
}

}  // namespace rookery::cli
