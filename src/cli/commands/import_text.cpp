#include "cli/commands/import_text.hpp"

#include "cli/import/csv_dialect.hpp"
#include "cli/import/import_report.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace rookery::cli {
namespace {

/// Rows that change, told one by one: more are for a report.
constexpr std::uint64_t changes_told_max = 100;

constexpr std::uint64_t readers_told_max = 100;

constexpr std::size_t applications_told_max = 100;

bool is_problem(const ScannedRow& row) {
    return row.plan.outcome == Outcome::bad || row.plan.outcome == Outcome::conflict;
}

Result<void> say_change(const ImportSaying& how, const ScannedRow& row) {
    const auto outcome = name_of(row.plan.outcome);
    const auto reason = reason_of(row);
    if (how.json) {
        return print_json({{"line", row.line}, {"outcome", outcome}, {"changes", reason}});
    }
    return print(fmt::format("line {}: {}: {}\n", row.line, outcome, printable(reason)));
}

Result<void> say_changes(const ImportSaying& how, const ImportScan& scan) {
    std::uint64_t changes = 0;
    for (const auto& row : scan.rows) {
        if (row.plan.outcome != Outcome::update) continue;
        if (++changes <= changes_told_max) ROOKERY_CHECK(say_change(how, row));
    }
    if (changes > changes_told_max) {
        note(fmt::format(
            "{} more rows change: --report FILE has all of them",
            grouped(changes - changes_told_max)
        ));
    }
    return {};
}

std::string records(std::uint64_t number) {
    return fmt::format("{} record{}", grouped(number), number == 1 ? "" : "s");
}

Result<void> say_access_change(const ImportSaying& how, const AccessChange& change) {
    if (how.json) {
        return print_json(
            {{"user", to_string(change.user)},
             {"name", change.reader.name},
             {"enabled", change.reader.enabled},
             {"gains", change.gains},
             {"loses", change.loses},
             {"new_tokens", change.new_tokens}}
        );
    }
    std::string what;
    const auto say = [&](std::string_view does, std::uint64_t number) {
        if (number == 0) return;
        what += fmt::format("{}{} {}", what.empty() ? "" : ", ", does, records(number));
    };
    say("gains", change.gains);
    say("loses", change.loses);
    say("new tokens of", change.new_tokens);
    return print(fmt::format(
        "access: {} {} {}{}\n",
        quoted_name(change.reader.name),
        to_string(change.user),
        what,
        change.reader.enabled ? "" : " (disabled: would if enabled)"
    ));
}

bool changes_what_is_read(const ImportScan& scan) {
    return std::ranges::any_of(scan.rows, [](const ScannedRow& row) {
        const auto& record = row.plan.record;
        return row.plan.outcome == Outcome::update && (record.owner || record.tokens);
    });
}

Result<void> say_access(
    const ImportSaying& how, const ImportScan& scan, const AccessOutlook& outlook
) {
    if (!outlook.unknown.empty()) {
        // Nobody loses by what is new.
        if (!how.dry_run && !changes_what_is_read(scan)) return {};
        note("whose access changes is not known: " + outlook.unknown);
        return {};
    }
    std::uint64_t told = 0;
    for (const auto& change : outlook.changes) {
        if (!how.json && ++told > readers_told_max) continue;
        ROOKERY_CHECK(say_access_change(how, change));
    }
    if (told > readers_told_max) {
        note(fmt::format(
            "access of {} more users changes: --json names all", grouped(told - readers_told_max)
        ));
    }
    return {};
}

/// "updated 4 (renamed 2, new token 3)".
std::string updates(const ImportCounts& counts) {
    std::string of_these;
    const auto say = [&](std::uint64_t number, std::string_view what) {
        if (number == 0) return;
        of_these += fmt::format("{}{} {}", of_these.empty() ? "" : ", ", what, grouped(number));
    };
    say(counts.renamed, "renamed");
    say(counts.reassigned, "other owner");
    say(counts.other_application, "other application");
    say(counts.new_tokens, "new token");
    const auto all = fmt::format("updated {}", grouped(counts.updated));
    return of_these.empty() ? all : fmt::format("{} ({})", all, of_these);
}

std::string rare(const ImportCounts& counts) {
    std::string out;
    const auto say = [&](std::uint64_t number, std::string_view what) {
        if (number > 0) out += fmt::format(", {} {}", what, grouped(number));
    };
    say(counts.repeated, "repeated");
    say(counts.blank, "blank");
    say(counts.not_reached, "not reached");
    return out;
}

}  // namespace

