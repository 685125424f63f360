#include "cli/import/import_header.hpp"

#include "pipeline/stray_characters.hpp"
#include "schema/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace rookery::cli {
namespace {

constexpr std::string_view secret_table = "msdyn_octwitterhandlesecret";
constexpr std::string_view formatted = "@odata.community.display.v1.formattedvalue";

// clang-format off
constexpr std::array<ImportColumnRow, static_cast<std::size_t>(ImportColumn::count_)> rules{{
    {ImportColumn::unique_handle_id,    "unique_handle_id",    true,  false, secret_table, "msdyn_octwitteruniquehandleid"},
    {ImportColumn::handle,              "handle",              true,  false, secret_table, "msdyn_name"},
    {ImportColumn::application,         "application",         false, false, "msdyn_octwitterapplication", "msdyn_name"},
    {ImportColumn::access_token,        "access_token",        false, true,  secret_table, "msdyn_useraccesstoken"},
    {ImportColumn::access_token_secret, "access_token_secret", false, true,  secret_table, "msdyn_useraccesstokensecret"},
    {ImportColumn::owner,               "owner",               false, false, "systemuser", "domainname"},
}};

struct Alias {
    std::string_view name;
    ImportColumn column;
};

/// As exports of a Dataverse name them, in small letters. Of a lookup the name is taken and not the id: ids
/// of users and applications are another vault's.
constexpr Alias aliases[] = {
    {"msdyn_octwitteruniquehandleid",   ImportColumn::unique_handle_id},
    {"msdyn_name",                      ImportColumn::handle},
    {"msdyn_useraccesstoken",           ImportColumn::access_token},
    {"msdyn_useraccesstokensecret",     ImportColumn::access_token_secret},
    {"msdyn_octwitterapplicationidname", ImportColumn::application},
    {"_msdyn_octwitterapplicationid_value@odata.community.display.v1.formattedvalue", ImportColumn::application},
    {"owneridname",                     ImportColumn::owner},
    {"_ownerid_value@odata.community.display.v1.formattedvalue", ImportColumn::owner},
};

// clang-format on

std::string plain(std::string_view name) {
    std::string out{messages::without_outer_blanks(name)};
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

std::optional<ImportColumn> column_of(std::string_view name) {
    if (const auto* found = std::ranges::find(rules, name, &ImportColumnRow::name);
        found != rules.end()) {
        return found->column;
    }
    const auto* const found = std::ranges::find(aliases, name, &Alias::name);
    if (found == std::end(aliases)) return std::nullopt;
    return found->column;
}

/// Of the vault's table, or what Dataverse writes beside it: nothing that could be meant for an import.
bool is_left_alone(std::string_view name) {
    if (name == "@odata.etag") return true;
    if (name.ends_with(formatted)) name.remove_suffix(formatted.size());
    const auto& table = *schema::table(secret_table);
    if (table.property(name) != nullptr || table.column(name) != nullptr) return true;
    // The name of what a lookup leads to, and of an option: owneridname, statecodename.
    return name.ends_with("name") && table.column(name.substr(0, name.size() - 4)) != nullptr;
}

tl::unexpected<Error> unknown(const CsvRow& row, std::size_t position) {
    // Not repeated: a file without a header would have a token printed.
    const auto only = row.fields.size() == 1;
    return fail(
        Errc::usage,
        only ? fmt::format(
                   "line {}: the header's only column is unknown: fields are parted by commas, "
                   "semicolons or tabs",
                   row.line
               )
             : fmt::format("line {}: the header's column {} is unknown", row.line, position + 1),
        "known are: unique_handle_id, handle, application, access_token, "
        "access_token_secret, owner, and the columns of msdyn_octwitterhandlesecret"
    );
}

}  // namespace

const ImportColumnRow& row_of(ImportColumn column) {
    return rules[static_cast<std::size_t>(column)];
}

Result<ImportHeader> ImportHeader::read(const CsvRow& row) {
    ImportHeader out;
    if (!row.problem.empty()) {
        return fail(Errc::usage, fmt::format("line {}: {}", row.line, row.problem));
    }
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
        const auto name = plain(row.fields[i].text);
        if (name.empty()) continue;
        if (out.columns_ != i) {
            return fail(
                Errc::usage,
                fmt::format(
                    "line {}: the header's column {} has no name", row.line, out.columns_ + 1
                ),
                "remove the column; empty ones may stand to the right of all others"
            );
        }
        out.columns_ = i + 1;
        const auto column = column_of(name);
        if (!column) {
            if (!is_left_alone(name)) return unknown(row, i);
            ++out.left_alone_;
            continue;
        }
        auto& position = out.positions_[static_cast<std::size_t>(*column)];
        if (position) {
            return fail(
                Errc::usage,
                fmt::format(
                    "line {}: the columns {} and {} are both {}",
                    row.line,
                    *position + 1,
                    i + 1,
                    row_of(*column).name
                )
            );
        }
        position = i;
    }
    for (const auto& rule : rules) {
        if (rule.required && !out.position(rule.column)) {
            return fail(
                Errc::usage, fmt::format("line {}: the column {} is missing", row.line, rule.name)
            );
        }
    }
    return out;
}

}  // namespace rookery::cli
