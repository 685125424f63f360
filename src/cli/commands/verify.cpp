#include "cli/commands/verify.hpp"

#include "base/clock.hpp"
#include "cli/local/check_vault.hpp"
#include "cli/local/memory_options.hpp"
#include "cli/local/unsealing_options.hpp"
#include "cli/options/file_place.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "cli/output/steps.hpp"
#include "http/check_server_certificate.hpp"
#include "vault/backup_check.hpp"
#include "vault/key_backup.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace rookery::cli {
namespace {

struct VerifyOptions {
    UnsealingOptions unsealing;
    std::filesystem::path data;
    std::filesystem::path backup;
    std::filesystem::path keys;  // of a backup
    MemoryOptions memory;
    bool json = false;
};

nlohmann::json as_json(const messages::Finding& finding) {
    const auto& words = audit::words_of(finding.kind);
    return {
        {"kind", words.name},
        {"place", finding.place},
        {"what", finding.what},
        {"meaning", words.meaning},
        {"remedy", words.remedy},
    };
}

Result<void> say_json(const messages::StoreReport& report) {
    auto findings = nlohmann::json::array();
    for (const auto& finding : report.findings) findings.push_back(as_json(finding));
    auto data_keys = nlohmann::json::array();
    for (const auto& [kek, keys] : report.data_keys) {
        data_keys.push_back({{"kek", kek}, {"keys", keys}});
    }
    auto row_keys = nlohmann::json::array();
    for (const auto& [version, rows] : report.row_keys) {
        row_keys.push_back({{"version", version}, {"rows", rows}});
    }
    return print_json({
        {"ok", report.ok()},
        {"rows", report.rows},
        {"tombstones", report.tombstones},
        {"kept", report.kept},
        {"retained", report.retained},
        {"sealed_values", report.sealed_values},
        {"data_keys", std::move(data_keys)},
        {"row_keys", std::move(row_keys)},
        {"index_entries", report.index_entries},
        {"outbox_entries", report.outbox_entries},
        {"log_entries", report.log_entries},
        {"log_sections", report.log_sections},
        {"purged_records", report.purged_records},
        {"finding_count", report.finding_count},
        {"findings", std::move(findings)},
        {"not_checked", report.not_checked},
    });
}

Result<void> say_findings(const messages::StoreReport& report) {
    for (const auto& sentence : report.not_checked) {
        ROOKERY_CHECK(print(fmt::format("not checked: {}\n", printable(sentence))));
    }
    for (const auto& finding : report.findings) {
        const auto& words = audit::words_of(finding.kind);
        ROOKERY_CHECK(print(fmt::format(
            "{}: {}\n  it means: {}\n  what to do: {}\n",
            printable(finding.place),
            printable(finding.what),
            words.meaning,
            words.remedy
        )));
    }
    if (report.finding_count > report.findings.size()) {
        ROOKERY_CHECK(print(fmt::format(
            "and {} more findings\n", grouped(report.finding_count - report.findings.size())
        )));
    }
    for (const auto& [kek, keys] : report.data_keys) {
        ROOKERY_CHECK(print(fmt::format("data keys under KEK {}: {}\n", kek, grouped(keys))));
    }
    if (report.purged_records != 0) {
        ROOKERY_CHECK(print(fmt::format(
            "purged records: {}{}\n",
            grouped(report.purged_records),
            report.ok() ? ", of which nothing is left that opens" : ""
        )));
    }
    if (report.kept != 0) {
        ROOKERY_CHECK(print(fmt::format("in the recycle bin: {}\n", grouped(report.kept))));
    }
    if (report.retained != 0) {
        ROOKERY_CHECK(print(fmt::format("retained: {}\n", grouped(report.retained))));
    }
    for (const auto& [version, rows] : report.row_keys) {
        ROOKERY_CHECK(print(fmt::format("rows under row key {}: {}\n", version, grouped(rows))));
    }
    return {};
}

Result<void> say(const messages::StoreReport& report) {
    ROOKERY_CHECK(say_findings(report));
    return print(fmt::format(
        "{}: {} rows, {} deleted, {} sealed values, {} index entries, {} outbox entries, {} log "
        "entries, "
        "{} findings\n",
        report.ok() ? "ok" : "not ok",
        grouped(report.rows),
        grouped(report.tombstones),
        grouped(report.sealed_values),
        grouped(report.index_entries),
        grouped(report.outbox_entries),
        grouped(report.log_entries),
        grouped(report.finding_count)
    ));
}

/// The vault of a data directory, and the certificates that lie beside it.
Result<messages::StoreReport> check_data(const VerifyOptions& options) {
    ROOKERY_TRY(const auto unsealing, resolve_unsealing(options.unsealing));
    ROOKERY_TRY(auto report, check_vault(options.data, unsealing));
    const auto tls = http::check_server_certificate(options.data / "tls");
    if (!tls && tls.error().code == Errc::io) return fail(tls.error());
    if (!tls) {
        const bool exposed = tls.error().code == Errc::bad_permissions;
        report.find(
            exposed ? audit::FindingKind::exposed : audit::FindingKind::damaged,
            "tls",
            tls.error().message
        );
    }
    return report;
}

Result<void> say_backup(const messages::BackupReport& checked) {
    ROOKERY_CHECK(say_findings(checked.report));
    if (!checked.manifest) return print("not ok: there is nothing that can be read as a backup\n");
    const auto& manifest = *checked.manifest;
    return print(fmt::format(
        "{}: backup {} of {}, {} files, {} log entries{}, {} findings\n",
        checked.report.ok() ? "ok" : "not ok",
        to_string(manifest.id),
        to_iso8601(manifest.time),
        grouped(manifest.files.size()),
        grouped(manifest.log_size),
        checked.is_signed ? "; signed by the log's key" : "",
        grouped(checked.report.finding_count)
    ));
}

/// Without keys its bytes and its log; with a keyring backup everything, on a copy that is thrown away.
Result<Exit> verify_backup(const VerifyOptions& options) {
    if (options.keys.empty() && any_given(options.unsealing)) {
        return fail(
            Errc::usage,
            "what unseals a vault opens no backup without its keyring",
            "name the keyring backup with --keys"
        );
    }
    Steps steps;
    ROOKERY_TRY(const auto checked, messages::check_backup(options.backup, steps.told()));
    steps.end();
    const bool whole = checked.report.ok() && !options.keys.empty();
    if (!whole) {
        ROOKERY_CHECK(options.json ? say_json(checked.report) : say_backup(checked));
        return checked.report.ok() ? Exit::ok : Exit::integrity;
    }
    ROOKERY_TRY(const auto keys, messages::read_key_backup(options.keys));
    ROOKERY_TRY(const auto unsealing, resolve_unsealing(options.unsealing));
    ROOKERY_TRY(
        const auto report, check_backup_opened(options.backup, *checked.manifest, keys, unsealing)
    );
    if (!options.json) ROOKERY_CHECK(say_backup(checked));
    ROOKERY_CHECK(options.json ? say_json(report) : say(report));
    return report.ok() ? Exit::ok : Exit::integrity;
}

Result<Exit> verify(const VerifyOptions& options) {
    if (options.data.empty() == options.backup.empty()) {
        return fail(
            Errc::usage,
            "verify takes a backup, or --data and a data directory",
            "see `rookery verify --help`"
        );
    }
    if (options.backup.empty() && !options.keys.empty()) {
        return fail(Errc::usage, "--keys goes with a backup", "a data directory has its own");
    }
    ROOKERY_CHECK(guard_process(options.memory.policy()));
    auto resolved = options;
    if (!options.backup.empty()) {
        ROOKERY_TRY(resolved.backup, data_place(options.backup));
        return verify_backup(resolved);
    }
    ROOKERY_TRY(resolved.data, data_place(options.data));
    ROOKERY_TRY(const auto report, check_data(resolved));
    ROOKERY_CHECK(options.json ? say_json(report) : say(report));
    return report.ok() ? Exit::ok : Exit::integrity;
}

}  // namespace

void add_verify(Command app, Action& chosen) {
    auto options = std::make_shared<VerifyOptions>();
    const auto command = app.add_subcommand(
        "verify",
        "Check every file, row and log entry of a stopped vault with its keys; or a backup"
    );
    command.add_option("backup", options->backup, "A backup, instead of a data directory")
        .takes(Takes::directory);
    command.add_option("--data", options->data, "The data directory; the server must be stopped")
        .takes(Takes::directory);
    command
        .add_option(
            "--keys",
            options->keys,
            "The keyring backup: then everything in the backup is checked, on a copy in TMPDIR"
        )
        .takes(Takes::file);
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_unsealing_options(command, options->unsealing);
    add_memory_options(command, options->memory);
    command.callback([options, &chosen] { chosen = [options] { return verify(*options); }; });
}

}  // namespace rookery::cli
