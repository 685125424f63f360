#include "cli/commands/audit.hpp"

#include "base/clock.hpp"
#include "base/percent_encode.hpp"
#include "cli/client/connection_options.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/log_line.hpp"
#include "cli/options/duration_text.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "rookery/verify.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
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
    std::string credential;
    std::string since;
    std::uint32_t count = 20;
    bool follow = false;
    bool json = false;
};

constexpr std::size_t count_max = 100'000;
constexpr std::size_t page_rows = 1000;
constexpr std::chrono::seconds follow_pause{2};

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

/// A credential's id as `token list` shows it, or its fingerprint as a line of the log does.
Result<std::string> credential_text(const std::string& credential) {
    constexpr std::size_t fingerprint_bytes = 8;
    if (const auto id = Uuid::parse(credential)) return to_string(*id);
    const auto fingerprint = from_hex(credential);
    if (fingerprint && fingerprint->size() == fingerprint_bytes) return to_hex(*fingerprint);
    return fail(
        Errc::usage,
        fmt::format("'{}' is neither a credential's id nor its fingerprint", credential),
        "the id stands in `rookery token list`, the 16 digits of the fingerprint in `rookery audit tail`"
    );
}

/// A page of the log, newest first.
struct Page {
    std::vector<nlohmann::json> events;
    std::optional<std::uint64_t> next_below;
    std::uint64_t log_size = 0;
};

std::optional<std::uint64_t> number_member(const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
    return found->get<std::uint64_t>();
}

std::string by_id(const Uuid& record) {
    return fmt::format("&@r={}", to_string(record));
}

class Tail {
  public:
    Tail(ApiClient& client, bool json, std::string record, std::string filter)
        : client_(client), json_(json), record_(std::move(record)), filter_(std::move(filter)) {}

    /// Shows what matches and was not there the last time, oldest first, the newest `count` at most.
    /// The server looks at so many entries for one page, so a page may be empty and not the last.
    Result<std::size_t> show(std::size_t count) {
        std::vector<nlohmann::json> events;
        std::optional<std::uint64_t> below;
        std::optional<std::uint64_t> size;
        std::optional<Progress> progress;
        do {
            ROOKERY_TRY(auto page, read(below, std::min(count - events.size(), page_rows)));
            std::ranges::move(page.events, std::back_inserter(events));
            if (!size) {
                size = page.log_size;
                progress.emplace("searching the log", *size - std::min(from_, *size));
            }
            below = page.next_below;
            if (below) progress->at(*size - std::min(*below, *size));
        } while (below && events.size() < count);
        progress.reset();
        // Of the log as a whole nobody expects more than its end.
        if (below && (from_ > 0 || !(record_ + filter_).empty())) {
            note(fmt::format("the newest {} are shown; older ones may match", events.size()));
        }
        from_ = *size;
        for (auto event = events.rbegin(); event != events.rend(); ++event) {
            ROOKERY_CHECK(json_ ? print_json(*event) : print(log_line(*event) + "\n"));
        }
        if (const auto bad = std::ranges::count_if(events, is_unreadable); bad != 0) say_damage(bad);
        return events.size();
    }

    /// Whether any entry so far could not be read.
    [[nodiscard]] bool met_damage() const { return met_damage_; }

    /// How many entries of the log were there the last time.
    [[nodiscard]] std::uint64_t log_size() const { return from_; }

  private:
    void say_damage(std::ptrdiff_t entries) {
        met_damage_ = true;
        note(fmt::format(
            "error: {} of these cannot be read; each may be one that was searched for", entries
        ));
        note("hint: stop the server, keep a copy of its data directory, and check that with `rookery verify`");
    }

