// rookery audit: the log for people (tail), and the check of a copy without the vault (verify).
#include "base/clock.hpp"
#include "cli/commands.hpp"
#include "cli/connection_options.hpp"
#include "cli/console.hpp"
#include "cli/duration_text.hpp"
#include "cli/json_rows.hpp"
#include "cli/log_line.hpp"
#include "rookery/verify.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace rookery::cli {
namespace {

struct TailOptions {
    ConnectionOptions connection;
    std::string record;
    std::string actor;
    std::string since;
    std::uint32_t count = 20;
    bool follow = false;
    bool json = false;
};

constexpr std::uint32_t page_rows = 200;
constexpr std::chrono::seconds follow_pause{2};

/// A record by id or by unique handle id.
Result<Uuid> find_record(ApiClient& client, const std::string& which) {
    if (const auto id = Uuid::parse(which)) return *id;
    ROOKERY_TRY(
        const auto reply,
        client.request(
            "GET",
            fmt::format(
                "msdyn_octwitterhandlesecrets(msdyn_octwitteruniquehandleid={})"
                "?$select=msdyn_octwitterhandlesecretid",
                odata_literal(which)
            )
        )
    );
    const auto row = nlohmann::json::parse(reply.text(), nullptr, false);
    const auto id = row.is_object() ? Uuid::parse(row.value("msdyn_octwitterhandlesecretid", ""))
                                    : std::nullopt;
    if (!id)
        return fail(Errc::bad_payload, "the server's answer is not the JSON that was expected");
    return *id;
}

/// `since`: a time, or how long ago.
Result<std::string> since_text(const std::string& since) {
    if (const auto at = parse_iso8601(since)) return to_iso8601(*at);
    const auto ago = parse_duration(since);
    if (!ago) {
        return fail(
            Errc::usage,
            fmt::format("'{}' is neither a time nor a length of time", since),
            "write 2026-02-03T04:05:06Z, or 90m, 24h, 7d for so long ago"
        );
    }
    return to_iso8601(SystemClock{}.now() - *ago);
}

class Tail {
  public:
    Tail(ApiClient& client, const TailOptions& options, std::string filter)
        : client_(client), options_(options), filter_(std::move(filter)) {}

    /// The newest entries, oldest first, at most `count`; remembers where it ended.
    Result<void> newest(std::uint32_t count) {
        std::vector<nlohmann::json> entries;
        std::optional<std::uint64_t> below;
        while (entries.size() < count) {
            const auto want = std::min<std::size_t>(count - entries.size(), page_rows);
            ROOKERY_TRY(const auto page, read(below, static_cast<std::uint32_t>(want)));
            for (const auto& entry : page["Events"]) entries.push_back(entry);
            if (!page["NextBelow"].is_number_unsigned() || page["Events"].empty()) break;
            below = page["NextBelow"].get<std::uint64_t>();
        }
        return show(entries);
    }

    /// What came since, oldest first.
    Result<void> newer() {
        std::vector<nlohmann::json> entries;
        std::optional<std::uint64_t> below;
        for (bool more = true; more;) {
            ROOKERY_TRY(const auto page, read(below, page_rows));
            for (const auto& entry : page["Events"]) {
                more = !seen(entry);
                if (!more) break;
                entries.push_back(entry);
            }
            if (!page["NextBelow"].is_number_unsigned() || page["Events"].empty()) break;
            below = page["NextBelow"].get<std::uint64_t>();
        }
        return show(entries);
    }

  private:
    [[nodiscard]] bool seen(const nlohmann::json& entry) const {
        return last_ && index_of(entry) <= *last_;
    }

    static std::uint64_t index_of(const nlohmann::json& entry) {
        const auto found = entry.find("Index");
        return found != entry.end() && found->is_number_unsigned() ? found->get<std::uint64_t>()
                                                                   : 0;
    }

    Result<nlohmann::json> read(std::optional<std::uint64_t> below, std::uint32_t top) {
        auto path = fmt::format("rky_RetrieveAuditEvents?@t={}{}", top, filter_);
        if (below) path += fmt::format("&@b={}", *below);
        ROOKERY_TRY(const auto reply, client_.request("GET", path));
        auto page = nlohmann::json::parse(reply.text(), nullptr, false);
        if (!page.is_object() || !page.contains("Events") || !page["Events"].is_array() ||
            !std::all_of(page["Events"].begin(), page["Events"].end(), [](const auto& entry) {
                return entry.is_object();
            })) {
            return fail(Errc::bad_payload, "the server's answer is not the JSON that was expected");
        }
        if (!page.contains("NextBelow")) page["NextBelow"] = nullptr;
        return page;
    }

    /// Asked for once each; a reviewer without the right to read roles sees ids.
    std::string rule_name(std::string_view kind, const Uuid& id) {
        const bool team = kind == "team";
        if (!team && kind != "role") return {};
        const auto key = fmt::format("{}({})", team ? "teams" : "roles", to_string(id));
        const auto known = rule_names_.find(key);
        if (known != rule_names_.end()) return known->second;
        const auto reply = client_.request("GET", key + "?$select=name");
        const auto row = reply ? object_of(*reply) : Result<nlohmann::json>{fail(reply.error())};
        return rule_names_[key] = row ? text_member(*row, "name") : std::string{};
    }

    Result<void> show(std::vector<nlohmann::json>& entries) {
        std::reverse(entries.begin(), entries.end());
        const auto names = [this](std::string_view kind, const Uuid& id) {
            return rule_name(kind, id);
        };
        for (const auto& entry : entries) {
            ROOKERY_CHECK(print((options_.json ? entry.dump() : log_line(entry, names)) + "\n"));
            last_ = std::max(last_.value_or(0), index_of(entry));
        }
        return {};
    }

