#include "cli/log_line.hpp"

#include "cli/console.hpp"
#include "schema/schema.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <span>

namespace rookery::cli {
namespace {

/// Two blanks part the fields of a line, so a text holds no two in a row.
std::string text(const nlohmann::json& entry, const char* member) {
    const auto found = entry.find(member);
    if (found == entry.end() || !found->is_string()) return {};
    std::string out;
    for (const char c : printable(found->get<std::string>())) {
        const bool second = c == ' ' && !out.empty() && out.back() == ' ';
        out += second ? std::string{"\\x20"} : std::string{c};
    }
    return out;
}

/// A number that is none, or negative, is zero.
std::uint64_t number(const nlohmann::json& entry, const char* member) {
    const auto found = entry.find(member);
    return found != entry.end() && found->is_number_integer() && *found >= 0
               ? found->get<std::uint64_t>()
               : 0;
}

std::string first_of(const std::string& name, const std::string& otherwise) {
    return name.empty() ? otherwise : name;
}

/// Nobody proved who they are, or the vault itself did it.
std::string who(const nlohmann::json& entry) {
    const auto name = first_of(text(entry, "ActorName"), text(entry, "ActorId"));
    if (!name.empty()) return name;
    return text(entry, "ActorType") == "system" ? "SYSTEM" : "(nobody proved)";
}

/// The members of a member that is an object.
const nlohmann::json& object(const nlohmann::json& entry, const char* member) {
    static const nlohmann::json none = nlohmann::json::object();
    const auto found = entry.find(member);
    return found != entry.end() && found->is_object() ? *found : none;
}

/// A quote inside is escaped: a name cannot end itself and go on as something else.
std::string quoted(const std::string& name) {
    std::string out = "'";
    for (const char c : name) {
        if (c == '\'') out += '\\';
        out += c;
    }
    return out + "'";
}

/// An id as the name that the entry has for it, else as it is.
std::string named(const nlohmann::json& entry, const std::string& id) {
    const auto name = text(object(entry, "Names"), id.c_str());
    return name.empty() ? id : quoted(name);
}

struct Word {
    std::uint64_t value;
    std::string_view word;
};

constexpr Word depths[] = {{1, "basic"}, {2, "local"}, {4, "deep"}, {8, "global"}};

/// An extra that a line shows, the word before it, and what its numbers are called.
struct Shown {
    const char* extra;
    std::string_view word;
    std::span<const Word> words = {};
};

// In this order. What an entry does not have is left out, and extras without a row here too.
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
    // a push
    {"operation", ""},
    {"status", "status"},
    {"code", "code"},
    {"privilege", "missing"},
    {"owner", "owner"},
    // what was asked for
    {"from-record", "from"},
    {"record", "record"},
    {"actor", "by"},
    {"since", "since"},
};

/// Empty for an extra that is missing or neither a text nor a positive number.
std::string value_of(const nlohmann::json& entry, const Shown& shown) {
    const auto& extras = object(entry, "Extras");
    if (const auto given = text(extras, shown.extra); !given.empty()) return named(entry, given);
    const auto given = number(extras, shown.extra);
    if (given == 0) return {};
    const auto word = std::ranges::find(shown.words, given, &Word::value);
    return word == shown.words.end() ? std::to_string(given) : std::string{word->word};
}

/// A pair that ended; a message that ends some and makes others does not say which.
bool ended(const nlohmann::json& entry) {
    const auto versions = entry.find("RowVersions");
    return versions != entry.end() && versions->is_array() && versions->size() == 2 &&
           (*versions)[1] == 0;
}

/// "user 'Rita Demo' role 'Rookery Reader'", "update status 204"
std::string extras(const nlohmann::json& entry) {
    std::string out;
    for (const auto& shown : shown_extras) {
        const auto value = value_of(entry, shown);
        if (value.empty()) continue;
        for (const auto part : {shown.word, std::string_view{value}}) {
            if (!out.empty() && !part.empty()) out += ' ';
            out += part;
        }
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
    {"sync-control", "parked records"},
};

/// The record by name, or by table and id; how many rows of a table; or the table alone.
std::string on_what(const nlohmann::json& entry) {
    const auto name = text(entry, "RecordName");
    if (!name.empty()) return name;
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
    return fmt::format("{} {}", table, id);
}

/// What it was about. The extras of a pair say both of its ends, which its own id does not.
std::string about(const nlohmann::json& entry) {
    const auto more = extras(entry);
    const auto* const table = schema::table(text(entry, "Table"));
    if (more.empty()) return on_what(entry);
    if (table != nullptr && table->intersect) return more + (ended(entry) ? " removed" : "");
    return fmt::format("{}  {}", on_what(entry), more);
}

std::string columns(const nlohmann::json& entry) {
    const auto found = entry.find("Columns");
    std::string out;
    if (found != entry.end() && found->is_array()) {
        for (const auto& column : *found) {
            if (!column.is_string()) continue;
            if (!out.empty()) out += ',';
            out += printable(column.get<std::string>());
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

/// "role:GUID/local" → "role 'Rookery Reader'/local", if the name is known.
std::string rule(const nlohmann::json& entry) {
    constexpr std::size_t id_size = 36;
    const auto path = text(entry, "Rule");
    const auto colon = path.find(':');
    if (colon == std::string::npos || path.size() < colon + 1 + id_size) return path;
    const auto id = path.substr(colon + 1, id_size);
    const auto name = named(entry, id);
    if (name == id) return path;
    return fmt::format("{} {}{}", path.substr(0, colon), name, path.substr(colon + 1 + id_size));
}

}  // namespace

std::string log_line(const nlohmann::json& entry) {
    return fmt::format(
        "{}  {:>6}  {}  {}  {}  {}  {}  {}",
        first_of(text(entry, "Time"), "-"),
        number(entry, "Index"),
        who(entry),
        first_of(text(entry, "Message"), first_of(text(entry, "Action"), "-")),
        about(entry),
        columns(entry),
        outcome(entry),
        first_of(rule(entry), "-")
    );
}

}  // namespace rookery::cli
