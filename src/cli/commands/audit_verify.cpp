#include "cli/commands/audit_verify.hpp"

#include "base/clock.hpp"
#include "cli/options/duration_text.hpp"
#include "cli/options/file_place.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "rookery/verify.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>

namespace rookery::cli {
namespace {

struct AuditVerifyOptions {
    std::string data;
    std::string key;
    std::string state;
    std::string max_age;
    bool json = false;
};

Exit exit_of(VerifyStatus status) { return static_cast<Exit>(static_cast<int>(status)); }

constexpr std::array codes{
    ExitInfo{Exit{0}, "ok", "complete and unchanged"},
    ExitInfo{Exit{1}, "tampering", "changed; the first bad entry is named"},
    ExitInfo{Exit{2}, "usage", "an option makes no sense"},
    ExitInfo{Exit{3}, "unavailable", "data that is needed cannot be read, or nothing is signed"},
    ExitInfo{Exit{4}, "stale", "unchanged, but older than `--max-age`"},
    ExitInfo{Exit{5}, "other-log", "the key is that of another log than this one"},
};

std::string_view word(VerifyStatus status) {
    const auto* const found = std::ranges::find(codes, exit_of(status), &ExitInfo::code);
    return found == codes.end() ? "unknown" : found->name;
}

nlohmann::json as_json(const VerifyReport& report) {
    nlohmann::json findings = nlohmann::json::array();
    for (const auto& finding : report.findings) {
        findings.push_back({
            {"index", finding.index},
            {"what", finding.what},
            {"meaning", finding.meaning},
            {"remedy", finding.remedy},
        });
    }
    nlohmann::json line{
        {"status", word(report.status)},
        {"origin", report.origin},
        {"size", report.size},
        {"signed_size", report.signed_size},
        {"checkpoints", report.checkpoints},
        {"unvouched", report.unvouched},
        {"first_bad_index", nullptr},
        {"finding_count", report.finding_count},
        {"findings", std::move(findings)},
        {"evidence", report.evidence},
        {"handovers", report.handovers},
        {"not_checked", report.not_checked},
        {"problem", report.problem},
    };
    if (report.first_bad_index) line["first_bad_index"] = *report.first_bad_index;
    return line;
}

/// A signed note: lines for people and tools, from a disk that somebody may have written to.
std::string printable_lines(std::string_view note) {
    std::string out;
    while (!note.empty()) {
        const auto end = note.find('\n');
        out += printable(note.substr(0, end)) + "\n";
        note.remove_prefix(end == std::string_view::npos ? note.size() : end + 1);
    }
    return out + "\n";
}

Result<void> say(const VerifyReport& report) {
    if (!report.origin.empty()) {
        ROOKERY_CHECK(print(fmt::format(
            "log {}: {} entries, {} of them under {} signed checkpoints\n",
            printable(report.origin),
            grouped(report.size),
            grouped(report.signed_size),
            grouped(report.checkpoints)
        )));
    }
    for (const auto& sentence : report.handovers) {
        ROOKERY_CHECK(print(fmt::format("handed over: {}\n", printable(sentence))));
    }
    for (const auto& sentence : report.not_checked) {
        ROOKERY_CHECK(print(fmt::format("not checked: {}\n", printable(sentence))));
    }
    for (const auto& finding : report.findings) {
        ROOKERY_CHECK(print(fmt::format(
            "entry {}: {}\n  it means: {}\n  what to do: {}\n",
            finding.index,
            printable(finding.what),
            finding.meaning,
            finding.remedy
        )));
    }
    for (const auto& checkpoint : report.evidence) {
        ROOKERY_CHECK(print("evidence:\n" + printable_lines(checkpoint)));
    }
    switch (report.status) {
        case VerifyStatus::ok:
            return print("ok: the log is complete and unchanged\n");
        case VerifyStatus::stale:
            return print("stale: the log is unchanged but older than asked for\n");
        case VerifyStatus::tampering:
            note(
                report.first_bad_index
                    ? fmt::format(
                          "error: the log was changed, first at entry {}", *report.first_bad_index
                      )
                    : std::string{"error: the log was changed"}
            );
            note("hint: keep this copy as evidence; compare with checkpoints held elsewhere");
            return {};
        case VerifyStatus::other_log:
            note(fmt::format("error: {}", printable(report.problem)));
            note(
                "hint: give the key of that log. If the directory ought to be of the log that the "
                "key is "
                "for, it was exchanged or changed: keep it as evidence"
            );
            return {};
        case VerifyStatus::usage:
        case VerifyStatus::unavailable:
            note(fmt::format("error: {}", printable(report.problem)));
            return {};
    }
    return {};
}

Result<Exit> check_log(const AuditVerifyOptions& options) {
    VerifyOptions verify;
    verify.verifier_key = options.key;
    verify.state_file = options.state;
    if (!options.max_age.empty()) {
        ROOKERY_TRY(verify.age_max, parse_duration(options.max_age));
        verify.now = SystemClock{}.now();
    }
    ROOKERY_TRY(const auto data, data_place(options.data));
    VerifyReport report;
    {
        std::optional<Progress> progress;
        verify.progress = [&](std::uint64_t done, std::uint64_t total) {
            if (!progress) progress.emplace("checking the log", total);
            progress->at(done);
        };
        report = verify_log(data, verify);
    }
    ROOKERY_CHECK(options.json ? print_json(as_json(report)) : say(report));
    return exit_of(report.status);
}

}  // namespace

std::span<const ExitInfo> verify_exit_codes() { return codes; }

void add_audit_verify(Command audit, Action& chosen) {
    auto options = std::make_shared<AuditVerifyOptions>();
    const auto verifying = audit.add_subcommand(
        "verify",
        "Check a copy of a data directory without any key of the vault: exit 0 ok, 1 changed, "
        "2 usage, 3 unreadable, 4 too old, 5 another log's key"
    );
    verifying.add_option("--data", options->data, "The data directory, or a copy of it")
        .takes(Takes::directory)
        .required();
    verifying
        .add_option(
            "--key",
            options->key,
            "The log's verifier key, kept elsewhere: proves more than log.vkey"
        )
        .takes(Takes::key);
    verifying
        .add_option(
            "--state", options->state, "File with the checkpoint seen last: finds a rollback"
        )
        .takes(Takes::file);
    verifying
        .add_option(
            "--max-age", options->max_age, "Fail if the newest checkpoint is older than this"
        )
        .takes(Takes::time);
    verifying.add_flag("--json", options->json, "The result as one JSON object");
    verifying.callback([options, &chosen] { chosen = [options] { return check_log(*options); }; });
}

}  // namespace rookery::cli