    ApiClient& client_;
    const TailOptions& options_;
    std::string filter_;
    std::map<std::string, std::string> rule_names_;
    std::optional<std::uint64_t> last_;
};

Result<Exit> tail(const TailOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    std::string filter;
    if (!options.record.empty()) {
        ROOKERY_TRY(const auto id, find_record(client, options.record));
        filter += fmt::format("&@r={}", to_string(id));
    }
    if (!options.actor.empty()) {
        ROOKERY_TRY(const auto id, find_user(client, options.actor));
        filter += fmt::format("&@a={}", to_string(id));
    }
    if (!options.since.empty()) {
        ROOKERY_TRY(const auto at, since_text(options.since));
        filter += fmt::format("&@s={}", percent_encode(at));
    }
    Tail log(client, options, std::move(filter));
    ROOKERY_CHECK(log.newest(options.count));
    // Until the reader of the output goes away or the person ends it; every look is on the log too.
    while (options.follow) {
        std::this_thread::sleep_for(follow_pause);
        ROOKERY_CHECK(log.newer());
    }
    return Exit::ok;
}

struct VerifyCommand {
    std::string data;
    std::string key;
    std::string state;
    std::string max_age;
    bool json = false;
};

std::string_view word(VerifyStatus status) {
    switch (status) {
        case VerifyStatus::ok:
            return "ok";
        case VerifyStatus::tampering:
            return "tampering";
        case VerifyStatus::usage:
            return "usage";
        case VerifyStatus::unavailable:
            return "unavailable";
        case VerifyStatus::stale:
            return "stale";
    }
    return "unknown";
}

std::string as_json(const VerifyReport& report) {
    nlohmann::json findings = nlohmann::json::array();
    for (const auto& finding : report.findings) {
        findings.push_back({{"index", finding.index}, {"what", finding.what}});
    }
    nlohmann::json line{
        {"status", word(report.status)},
        {"origin", report.origin},
        {"size", report.size},
        {"signed_size", report.signed_size},
        {"checkpoints", report.checkpoints},
        {"first_bad_index", nullptr},
        {"findings", std::move(findings)},
        {"evidence", report.evidence},
        {"not_checked", report.not_checked},
        {"problem", report.problem},
    };
    if (report.first_bad_index) line["first_bad_index"] = *report.first_bad_index;
    return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
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
    for (const auto& sentence : report.not_checked) {
        ROOKERY_CHECK(print(fmt::format("not checked: {}\n", printable(sentence))));
    }
    for (const auto& finding : report.findings) {
        ROOKERY_CHECK(print(fmt::format("entry {}: {}\n", finding.index, printable(finding.what))));
    }
    for (const auto& checkpoint : report.evidence) {
        ROOKERY_CHECK(print(fmt::format("evidence:\n{}\n", checkpoint)));
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
        case VerifyStatus::usage:
        case VerifyStatus::unavailable:
            note(fmt::format("error: {}", printable(report.problem)));
            return {};
    }
    return {};
}

Result<Exit> check_log(const VerifyCommand& options) {
    VerifyOptions verify;
    verify.verifier_key = options.key;
    verify.state_file = options.state;
    if (!options.max_age.empty()) {
        ROOKERY_TRY(verify.age_max, parse_duration(options.max_age));
        verify.now = SystemClock{}.now();
    }
    VerifyReport report;
    {
        Progress progress("checking the log", 0);
        verify.progress = [&](std::uint64_t done, std::uint64_t) { progress.at(done); };
        report = verify_log(options.data, verify);
    }
    ROOKERY_CHECK(options.json ? print(as_json(report)) : say(report));
    // The check's own exit codes, for tools that know them: 0, 1, 2, 3, 4.
    return static_cast<Exit>(static_cast<int>(report.status));
}

}  // namespace

void add_audit(Command app, Action& chosen) {
    const auto command = app.add_subcommand("audit", "Read the audit log, or check a copy of it");
    command.require_subcommand();

    auto tail_options = std::make_shared<TailOptions>();
    const auto tailing = command.add_subcommand("tail", "Show the newest entries with names");
    tailing.add_option(
        "--record", tail_options->record, "About this record: id or unique handle id"
    );
    tailing.add_option(
        "--actor", tail_options->actor, "By this user: id, domain name or full name"
    );
    tailing.add_option("--since", tail_options->since, "From this time on, or so long ago: 24h");
    tailing.add_option("--count", tail_options->count, "How many")
        .between(1, 100000)
        .capture_default_str();
    tailing.add_flag("--follow", tail_options->follow, "Go on with what comes");
    tailing.add_flag("--json", tail_options->json, "One JSON object a line");
    add_connection_options(tailing, tail_options->connection);
    tailing.callback([tail_options, &chosen] {
        chosen = [tail_options] { return tail(*tail_options); };
    });

    auto verify_options = std::make_shared<VerifyCommand>();
    const auto verifying = command.add_subcommand(
        "verify",
        "Check a copy of a data folder without any key of the vault: exit 0 ok, 1 changed, "
        "2 usage, 3 unreadable, 4 too old"
    );
    verifying.add_option("--data", verify_options->data, "The data folder, or a copy of it")
        .required();
    verifying.add_option(
        "--key",
        verify_options->key,
        "The log's verifier key, kept elsewhere: proves more than log.vkey"
    );
    verifying.add_option(
        "--state", verify_options->state, "File with the checkpoint seen last: finds a rollback"
    );
    verifying.add_option("--max-age", verify_options->max_age, "The newest checkpoint is no older");
    verifying.add_flag("--json", verify_options->json, "The result as one JSON object");
    verifying.callback([verify_options, &chosen] {
        chosen = [verify_options] { return check_log(*verify_options); };
    });
}

}  // namespace rookery::cli
