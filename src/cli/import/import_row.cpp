#include "cli/import/import_row.hpp"

#include "base/random.hpp"
#include "crypto/sha256.hpp"
#include "pipeline/pasted_token.hpp"
#include "pipeline/reply.hpp"
#include "pipeline/stray_characters.hpp"
#include "schema/schema.hpp"
#include "storage/text_key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace rookery::cli {
namespace {

std::size_t code_points(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<std::uint8_t>(c) & 0xC0U) != 0x80U;
    }));
}

std::size_t digits_at(std::string_view text) {
    return std::min(text.find_first_not_of("0123456789"), text.size());
}

/// "1.29403E+18": a spreadsheet's way to write a long number, of which it keeps 15 digits.
bool is_exponent_form(std::string_view text) {
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    const auto whole = digits_at(text);
    if (whole == 0) return false;
    text.remove_prefix(whole);
    if (text.starts_with('.') || text.starts_with(',')) {
        text.remove_prefix(1);
        text.remove_prefix(digits_at(text));
    }
    if (!text.starts_with('E') && !text.starts_with('e')) return false;
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && digits_at(text) == text.size();
}

/// What a spreadsheet shows in place of a value: an error, or a column that is too narrow.
bool is_no_value(std::string_view text) {
    constexpr std::array<std::string_view, 7> errors{
        "#NAME?", "#REF!", "#VALUE!", "#N/A", "#NUM!", "#DIV/0!", "#NULL!"};
    if (std::ranges::find(errors, text) != errors.end()) return true;
    return text.size() >= 4 && text.find_first_not_of('#') == std::string_view::npos;
}

/// A number of more than the 15 digits that a spreadsheet keeps, and nothing but zeros behind them. Ids can be like
/// that, but few are.
bool may_be_rounded(std::string_view id) {
    constexpr std::size_t kept = 15;
    return id.size() > kept && digits_at(id) == id.size() &&
           id.find_first_not_of('0', kept) == std::string_view::npos;
}

/// In characters. Looked up once: a file has a million rows.
std::size_t length_max(ImportColumn column) {
    static const auto most = [] {
        std::array<std::size_t, static_cast<std::size_t>(ImportColumn::count_)> out{};
        for (std::size_t i = 0; i < out.size(); ++i) {
            const auto& rule = row_of(static_cast<ImportColumn>(i));
            out[i] = schema::table(rule.table)->column(rule.table_column)->length_max;
        }
        return out;
    }();
    return most[static_cast<std::size_t>(column)];
}

