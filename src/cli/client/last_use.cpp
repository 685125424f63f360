#include "cli/client/last_use.hpp"

#include "cli/client/audit_page.hpp"
#include "cli/client/json_members.hpp"
#include "cli/client/log_line.hpp"
#include "cli/output/console.hpp"
#include "cli/output/exit_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace rookery::cli {
namespace {

constexpr std::uint64_t entries_max = 5'000;
constexpr std::size_t page_entries = 1'000;

}  // namespace

Result<LastUses> LastUses::read(ApiClient& client) {
    LastUses out;
    std::optional<std::uint64_t> first;
    std::optional<std::uint64_t> below;
    do {
        const auto page = read_audit_page(client, page_entries, below);
        if (!page && exit_code_of(page.error().code) == Exit::denied) return LastUses{};
        if (!page) return fail(page.error());
        if (!first) first = page->log_size;
        out.add(page->events);
        below = page->next_below;
        out.looked_at(*first - std::min(below.value_or(0), *first), !below);
    } while (below && out.entries_ < entries_max);
    return out;
}

void LastUses::add(std::span<const nlohmann::json> events) {
    for (const auto& event : events) {
        if (!event.is_object()) continue;
        hides_ = hides_ || is_unreadable(event);
        const auto fingerprint = text_member(event, "CredentialFingerprint");
        if (fingerprint.empty()) continue;
        tells_ = true;
        // One that has ended is not used by whoever still tries it.
        if (text_member(event, "Action") == "login-failure") continue;
        newest_.emplace(fingerprint, text_member(event, "Time"));
    }
}

void LastUses::looked_at(std::uint64_t entries, bool whole_log) {
    readable_ = true;
    entries_ = entries;
    whole_ = whole_log;
}

std::string LastUses::of(std::string_view fingerprint) const {
    const auto found = newest_.find(fingerprint);
    return found == newest_.end() ? std::string{} : found->second;
}

std::string LastUses::say(std::string_view fingerprint) const {
    if (!readable_) return "last use unknown: it needs prvReadAuditSummary";
    if (!tells_ && !hides_) return "last use unknown: this server's log does not show it";
    auto said = found_of(fingerprint);
    if (hides_) said += ", as far as the log can be read";
    return said;
}

std::string LastUses::found_of(std::string_view fingerprint) const {
    const auto time = of(fingerprint);
    if (!time.empty()) return fmt::format("last use {}", printable(time));
    if (whole_) return "no entry of a use on the log";
    return fmt::format("no use in the newest {} entries of the log", grouped(entries_));
}

}  // namespace rookery::cli
