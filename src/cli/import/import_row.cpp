#include "cli/import/import_row.hpp"

#include "pipeline/pasted_token.hpp"
#include "pipeline/reply.hpp"
#include "schema/schema.hpp"
#include "storage/text_key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace rookery::cli {
namespace {

struct Rule {
    ImportColumn column;
    std::string_view name;
    bool required;           // in the header, and not empty in a row
    std::string_view table;  // whose column limits the length; empty: no such column
    std::string_view table_column;
};

constexpr std::string_view secret_table = "msdyn_octwitterhandlesecret";

// clang-format off
constexpr std::array<Rule, static_cast<std::size_t>(ImportColumn::count_)> rules{{
    {ImportColumn::unique_handle_id,    "unique_handle_id",    true,  secret_table, "msdyn_octwitteruniquehandleid"},
    {ImportColumn::handle,              "handle",              true,  secret_table, "msdyn_name"},
    {ImportColumn::application,         "application",         false, "msdyn_octwitterapplication", "msdyn_name"},
    {ImportColumn::access_token,        "access_token",        false, secret_table, "msdyn_useraccesstoken"},
    {ImportColumn::access_token_secret, "access_token_secret", false, secret_table, "msdyn_useraccesstokensecret"},
    {ImportColumn::owner,               "owner",               false, "systemuser", "domainname"},
}};

// clang-format on

std::size_t code_points(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<std::uint8_t>(c) & 0xC0U) != 0x80U;
    }));
}

/// Why the field cannot be taken; empty when it can.
std::string problem_of(const Rule& rule, std::string_view text) {
    const auto* column = schema::table(rule.table)->column(rule.table_column);
    if (text.empty()) return rule.required ? fmt::format("{} is empty", rule.name) : std::string{};
    if (!storage::is_utf8(text)) return fmt::format("{} is not valid UTF-8", rule.name);
    if (code_points(text) > column->length_max) {
        return fmt::format("{} is longer than {} characters", rule.name, column->length_max);
    }
    if (std::any_of(text.begin(), text.end(), [](char c) {
            return static_cast<std::uint8_t>(c) < 0x20 || c == 0x7F;
        })) {
        return fmt::format("{} holds a control character", rule.name);
    }
    if (column->type == schema::Type::sealed &&
        text.substr(0, messages::mask.size()) == messages::mask) {
        return fmt::format("{} is the mask, not a token", rule.name);
    }
    return {};
}

/// As the vault checks a record; but its handle and its application are other requests, which know
/// nothing of its tokens.
Result<void> check_no_pasted_token(const ImportRow& row) {
    messages::PastedTokens tokens;
    tokens.add(row.access_token);
    tokens.add(row.access_token_secret);
    const std::pair<std::string_view, const std::string&> texts[] = {
        {"unique_handle_id", row.unique_handle_id},
        {"handle", row.handle},
        {"application", row.application},
        {"owner", row.owner},
    };
    for (const auto& [name, text] : texts) {
        if (tokens.stand_in(text)) {
            return fail(Errc::bad_payload, fmt::format("{} holds a token", name));
        }
    }
    return {};
}

}  // namespace

std::string_view name_of(ImportColumn column) {
    return rules[static_cast<std::size_t>(column)].name;
}

Result<ImportHeader> ImportHeader::read(const CsvRow& row) {
    ImportHeader out;
    if (!row.problem.empty()) {
        return fail(Errc::usage, fmt::format("line {}: {}", row.line, row.problem));
    }
    out.columns_ = row.fields.size();
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
        const auto& name = row.fields[i].text;
        const auto* rule =
            std::find_if(rules.begin(), rules.end(), [&](const Rule& r) { return r.name == name; });
        if (rule == rules.end()) {
            // Not repeated: a file without a header would have a token printed.
            return fail(
                Errc::usage,
                fmt::format("line {}: the header's column {} is unknown", row.line, i + 1),
                "known are: unique_handle_id, handle, application, access_token, "
                "access_token_secret, owner"
            );
        }
        auto& position = out.positions_[static_cast<std::size_t>(rule->column)];
        if (position) {
            return fail(
                Errc::usage,
                fmt::format("line {}: the column {} stands there twice", row.line, name)
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

Result<ImportRow> read_import_row(const ImportHeader& header, CsvRow& row) {
    if (!row.problem.empty()) return fail(Errc::bad_payload, row.problem);
    if (row.fields.size() != header.columns()) {
        return fail(
            Errc::bad_payload,
            fmt::format("{} fields instead of {}", row.fields.size(), header.columns())
        );
    }
    ImportRow out;
    out.line = row.line;
    for (const auto& rule : rules) {
        const auto position = header.position(rule.column);
        if (!position) continue;
        auto& field = row.fields[*position];
        const bool secret = rule.column == ImportColumn::access_token ||
                            rule.column == ImportColumn::access_token_secret;
        const auto problem = secret ? field.secret.expose([&](ByteView bytes) {
            return problem_of(rule, text_of(bytes));
        })
                                    : problem_of(rule, field.text);
        if (!problem.empty()) return fail(Errc::bad_payload, problem);
        switch (rule.column) {
            case ImportColumn::unique_handle_id:
                out.unique_handle_id = std::move(field.text);
                break;
            case ImportColumn::handle:
                out.handle = std::move(field.text);
                break;
            case ImportColumn::application:
                out.application = std::move(field.text);
                break;
            case ImportColumn::owner:
                out.owner = std::move(field.text);
                break;
            case ImportColumn::access_token:
                out.access_token = std::move(field.secret);
                break;
            case ImportColumn::access_token_secret:
                out.access_token_secret = std::move(field.secret);
                break;
            case ImportColumn::count_:
                break;
        }
    }
    if (import_key(out).empty()) return fail(Errc::bad_payload, "unique_handle_id is blank");
    ROOKERY_CHECK(check_no_pasted_token(out));
    return out;
}

std::string import_key(const ImportRow& row) { return storage::text_key(row.unique_handle_id); }

}  // namespace rookery::cli