/// Why the field cannot be taken; empty when it can.
std::string problem_of(const ImportColumnRow& rule, std::string_view text) {
    if (text.empty()) return rule.required ? fmt::format("{} is empty", rule.name) : std::string{};
    if (!storage::is_utf8(text)) {
        return fmt::format("{} is not valid UTF-8: save the file as \"CSV UTF-8\"", rule.name);
    }
    if (const auto most = length_max(rule.column); code_points(text) > most) {
        return fmt::format("{} is longer than {} characters", rule.name, most);
    }
    const auto stray =
        rule.secret ? messages::token_problem(text) : messages::control_problem(text);
    if (!stray.empty()) return fmt::format("{} {}", rule.name, stray);
    if (rule.secret && text.starts_with(messages::mask)) {
        return fmt::format("{} is the mask, not a token", rule.name);
    }
    if (is_no_value(text)) {
        return fmt::format("{} is what a spreadsheet writes where it has no value", rule.name);
    }
    if (rule.column == ImportColumn::unique_handle_id && is_exponent_form(text)) {
        return fmt::format(
            "{} is a number with an exponent, which a spreadsheet has rounded: "
            "format its column as text before the ids go in",
            rule.name
        );
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

Result<void> check_fields(const ImportHeader& header, const CsvRow& row) {
    if (!row.problem.empty()) return fail(Errc::bad_payload, row.problem);
    const auto& fields = row.fields;
    const auto empty = [](const CsvField& field) {
        return messages::without_outer_blanks(field.text).empty() && field.secret.empty();
    };
    const auto right_of = std::min(header.columns(), fields.size());
    const bool rest_is_empty =
        std::all_of(fields.begin() + static_cast<std::ptrdiff_t>(right_of), fields.end(), empty);
    if (fields.size() < header.columns() || !rest_is_empty) {
        return fail(
            Errc::bad_payload,
            fmt::format("{} fields instead of {}", fields.size(), header.columns())
        );
    }
    return {};
}

std::string* text_of_column(ImportRow& row, ImportColumn column) {
    switch (column) {
        case ImportColumn::unique_handle_id:
            return &row.unique_handle_id;
        case ImportColumn::handle:
            return &row.handle;
        case ImportColumn::application:
            return &row.application;
        case ImportColumn::owner:
            return &row.owner;
        case ImportColumn::access_token:
        case ImportColumn::access_token_secret:
        case ImportColumn::count_:
            break;
    }
    return nullptr;
}

Result<void> read_column(const ImportColumnRow& rule, CsvField& field, ImportRow& out) {
    if (rule.secret) {
        const auto problem =
            field.secret.expose([&](ByteView bytes) { return problem_of(rule, text_of(bytes)); });
        if (!problem.empty()) return fail(Errc::bad_payload, problem);
        (rule.column == ImportColumn::access_token ? out.access_token : out.access_token_secret) =
            std::move(field.secret);
        return {};
    }
    const auto text = messages::without_outer_blanks(field.text);
    if (auto problem = problem_of(rule, text); !problem.empty()) {
        return fail(Errc::bad_payload, std::move(problem));
    }
    if (text.size() < field.text.size()) out.trimmed = true;
    text_of_column(out, rule.column)->assign(text);
    return {};
}

}  // namespace

bool is_blank(const CsvRow& row) {
    if (!row.problem.empty()) return false;
    return std::ranges::all_of(row.fields, [](const CsvField& field) {
        const bool no_secret = field.secret.expose([](ByteView bytes) {
            return messages::without_outer_blanks(text_of(bytes)).empty();
        });
        return no_secret && messages::without_outer_blanks(field.text).empty();
    });
}

Result<ImportRow> read_import_row(const ImportHeader& header, CsvRow& row) {
    ROOKERY_CHECK(check_fields(header, row));
    ImportRow out;
    out.line = row.line;
    for (std::size_t i = 0; i < static_cast<std::size_t>(ImportColumn::count_); ++i) {
        const auto& rule = row_of(static_cast<ImportColumn>(i));
        const auto position = header.position(rule.column);
        if (position) ROOKERY_CHECK(read_column(rule, row.fields[*position], out));
    }
    ROOKERY_CHECK(check_no_pasted_token(out));
    out.rounded = may_be_rounded(out.unique_handle_id);
    return out;
}

std::string import_key(std::string_view unique_handle_id) {
    return storage::text_key(unique_handle_id);
}

RowDigest digest_of(const ImportRow& row) {
    static const auto key = [] {
        ByteArray<32> out{};
        SystemRandom{}.fill(out);
        return out;
    }();
    std::string lengths;
    for (const auto size :
         {row.unique_handle_id.size(),
          row.handle.size(),
          row.application.size(),
          row.owner.size(),
          row.access_token.size(),
          row.access_token_secret.size()}) {
        lengths += fmt::format("{} ", size);
    }
    const auto whole = row.access_token.expose([&](ByteView token) {
        return row.access_token_secret.expose([&](ByteView token_secret) {
            return crypto::sha256(
                {ByteView{key.data(), key.size()},
                 bytes_of(lengths),
                 bytes_of(row.unique_handle_id),
                 bytes_of(row.handle),
                 bytes_of(row.application),
                 bytes_of(row.owner),
                 token,
                 token_secret}
            );
        });
    });
    RowDigest out;
    std::copy_n(whole.begin(), out.size(), out.begin());
    return out;
}

}  // namespace rookery::cli
