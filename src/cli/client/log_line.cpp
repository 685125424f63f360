#include "cli/client/log_line.hpp"

#include "base/uuid.hpp"
#include "cli/client/json_members.hpp"
#include "cli/output/console.hpp"
#include "cli/output/shown_text.hpp"
#include "schema/schema.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace rookery::cli {
namespace {

std::string text(const nlohmann::json& entry, std::string_view member) {
    return field_text(text_member(entry, member));
}

std::uint64_t number(const nlohmann::json& entry, std::string_view member) {
    return number_member(entry, member).value_or(0);
}

std::string first_of(const std::string& name, const std::string& otherwise) {
    return name.empty() ? otherwise : name;
}

/// Whether a name of today is the one of then.
enum class Since : std::uint8_t { same, renamed, unknown };

Since since(const nlohmann::json& entry, const char* member) {
    const auto found = entry.find(member);
    if (found == entry.end() || !found->is_boolean()) return Since::unknown;
    return found->get<bool>() ? Since::renamed : Since::same;
}

/// "'Rita Demo' 4f9c…": whoever chooses a name does not choose the id beside it.
std::string name_and_id(const std::string& name, Since since, const std::string& id) {
    constexpr std::array<std::string_view, 3> marks{"", " (then another name)", " (now)"};
    return fmt::format(
        "{}{} {}", single_blanks(quoted_name(name)), marks[static_cast<std::size_t>(since)], id
    );
}

/// Only what the vault itself does has no quotes and no id.
std::string who(const nlohmann::json& entry) {
    const auto type = text(entry, "ActorType");
    if (type == "system") return "SYSTEM";
    const auto id = text(entry, "ActorId");
    if (id.empty()) return "(unauthenticated)";
    const auto name = text_member(entry, "ActorName");
    auto out = name.empty() ? id : name_and_id(name, since(entry, "ActorRenamed"), id);
    if (type == "service") out = "service " + out;
    const auto credential = text(entry, "CredentialFingerprint");
    if (!credential.empty()) out += " credential " + credential;
    const auto behalf = text(entry, "OnBehalfOfId");
    if (behalf.empty()) return out;
    const auto called = text_member(entry, "OnBehalfOfName");
    const auto whom = called.empty() ? behalf : name_and_id(called, Since::unknown, behalf);
    return fmt::format("{} on behalf of {}", out, whom);
}

bool lists(const nlohmann::json& entry, const char* member, const std::string& text) {
    const auto found = entry.find(member);
    return found != entry.end() && found->is_array() &&
           std::ranges::any_of(*found, [&](const auto& one) { return one == text; });
}

/// An id with the name that the entry has for it.
std::string named(const nlohmann::json& entry, const std::string& id) {
    const auto name = text_member(object_member(entry, "Names"), id);
    if (name.empty()) return id;
    return name_and_id(name, lists(entry, "NamesUnsure", id) ? Since::unknown : Since::same, id);
}

struct Word {
    std::uint64_t value;
    std::string_view word;
};

constexpr Word depths[] = {{1, "basic"}, {2, "local"}, {4, "deep"}, {8, "global"}};
constexpr Word states[] = {{0, "active"}, {1, "inactive"}};

/// When a line shows an extra: always, or of a row that is new, goes, or got another value.
enum class When : std::uint8_t { always, news };

/// An extra that a line shows, the word before it, and what its numbers are called.
// asyncoperation.statuscode
constexpr Word job_statuses[] = {
    {0, "waiting for resources"},
    {10, "waiting"},
    {20, "in progress"},
    {30, "succeeded"},
    {31, "failed"},
    {32, "canceled"},
};

struct Shown {
    std::string_view extra;
    std::string_view word;
    std::span<const Word> words = {};
    When when = When::always;
};

// In this order. What an entry does not have is left out, and so are extras without a row here, unless
// they are of a column that got another value.
constexpr Shown shown_extras[] = {
    // who was given or lost what
    {"systemuserid", "user"},
    {"teamid", "team"},
    {"roleid", "role"},
    {"fieldsecurityprofileid", "profile"},
    {"privilegeid", "privilege"},
    {"privilegedepthmask", "depth", depths},
    {"entityname", "table"},
    {"grant", "gains"},
    {"rky_recovereduser", "recovered"},
    {"anchor", "against the anchor:"},
    // whose a row is, and whether its tokens are released
    {"ownerid", "owner", {}, When::news},
    {"statecode", "state", states, When::news},
    // a push
    {"operation", ""},
    {"status", "status"},
    {"code", "code"},
    {"privilege", "missing"},
    {"owner", "owner"},
    // a job, and what it found
    {"statuscode", "", job_statuses, When::news},
    {"finding", "finding"},
    {"place", "at"},
    {"what", ""},
    {"job", "job"},
    // a key that changes, and what is brought under it
    {"act", ""},
    {"purpose", ""},
    {"kind", ""},
    {"kek", "KEK"},
    {"key", "version"},
    {"under", "that was under KEK"},
    {"remaining", "remaining"},
    // a backup that was taken, or restored
    {"backup", "backup"},
    {"taken", "taken"},
    // what was asked for
    {"from-record", "from"},
    {"record", "record"},
    {"actor", "by"},
    {"credential", "credential"},
    {"subject", "about"},
    {"asked", "asked"},
    {"answer", "answer"},
    {"since", "since"},
};

constexpr std::string_view before_suffix = ".before";

/// Of a change an empty text is null; a text that was cut has its digest beside it.
std::string free_text(
    const nlohmann::json& extras, const std::string& name, const std::string& given
) {
    if (given.empty()) return "null";
    return single_blanks(quoted_name(given)) + (extras.contains(name + ".sha256") ? "…" : "");
}

/// What an extra says; empty when it is missing, or neither a text nor a number.
std::string value_of(const nlohmann::json& entry, const std::string& name, const Shown* shown) {
    const auto& extras = object_member(entry, "Extras");
    const auto found = extras.find(name);
    if (found == extras.end()) return {};
    if (found->is_string()) {
        const auto given = found->get<std::string>();
        const bool fixed = shown != nullptr && shown->when == When::always && !given.empty();
        if (Uuid::parse(given)) return named(entry, field_text(given));
        return fixed ? field_text(given) : free_text(extras, name, given);
    }
    if (!found->is_number_integer()) return {};
    const auto given = number(extras, name);
    const auto words = shown == nullptr ? std::span<const Word>{} : shown->words;
    const auto word = std::ranges::find(words, given, &Word::value);
    if (word != words.end()) return std::string{word->word};
    return given == 0 && shown != nullptr ? std::string{} : std::to_string(given);
}

/// A row's version before (0) or after (1) is 0: it is new, or a pair that ended.
bool version_is_none(const nlohmann::json& entry, std::size_t which) {
    const auto versions = entry.find("RowVersions");
    return versions != entry.end() && versions->is_array() && versions->size() == 2 &&
           (*versions)[which] == 0;
}

/// "owner 'Rita Demo' 4f9c… (was 'Sam Demo' 77ab…)"
std::string value_and_before(
    const nlohmann::json& entry, const std::string& name, const Shown* shown
) {
    auto now = value_of(entry, name, shown);
    const auto before = value_of(entry, name + std::string{before_suffix}, shown);
    if (before.empty()) {
        const bool news =
            shown == nullptr || shown->when == When::always || version_is_none(entry, 0);
        return news ? now : std::string{};
    }
    return now.empty() ? before : fmt::format("{} (was {})", now, before);
}

void add_part(std::string& out, std::string_view word, const std::string& value) {
    if (value.empty()) return;
    for (const auto part : {word, std::string_view{value}}) {
        if (!out.empty() && !part.empty()) out += ' ';
        out += part;
    }
}

/// "user 'Rita Demo' 4f9c… role 'Rookery Reader' 77ab…", "update status 204", "isdisabled 1 (was 0)"
std::string extras(const nlohmann::json& entry) {
    std::string out;
    for (const auto& shown : shown_extras) {
        add_part(out, shown.word, value_and_before(entry, std::string{shown.extra}, &shown));
    }
    const auto& all = object_member(entry, "Extras");
    for (const auto& [key, unused] : all.items()) {
        if (!std::string_view{key}.ends_with(before_suffix)) continue;
        const auto column = key.substr(0, key.size() - before_suffix.size());
        const bool has_row =
            std::ranges::find(shown_extras, column, &Shown::extra) != std::end(shown_extras);
        if (has_row || !all.contains(column)) continue;
        add_part(out, field_text(column), value_and_before(entry, column, nullptr));
    }
    return out;
}

/// What an entry without a table counts.
struct Counted {
    std::string_view action;
    std::string_view what;
};

constexpr Counted counted[] = {
    {"audit-read", "entries of the log"},
    {"login-failures-aggregated", "failed sign-ins"},
    {"refusals-aggregated", "refusals"},
    {"sync-control", "parked records"},
    {"rewrap-progress", "data keys"},
    {"rewrap-end", "data keys"},
    {"rekey-progress", "rows"},
    {"rekey-end", "rows"},
};

/// The record by table, name and id; how many rows of a table; or the table alone.
std::string on_what(const nlohmann::json& entry) {
    const auto table = text(entry, "Table");
    const auto count = entry.find("Count");
    if (count != entry.end() && count->is_number_integer()) {
        const auto* const row = std::ranges::find(counted, text(entry, "Action"), &Counted::action);
        return fmt::format(
            "{} {}",
            number(entry, "Count"),
            row != std::end(counted) ? std::string{row->what} : "rows of " + first_of(table, "-")
        );
    }
    const auto id = text(entry, "RecordId");
    if (table.empty() || id.empty()) return first_of(table + id, "-");
    const auto name = text_member(entry, "RecordName");
    return fmt::format(
        "{} {}", table, name.empty() ? id : name_and_id(name, since(entry, "RecordRenamed"), id)
    );
}

/// What it was about. The extras of a pair say both of its ends, which its own id does not.
std::string about(const nlohmann::json& entry) {
    const auto more = extras(entry);
    const auto* const table = schema::table(text(entry, "Table"));
    if (more.empty()) return on_what(entry);
    if (table != nullptr && table->intersect)
        return more + (version_is_none(entry, 1) ? " removed" : "");
    return fmt::format("{}  {}", on_what(entry), more);
}

std::string columns(const nlohmann::json& entry) {
    const auto found = entry.find("Columns");
    std::string out;
    if (found != entry.end() && found->is_array()) {
        for (const auto& column : *found) {
            if (!column.is_string()) continue;
            if (!out.empty()) out += ',';
            out += field_text(column.get<std::string>());
        }
    }
    return out.empty() ? "-" : out;
}

std::string outcome(const nlohmann::json& entry) {
    auto out = first_of(text(entry, "Outcome"), "-");
    const auto reason = text(entry, "Reason");
    if (!reason.empty() && reason != "none") out += fmt::format(" ({})", reason);
    const auto release = text(entry, "Release");
    if (!release.empty() && release != "none") out += fmt::format(" {}", release);
    return out;
}

/// "role:GUID/local" → "role 'Rookery Reader' GUID/local", if the name is known.
std::string one_rule(const nlohmann::json& entry, const std::string& path) {
    constexpr std::size_t id_size = 36;
    const auto colon = path.find(':');
    if (colon == std::string::npos || path.size() < colon + 1 + id_size) return path;
    const auto id = path.substr(colon + 1, id_size);
    const auto name = named(entry, id);
    if (name == id) return path;
    return fmt::format("{} {}{}", path.substr(0, colon), name, path.substr(colon + 1 + id_size));
}

/// Of who sent it and, after a plus, of on whose behalf.
std::string rule(const nlohmann::json& entry) {
    const auto path = text(entry, "Rule");
    const auto plus = path.find('+');
    if (plus == std::string::npos) return one_rule(entry, path);
    return one_rule(entry, path.substr(0, plus)) + " + " + one_rule(entry, path.substr(plus + 1));
}

}  // namespace

bool is_unreadable(const nlohmann::json& entry) {
    return !text_member(entry, "Unreadable").empty();
}

std::string log_line(const nlohmann::json& entry) {
    if (is_unreadable(entry)) {
        return fmt::format(
            "{}  entry {}: unreadable: {}",
            first_of(text(entry, "Time"), "-"),
            number(entry, "Index"),
            text(entry, "Unreadable")
        );
    }
    return fmt::format(
        "{}  {:>6}  {}  {}  {}  {}  {}  {}{}",
        first_of(text(entry, "Time"), "-"),
        number(entry, "Index"),
        who(entry),
        first_of(text(entry, "Message"), first_of(text(entry, "Action"), "-")),
        about(entry),
        columns(entry),
        outcome(entry),
        first_of(rule(entry), "-"),
        flag_member(entry, "WrittenWhileSealed") ? "  written while sealed" : ""
    );
}

}  // namespace rookery::cli
