#include "cli/commands/restore.hpp"

#include "audit/lifecycle_events.hpp"
#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/random.hpp"
#include "cli/local/memory_options.hpp"
#include "cli/local/offline_vault.hpp"
#include "cli/local/unsealing_options.hpp"
#include "cli/options/file_place.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "cli/output/steps.hpp"
#include "jobs/replay_since.hpp"
#include "jobs/restored_vault.hpp"
#include "merkle/checkpoint.hpp"
#include "vault/archive_end.hpp"
#include "vault/backup_check.hpp"
#include "vault/log_archive.hpp"
#include "vault/log_refill.hpp"
#include "vault/note_event.hpp"
#include "vault/restore_left.hpp"
#include "vault/restoring.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

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
    bool cut_archive = false;
    bool json = false;
};

/// What came of it.
struct Outcome {
    std::uint64_t revoked = 0;
    std::uint64_t refilled =
        0;  // entries that the log then had, filled in from a newer one; 0: none were
    bool all_revoked = false;
    std::string_view credentials;  // what became of them, for the log
    std::size_t unscheduled = 0;   // policies of retention
    jobs::ReplayedSince replayed;
    bool orderly_end = true;     // of the newer log
    messages::RestoreLeft left;  // what somebody has to do
    std::string origin;          // of the log from now on
    std::string verifier_key;    // likewise
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

/// A newer log that is there.
struct NewerLog {
    std::shared_ptr<const messages::LogArchive> archive;  // null: none was named
    merkle::VerifierKey key;                              // of both logs
    bool has_more = false;                                // than the backup
    messages::ArchiveEnd end;                             // how far it should go