    Result<Page> read(std::optional<std::uint64_t> below, std::size_t top) {
        auto path =
            fmt::format("rky_RetrieveAuditEvents?@t={}&@f={}{}{}", top, from_, record_, filter_);
        if (below) path += fmt::format("&@b={}", *below);
        ROOKERY_TRY(const auto reply, client_.request("GET", path));
        ROOKERY_TRY(auto answer, object_of(reply));
        Page page;
        page.next_below = number_member(answer, "NextBelow");
        const auto size = number_member(answer, "LogSize");
        const auto events = answer.find("Events");
        // A page that does not lead on would be asked for again for ever.
        if (!size || events == answer.end() || !events->is_array() || events->size() > top ||
            !std::ranges::all_of(*events, &nlohmann::json::is_object) ||
            (page.next_below && *page.next_below >= below.value_or(*size + 1))) {
            return fail(Errc::bad_payload, "the server's answer is not the JSON that was expected");
        }
        page.log_size = *size;
        // The record as it was found: it may go, or its handle id may pass to another one.
        if (const auto id = optional_id(answer, "Record")) record_ = by_id(*id);
        page.events.assign(
            std::make_move_iterator(events->begin()), std::make_move_iterator(events->end())
        );
        return page;
    }

    ApiClient& client_;
    bool json_;
    std::string record_;
    std::string filter_;
    std::uint64_t from_ = 0;
    bool met_damage_ = false;
};

Result<Exit> tail(const TailOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    std::string record;
    if (const auto id = Uuid::parse(options.record)) {
        record = by_id(*id);
    } else if (!options.record.empty()) {
        record = fmt::format("&@u={}", odata_literal(options.record));
    }
    std::string filter;
    if (!options.actor.empty()) {
        ROOKERY_TRY(const auto id, find_user(client, options.actor));
        filter += fmt::format("&@a={}", to_string(id));
    }
    if (!options.credential.empty()) {
        ROOKERY_TRY(const auto credential, credential_text(options.credential));
        filter += fmt::format("&@c={}", odata_literal(credential));
    }
    std::string back_to = "its beginning";
    if (!options.since.empty()) {
        ROOKERY_TRY(back_to, since_text(options.since));
        filter += fmt::format("&@s={}", percent_encode(back_to));
    }
    Tail log(client, options.json, std::move(record), std::move(filter));
    const auto shown = log.show(options.count);
    if (!shown) {
        auto error = shown.error();
        if (error.code == Errc::key_not_found) {
            error.message =
                "no record has that unique handle id now; name a deleted one by its id";
            error.hint =
                "the unique handle id is the handle's number, not its @name; a deleted record's id "
                "stands in its Delete line of `rookery audit tail`";
        }
        return fail(std::move(error));
    }
    if (*shown == 0) {
        note(fmt::format(
            "no entry matches; the log of {} entries was searched back to {}",
            grouped(log.log_size()),
            back_to
        ));
    }
    // Until the reader of the output goes away or the person ends it; every look is on the log too.
    while (options.follow) {
        std::this_thread::sleep_for(follow_pause);
        ROOKERY_CHECK(log.show(count_max));
    }
    return log.met_damage() ? Exit::integrity : Exit::ok;
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
        std::optional<Progress> progress;
        verify.progress = [&](std::uint64_t done, std::uint64_t total) {
            if (!progress) progress.emplace("checking the log", total);
            progress->at(done);
        };
        report = verify_log(options.data, verify);
    }
    ROOKERY_CHECK(options.json ? print_json(as_json(report)) : say(report));
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
        "--record",
        tail_options->record,
        "About this record: id, or the unique handle id that it has now"
    );
    tailing.add_option(
        "--actor", tail_options->actor, "By this user: id, domain name or full name"
    );
    tailing.add_option(
        "--credential", tail_options->credential, "With this credential: id, or its fingerprint"
    );
    tailing.add_option("--since", tail_options->since, "From this time on, or so long ago: 24h");
    tailing.add_option("--count", tail_options->count, "How many, the newest")
        .between(1, count_max)
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
        "Check a copy of a data directory without any key of the vault: exit 0 ok, 1 changed, "
        "2 usage, 3 unreadable, 4 too old"
    );
    verifying.add_option("--data", verify_options->data, "The data directory, or a copy of it")
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
