#include "cli/client/last_use.hpp"

#include "cli/client/json_rows.hpp"
#include "cli/client/log_line.hpp"
#include "cli/output/console.hpp"
#include "cli/output/exit_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace rookery::cli {
namespace {

constexpr std::uint64_t entries_max = 5'000;
constexpr std::uint64_t page_entries = 1'000;

std::optional<std::uint64_t> number(const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
    return found->get<std::uint64_t>();
}

}  // namespace

Result<LastUses> LastUses::read(ApiClient& client) {
    LastUses out;
    std::optional<std::uint64_t> first;
    std::optional<std::uint64_t> below;
    do {
        auto path = fmt::format("rky_RetrieveAuditEvents?@t={}", page_entries);
        if (below) path += fmt::format("&@b={}", *below);
        const auto reply = client.request("GET", path);
        if (!reply && exit_code_of(reply.error().code) == Exit::denied) return LastUses{};
        if (!reply) return fail(reply.error());
        ROOKERY_TRY(const auto page, object_of(*reply));
        const auto size = number(page, "LogSize");
        const auto events = page.find("Events");
        const auto next = number(page, "NextBelow");
        // A page that does not lead on would be asked for again for ever.
        if (!size || events == page.end() || !events->is_array() ||
            (next && *next >= below.value_or(*size + 1))) {
            return fail(Errc::bad_payload, "the server's answer is not the JSON that was expected");
        }
        if (!first) first = *size;
        out.add(*events);
        below = next;
        out.looked_at(*first - std::min(below.value_or(0), *first), !below);
    } while (below && out.entries_ < entries_max);
    return out;
}

void LastUses::add(const nlohmann::json& events) {
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