    /// What it says was taken away since is all that was.
    [[nodiscard]] bool tells_all() const { return archive && end.whole; }
};

/// Nobody takes a log for whole whose end may be cut off: what it does not tell lives again.
Result<void> check_end(const RestoreOptions& options, const NewerLog& newer) {
    if (newer.end.whole || options.cut_archive) return {};
    return fail(
        Errc::integrity,
        fmt::format(
            "the newer log in {} is not known to be whole: {}", options.log_archive, newer.end.why
        ),
        "name another copy of it, or with --anchor the anchor's second place; if there is none: "
        "--cut-archive with --new-origin takes what there is, and revokes every credential"
    );
}

/// Of the anchor; empty: none is named.
std::filesystem::path second_place(const RestoreOptions& options) {
    return options.anchor.empty() ? std::filesystem::path{}
                                  : std::filesystem::absolute(options.anchor);
}

/// And what it says of the backup.
Result<NewerLog> open_archive(
    const RestoreOptions& options, const messages::BackupManifest& manifest
) {
    if (options.log_archive.empty()) return NewerLog{};
    ROOKERY_TRY(const auto file, read_plain_file(options.backup / "log.vkey", 4096));
    const auto line = text_of(file);
    ROOKERY_TRY(const auto key, merkle::parse_verifier_key(line.substr(0, line.find('\n'))));
    ROOKERY_TRY(const auto place, data_place(options.log_archive));
    auto opened = messages::LogArchive::open(
        std::filesystem::absolute(place), key, manifest.log_size, manifest.log_root
    );
    if (!opened) return fail(opened.error());
    NewerLog newer{
        std::make_shared<const messages::LogArchive>(std::move(*opened)), key, false, {}};
    const auto& archive = *newer.archive;
    newer.has_more = archive.size() > manifest.log_size;
    ROOKERY_TRY(
        newer.end,
        messages::find_archive_end(archive, manifest.vault.id, key, second_place(options))
    );
    ROOKERY_CHECK(check_end(options, newer));
    if (newer.has_more && !options.new_origin) {
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
    return newer;
}

messages::AnchorOptions anchor_of_copy(const RestoreOptions& options, const NewerLog& newer) {
    // No backup has an anchor: the copy begins one, on its log. What the second place knows must agree.
    messages::AnchorOptions anchor;
    anchor.rule = messages::AnchorRule::restored;
    anchor.skip_versionnumbers = true;
    anchor.second = second_place(options);
    if (!options.new_origin) return anchor;
    anchor.new_origin.emplace();
    anchor.new_origin->reason = options.reason;
    anchor.new_origin->seen_size = newer.end.seen_size;
    anchor.new_origin->seen_root = newer.end.seen_root;
    if (newer.has_more) anchor.new_origin->refill = newer.archive;
    return anchor;
}

/// What was taken away after the backup, as far as anybody knows it.
Result<void> take_away_again(
    messages::Vault& vault, const RestoreOptions& options, const NewerLog& newer, Outcome& out
) {
    messages::TakenSince since;
    // Before any key is changed here.
    const bool keys_of_then = newer.end.keyring_epoch != 0 &&
                              vault.view().keys().keyring.epoch() >= newer.end.keyring_epoch;
    if (newer.archive) {
        const auto told = messages::taken_since(*newer.archive, vault.view().keys().details);
        // Whoever has all of them revoked need not know which they were.
        if (!told && !options.revoke) return fail(told.error());
        if (told) since = *told;
        if (!told)
            out.left.sentences.push_back(
                "what else the newer log tells of: " + told.error().message
            );
        out.orderly_end = since.orderly;
    }
    const bool unknown = !newer.tells_all() || since.from_many;
    out.all_revoked = options.revoke || options.cut_archive || (unknown && !options.keep);
    out.credentials = options.keep ? "kept" : "revoked-as-since";
    if (out.all_revoked) {
        out.credentials = "all-revoked";
        ROOKERY_TRY(out.revoked, jobs::end_all_credentials(vault));
    } else {
        ROOKERY_TRY(out.revoked, jobs::end_credentials_as_since(vault, since));
    }
    ROOKERY_TRY(out.replayed, jobs::replay_since(vault, since, [](auto wait) {
                    std::this_thread::sleep_for(wait);
                }));
    std::ranges::move(out.replayed.left.sentences, std::back_inserter(out.left.sentences));
    out.left.keks = out.replayed.left.keks;
    if (keys_of_then) since.ways.clear();
    for (const auto& way : since.ways) {
        out.left.slot_set = vault.view().keys().keyring.slot_set();
        out.left.sentences.push_back(
            "with this older keyring what opened the vault then opens it again: " + way
        );
    }
    return {};
}

/// What the log says of the restore beside what was restored.
void note_outcome(audit::Event& event, const Outcome& outcome) {
    event.extras.emplace_back("credentials", std::string(outcome.credentials));
    event.extras.emplace_back("revoked", outcome.revoked);
    event.extras.emplace_back("purged", outcome.replayed.purged);
    messages::add_left(event, outcome.left);
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
    ROOKERY_CHECK(jobs::check_data_keys_open(*vault));
    ROOKERY_CHECK(jobs::cancel_jobs_of_then(*vault));
    Outcome out;
    ROOKERY_TRY(out.unscheduled, jobs::unschedule_policies_of_then(*vault));
    out.origin = vault->origin();
    out.verifier_key = vault->log_verifier_key();
    ROOKERY_CHECK(take_away_again(*vault, options, newer, out));
    auto event = audit::restore_event(
        manifest.id, manifest.log_size, manifest.time, vault->origin(), clock.now()
    );
    note_outcome(event, out);
    ROOKERY_CHECK(messages::note_event(*vault, event));
    if (newer.has_more) out.refilled = newer.archive->size();
    return out;
}

/// Of what the newer log tells of beside credentials.
std::string said_of_the_rest(const Outcome& outcome) {
    std::string text;
    if (outcome.replayed.purged != 0) {
        text += fmt::format(
            "Purged again: {} records, which the newer log says were purged since.\n",
            grouped(outcome.replayed.purged)
        );
    }
    if (outcome.unscheduled != 0) {
        text += fmt::format(
            "Policies of retention that wait to be activated anew: {}.\n",
            grouped(outcome.unscheduled)
        );
    }
    for (const auto& one : outcome.left.sentences)
        text += "Left to do: " + std::string(printable(one)) + ".\n";
    if (!outcome.orderly_end) {
        text +=
            "The newer log does not end with an orderly stop: what the server did in its last "
            "second may not be on it.\n";
    }
    return text;
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
            {"all_credentials_revoked", outcome.all_revoked},
            {"purged_records", outcome.replayed.purged},
            {"compromised_keks", outcome.replayed.compromised},
            {"left_to_do", outcome.left.sentences},
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
            "Revoked: {} credentials, which the newer log says were revoked since, or are of users "
            "who lost something.\n",
            grouped(outcome.revoked)
        );
    } else {
        text += "Credentials that were revoked since are valid again: revoke them anew.\n";
    }
    if (options.log_archive.empty()) {
        text +=
            "Records that were purged since are back, and so are keys that were destroyed or "
            "compromised: nothing here knows of them.\n";
    }
    text += said_of_the_rest(outcome);
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
    if (given.cut_archive && (!options.new_origin || given.keep || given.log_archive.empty())) {
        return fail(
            Errc::usage,
            "--cut-archive goes with --log-archive and --new-origin, and revokes every credential",
            "a log that may be cut does not tell which credentials were revoked"
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
            "The data directory of before, or a newer backup: what its log took away since stays "
            "so, and with --new-origin its entries are filled in"
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
        "--cut-archive",
        options->cut_archive,
        "Take a newer log although its end is cut off, or nothing says that it is not; every "
        "credential is revoked"
    );
    command.add_flag(
        "--revoke-credentials",
        options->revoke,
        "Revoke every bearer token of then, also with --log-archive; the default without"
    );
    command.add_flag(
        "--keep-credentials",
        options->keep,
        "Revoke none but those that a newer log names: others that ended since are valid again"
    );
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_unsealing_options(command, options->unsealing);
    add_memory_options(command, options->memory);
    add_confirmed_time(command, options->confirmed_time);
    command.callback([options, &chosen] { chosen = [options] { return restore(*options); }; });
}

}  // namespace rookery::cli
