#include "cli/commands/audit_tail.hpp"

#include "base/clock.hpp"
#include "base/percent_encode.hpp"
#include "cli/client/audit_page.hpp"
#include "cli/client/connection_options.hpp"
#include "cli/client/find_user.hpp"
#include "cli/client/log_line.hpp"
#include "cli/client/odata_literal.hpp"
#include "cli/options/duration_text.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"

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

struct AuditTailOptions {
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
        "the id stands in `rookery token list`, the 16 digits of the fingerprint in `rookery audit "
        "tail`"
    );
}

/// The record whose unique handle id is `record`, if that looks like the id of a record, and is not its own. Both are
/// shown then: whoever chooses a handle's number must not hide what happened to another row behind it.
Result<std::optional<Uuid>> record_of_handle_like_id(ApiClient& client, const std::string& record) {
    const auto id = Uuid::parse(record);
    if (!id) return std::optional<Uuid>{};
    const auto page = read_audit_page(client, 1, std::nullopt, handle_parameter(record));
    if (!page && page.error().code == Errc::key_not_found) return std::optional<Uuid>{};
    if (!page) return fail(page.error());
    return page->record == id ? std::optional<Uuid>{} : page->record;
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
        if (const auto bad = std::ranges::count_if(events, is_unreadable); bad != 0)
            say_damage(bad);
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
        note(
            "hint: stop the server, keep a copy of its data directory, and check that with "
            "`rookery verify`"
        );
    }

    Result<AuditPage> read(std::optional<std::uint64_t> below, std::size_t top) {
        ROOKERY_TRY(
            auto page,
            read_audit_page(client_, top, below, fmt::format("&@f={}{}{}", from_, record_, filter_))
        );
        // The record as it was found: it may go, or its handle id may pass to another one.
        if (page.record) record_ = record_parameter(to_string(*page.record));
        return page;
    }

    ApiClient& client_;
    bool json_;
    std::string record_;
    std::string filter_;
    std::uint64_t from_ = 0;
    bool met_damage_ = false;
};

Result<Exit> tail(const AuditTailOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
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
    ROOKERY_TRY(const auto by_handle, record_of_handle_like_id(client, options.record));
    Tail log(client, options.json, record_parameter(options.record), filter);
    auto shown = log.show(options.count);
    std::optional<Tail> by_handle_too;
    if (shown && by_handle) {
        note(fmt::format(
            "{} about the row with that id; it is also the unique handle id of the record {}:",
            *shown == 0 ? "nothing is" : "these are",
            to_string(*by_handle)
        ));
        by_handle_too.emplace(
            client, options.json, record_parameter(to_string(*by_handle)), filter
        );
        shown = by_handle_too->show(options.count);
    }
    if (!shown) {
        auto error = shown.error();
        if (error.code == Errc::key_not_found) {
            error.message = "no record has that unique handle id now; name a deleted one by its id";
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
        if (by_handle_too) ROOKERY_CHECK(by_handle_too->show(count_max));
    }
    const bool damage = log.met_damage() || (by_handle_too && by_handle_too->met_damage());
    return damage ? Exit::integrity : Exit::ok;
}

}  // namespace

void add_audit_tail(Command audit, Action& chosen) {
    auto options = std::make_shared<AuditTailOptions>();
    const auto tailing = audit.add_subcommand("tail", "Show the newest entries with names");
    tailing
        .add_option(
            "--record",
            options->record,
            "About this record: id, or the unique handle id that it has now"
        )
        .takes(Takes::id);
    tailing.add_option("--actor", options->actor, "By this user: id, domain name or full name")
        .takes(Takes::user);
    tailing
        .add_option(
            "--credential", options->credential, "With this credential: id, or its fingerprint"
        )
        .takes(Takes::id);
    tailing.add_option("--since", options->since, "Since a time, or this long ago: 24h")
        .takes(Takes::time);
    tailing.add_option("--count", options->count, "How many, the newest")
        .between(1, count_max)
        .capture_default_str();
    tailing.add_flag("--follow", options->follow, "Keep printing new entries");
    tailing.add_flag("--json", options->json, "One JSON object a line");
    add_connection_options(tailing, options->connection);
    tailing.callback([options, &chosen] { chosen = [options] { return tail(*options); }; });
}

}  // namespace rookery::cli