void say_file(const ImportScan& scan) {
    if (scan.separator != ',') {
        note(fmt::format("the file's columns are parted by {}", separator_name(scan.separator)));
    }
    if (scan.columns_left_alone > 0) {
        note(fmt::format(
            "{} column{} of the file left alone: no import reads them",
            scan.columns_left_alone,
            scan.columns_left_alone == 1 ? " is" : "s are"
        ));
    }
    const auto counts = count_rows(scan);
    if (counts.trimmed > 0) {
        note(fmt::format(
            "blanks around an id or a name are left out in {} rows", grouped(counts.trimmed)
        ));
    }
    if (counts.rounded > 0) {
        note(fmt::format(
            "{} ids of more than 15 digits end in zeros: rounded by a spreadsheet?",
            grouped(counts.rounded)
        ));
    }
}

Result<void> say_plan(
    const ImportSaying& how, const ImportScan& scan, const AccessOutlook& outlook
) {
    for (const auto& row : scan.rows) {
        if (is_problem(row)) say_problem(how, row);
    }
    if (how.dry_run) ROOKERY_CHECK(say_changes(how, scan));
    return say_access(how, scan, outlook);
}

Result<void> say_new_applications(const ImportSaying& how, const std::vector<std::string>& names) {
    if (names.empty()) return {};
    const auto told = std::min(names.size(), applications_told_max);
    if (how.json) {
        const std::vector<std::string> some(
            names.begin(), names.begin() + static_cast<std::ptrdiff_t>(told)
        );
        return print_json({{"new_applications", names.size()}, {"names", some}});
    }
    auto line = fmt::format("new applications: {}: ", grouped(names.size()));
    for (std::size_t i = 0; i < told; ++i) {
        line += fmt::format("{}{}", i > 0 ? ", " : "", quoted_name(names[i]));
    }
    return print(fmt::format("{}{}\n", line, told < names.size() ? ", …" : ""));
}

void say_problem(const ImportSaying& how, const ScannedRow& row) {
    const auto kind = name_of(row.plan.outcome);
    if (how.json) {
        // When stdout is gone the summary's failure says so.
        static_cast<void>(
            print_json({{"line", row.line}, {"kind", kind}, {"reason", row.plan.reason}})
        );
        return;
    }
    note(fmt::format("line {}: {}: {}", row.line, kind, printable(row.plan.reason)));
}

Result<void> say_summary(const ImportSaying& how, const ImportCounts& counts) {
    if (how.json) {
        return print_json(
            {{"dry_run", how.dry_run},
             {"created", counts.created},
             {"updated", counts.updated},
             {"renamed", counts.renamed},
             {"reassigned", counts.reassigned},
             {"other_application", counts.other_application},
             {"new_tokens", counts.new_tokens},
             {"unchanged", counts.unchanged},
             {"repeated", counts.repeated},
             {"blank", counts.blank},
             {"trimmed", counts.trimmed},
             {"conflicts", counts.conflicts},
             {"bad", counts.bad},
             {"not_reached", counts.not_reached}}
        );
    }
    return print(fmt::format(
        "{}created {}, {}, unchanged {}, conflicts {}, bad {}{}\n",
        how.dry_run ? "would be: " : "",
        grouped(counts.created),
        updates(counts),
        grouped(counts.unchanged),
        grouped(counts.conflicts),
        grouped(counts.bad),
        rare(counts)
    ));
}

}  // namespace rookery::cli
