#include "cli/log_line.hpp"

#include "cli/console.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rookery::cli {
namespace {

std::string text(const nlohmann::json& entry, const char* member) {
    const auto found = entry.find(member);
    return found != entry.end() && found->is_string() ? printable(found->get<std::string>())
                                                      : std::string{};
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

std::string who(const nlohmann::json& entry) {
    const auto name = first_of(text(entry, "ActorName"), text(entry, "ActorId"));
    return name.empty() ? std::string{"(nobody proved)"} : name;
}

/// The record by name, with its table when there is no record: "list of msdyn_…".
std::string on_what(const nlohmann::json& entry) {
    const auto record = first_of(text(entry, "RecordName"), text(entry, "RecordId"));
    const auto table = text(entry, "Table");
    if (!record.empty()) return record;
    const auto count = entry.find("Count");
    if (count != entry.end() && count->is_number_integer()) {
        return fmt::format("{} rows of {}", number(entry, "Count"), first_of(table, "-"));
    }
    return first_of(table, "-");
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
std::string rule(const nlohmann::json& entry, const RuleNames& names) {
    const auto path = text(entry, "Rule");
    const auto colon = path.find(':');
    if (colon == std::string::npos) return path;
    const auto id = Uuid::parse(std::string_view{path}.substr(colon + 1, 36));
    if (!id) return path;
    const auto kind = path.substr(0, colon);
    const auto name = names(kind, *id);
    if (name.empty()) return path;
    return fmt::format("{} '{}'{}", kind, printable(name), path.substr(colon + 37));
}

}  // namespace

std::string log_line(const nlohmann::json& entry, const RuleNames& rule_names) {
    return fmt::format(
        "{}  {:>6}  {}  {}  {}  {}  {}  {}",
        first_of(text(entry, "Time"), "-"),
        number(entry, "Index"),
        who(entry),
        first_of(text(entry, "Message"), first_of(text(entry, "Action"), "-")),
        on_what(entry),
        columns(entry),
        outcome(entry),
        first_of(rule(entry, rule_names), "-")
    );
}

}  // namespace rookery::cli
