#include "cli/commands/verify.hpp"

#include "base/clock.hpp"
#include "base/random.hpp"
#include "cli/local/memory_options.hpp"
#include "cli/local/offline_vault.hpp"
#include "cli/local/unsealing_options.hpp"
#include "cli/options/file_place.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "http/check_server_certificate.hpp"
#include "rookery/verify.hpp"
#include "vault/verify_store.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace rookery::cli {
namespace {

struct Options {
    UnsealingOptions unsealing;
    std::filesystem::path data;
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
    return print_json({
        {"ok", report.ok()},
        {"rows", report.rows},
        {"tombstones", report.tombstones},
        {"sealed_values", report.sealed_values},
        {"data_keys", std::move(data_keys)},
        {"index_entries", report.index_entries},
        {"outbox_entries", report.outbox_entries},
        {"log_entries", report.log_entries},
        {"log_sections", report.log_sections},
        {"finding_count", report.finding_count},
        {"findings", std::move(findings)},
        {"not_checked", report.not_checked},
    });
}

Result<void> say(const messages::StoreReport& report) {
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

/// One line after another: each step of the check has its own rate and end.
class Steps {
 public:
    void at(std::string_view what, std::uint64_t done, std::uint64_t total) {
        if (!progress_ || what != what_ || total != total_) {
            progress_.reset();
            progress_.emplace(std::string(what), total);
            what_ = what;
            total_ = total;
        }
        progress_->at(done);
    }

 private:
    std::string what_;
    std::uint64_t total_ = 0;
    std::optional<Progress> progress_;
};

/// A vault that does not open because of what is on its disk: that is the finding.
messages::StoreReport unopened(const Error& error) {
    messages::StoreReport report;
    const auto what = error.hint.empty() ? error.message : error.message + ": " + error.hint;
    report.find(audit::FindingKind::disagrees, "opening", what);
    report.not_checked.emplace_back("everything that takes the vault's keys: it does not open");
    return report;
}

void add_log(messages::StoreReport& report, const std::filesystem::path& data) {
    const auto log = verify_log(data);
    report.log_entries = log.size;
    if (!log.problem.empty()) report.find(audit::FindingKind::damaged, "log", log.problem);
    for (const auto& finding : log.findings) {
        report.find(
            audit::kind_meaning(finding.meaning),
            fmt::format("log entry {}", finding.index),
            finding.what
        );
    }
    report.finding_count += log.finding_count - log.findings.size();
    report.not_checked.insert(
        report.not_checked.end(), log.not_checked.begin(), log.not_checked.end()
    );
}

Result<messages::StoreReport> check(const Options& options) {
    const SystemClock clock;
    SystemRandom random;
    ROOKERY_TRY(const auto unsealing, resolve_unsealing(options.unsealing));
    const auto vault = open_offline(options.data, unsealing, Purpose::look, clock, random);
    if (!vault && vault.error().code == Errc::integrity) {
        auto report = unopened(vault.error());
        add_log(report, options.data);
        return report;
    }
    if (!vault) return fail(vault.error());
    Steps steps;
    ROOKERY_TRY(
        auto report,
        messages::verify_store(
            **vault,
            [&](std::string_view what, std::uint64_t done, std::uint64_t total) {
                steps.at(what, done, total);
            }
        )
    );
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

Result<Exit> verify(const Options& options) {
    ROOKERY_CHECK(guard_process(options.memory.policy()));
    auto resolved = options;
    ROOKERY_TRY(resolved.data, data_place(options.data));
    ROOKERY_TRY(const auto report, check(resolved));
    ROOKERY_CHECK(options.json ? say_json(report) : say(report));
    return report.ok() ? Exit::ok : Exit::integrity;
}

}  // namespace

void add_verify(Command app, Action& chosen) {
    auto options = std::make_shared<Options>();
    const auto command = app.add_subcommand(
        "verify",
        "Check every file, row and log entry with the vault's keys; the server must be stopped"
    );
    command.add_option("--data", options->data, "The data directory")
        .takes(Takes::directory)
        .required();
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_unsealing_options(command, options->unsealing);
    add_memory_options(command, options->memory);
    command.callback([options, &chosen] { chosen = [options] { return verify(*options); }; });
}

}  // namespace rookery::cli
