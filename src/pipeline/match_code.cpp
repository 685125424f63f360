#include "pipeline/match_code.hpp"

#include "schema/duplicaterule.hpp"
#include "storage/text_key.hpp"
#include "storage/value_codec.hpp"

#include <algorithm>
#include <chrono>

namespace rookery::messages {
namespace {

using schema::Column;
using schema::Shape;
using storage::Row;
using storage::Value;

std::string_view text_in(const Row& row, std::string_view column) {
    const auto* text = row.get<std::string>(column);
    return text == nullptr ? std::string_view{} : std::string_view{*text};
}

bool flag_in(const Row& row, std::string_view column) {
    const auto* flag = row.get<bool>(column);
    return flag != nullptr && *flag;
}

bool is_text(const Column& column) { return column.shape() == Shape::text; }

bool is_moment(const Column& column) { return column.shape() == Shape::moment; }

bool has_options(const Column& column) { return !column.options.empty(); }

bool is_any(const Column&) { return true; }

struct OperatorRow {
    MatchOperator op;
    bool takes_characters;
    bool (*fits)(const Column& column);  // besides being comparable
};

constexpr OperatorRow operator_rows[] = {
    {MatchOperator::exact, false, is_any},
    {MatchOperator::first_characters, true, is_text},
    {MatchOperator::last_characters, true, is_text},
    {MatchOperator::same_date, false, is_moment},
    {MatchOperator::same_time, false, is_moment},
    {MatchOperator::label, false, has_options},
    {MatchOperator::value, false, has_options},
};

/// A column in clear that rows hold, and that a filter may name: a rule tells who asks no more than a filter could.
bool is_comparable(const Column& column) {
    using schema::can::filter;
    using schema::can::odata;
    if (!column.may(filter) || !column.may(odata)) return false;
    if (column.may(schema::can::row_id | schema::can::redirected)) return false;
    if (column.name == "versionnumber") return false;  // of no two rows the same
    switch (column.shape()) {
        case Shape::uid:
        case Shape::text:
        case Shape::number:
        case Shape::fraction:
        case Shape::flag:
        case Shape::moment:
        case Shape::reference:
            return true;
        case Shape::none:
        case Shape::sealed:
        case Shape::digest:
            break;
    }
    return false;
}

tl::unexpected<Error> cannot_compare() {
    return fail(
        Errc::not_comparable,
        "The rule condition cannot be created or updated because duplicate detection is not "
        "supported on the data type of the selected attribute."
    );
}

tl::unexpected<Error> wrong_column(std::string_view column, std::string_view must) {
    return fail(
        Errc::invalid_argument,
        "The column '" + std::string(column) + "' of 'duplicaterulecondition' must be " +
            std::string(must) + "."
    );
}

Result<const Column*> column_named(
    const schema::Table& table, std::string_view name, std::string_view in
) {
    const auto* column = table.column(name);
    if (column == nullptr) {
        return wrong_column(
            in, "the logical name of a column of '" + std::string(table.name) + "'"
        );
    }
    if (!is_comparable(*column)) return cannot_compare();
    return column;
}

Result<const OperatorRow*> operator_of(const Row& row) {
    const auto* code = row.get<std::int64_t>("operatorcode");
    if (code == nullptr) return wrong_column("operatorcode", "given");
    const auto* const found = std::ranges::find_if(operator_rows, [&](const OperatorRow& one) {
        return static_cast<std::int64_t>(one.op) == *code;
    });
    if (found == std::end(operator_rows)) return wrong_column("operatorcode", "an operator");
    return found;
}

/// As the vendor has it: a number belongs to the two operators that take one, and to no other.
Result<std::uint32_t> characters_of(const Row& row, const OperatorRow& op) {
    const auto* given = row.get<std::int64_t>("operatorparam");
    if (!op.takes_characters) {
        if (given == nullptr) return 0;
        return wrong_column("operatorparam", "null, since the operator compares whole values");
    }
    if (given == nullptr || *given < 1) {
        return wrong_column("operatorparam", "the number of characters that are compared");
    }
    return static_cast<std::uint32_t>(*given);
}

std::string_view last_code_points(std::string_view text, std::size_t most) {
    auto from = text.size();
    for (std::size_t points = 0; from > 0 && points < most;) {
        --from;
        const bool continues = (static_cast<unsigned char>(text[from]) & 0xC0U) == 0x80U;
        if (!continues) ++points;
    }
    return text.substr(from);
}

std::string folded(std::string_view text, bool case_sensitive) {
    if (!case_sensitive) return storage::text_key(text);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return std::string(text);
}

std::string text_part(
    const MatchRule& rule, const MatchCondition& condition, std::string_view text
) {
    if (condition.op == MatchOperator::first_characters) {
        text = storage::first_code_points(text, condition.characters);
    } else if (condition.op == MatchOperator::last_characters) {
        text = last_code_points(text, condition.characters);
    }
    return folded(text, rule.case_sensitive);
}

std::string label_part(const MatchRule& rule, const Column& column, std::int64_t value) {
    const auto found = std::ranges::find(column.options, value, &schema::Option::value);
    if (found == column.options.end()) return std::to_string(value);
    return folded(found->label, rule.case_sensitive);
}

/// Bytes that sort are the same for the same values of a shape.
std::string plain_part(const Value& value) {
    std::string out;
    static_cast<void>(storage::put_ordered(out, value));
    return out;
}

std::string part_of(
    const MatchRule& rule, const MatchCondition& condition, const Column& column, const Value& value
) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        return text_part(rule, condition, *text);
    }
    if (condition.op == MatchOperator::label) {
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            return label_part(rule, column, *number);
        }
    }
    if (const auto* time = std::get_if<Instant>(&value)) {
        return plain_part(Value{
            condition.op == MatchOperator::same_date ? start_of_day(*time) : *time});
    }
    if (const auto* row = std::get_if<storage::RowRef>(&value)) {
        return std::to_string(row->table) + " " + to_string(row->id);
    }
    return plain_part(value);
}

}  // namespace

bool detects_duplicates(const schema::Table& table) {
    const auto& tables = schema::duplicate_rule::to_record;
    return std::ranges::find(tables, table.name) != std::end(tables);
}

Result<MatchRule> match_rule_of(const Row& row) {
    MatchRule out;
    out.id = row.id;
    out.base = schema::table(text_in(row, "baseentityname"));
    out.matching = schema::table(text_in(row, "matchingentityname"));
    for (const auto* table : {out.base, out.matching}) {
        if (table != nullptr && detects_duplicates(*table)) continue;
        return fail(
            Errc::detection_unsupported, "Duplicate detection is not supported on this record type."
        );
    }
    out.case_sensitive = flag_in(row, "iscasesensitive");
    out.active_only = flag_in(row, "excludeinactiverecords");
    return out;
}

Result<MatchCondition> match_condition_of(const MatchRule& rule, const Row& row) {
    MatchCondition out;
    const auto base = text_in(row, "baseattributename");
    auto matching = text_in(row, "matchingattributename");
    if (matching.empty()) matching = base;
    ROOKERY_TRY(out.base, column_named(*rule.base, base, "baseattributename"));
    ROOKERY_TRY(out.matching, column_named(*rule.matching, matching, "matchingattributename"));
    ROOKERY_TRY(const auto* op, operator_of(row));
    const bool alike = out.base->shape() == out.matching->shape();
    if (!alike || !op->fits(*out.base) || !op->fits(*out.matching)) return cannot_compare();
    out.op = op->op;
    ROOKERY_TRY(out.characters, characters_of(row, *op));
    out.ignores_blanks = flag_in(row, "ignoreblankvalues");
    return out;
}

std::optional<std::string> match_code(const MatchRule& rule, MatchSide side, const Row& row) {
    std::string out;
    for (const auto& condition : rule.conditions) {
        const auto& column = side == MatchSide::base ? *condition.base : *condition.matching;
        const auto* value = match_value(row, column);
        if (value == nullptr) {
            if (ignores_blanks(rule, condition)) return std::nullopt;
            out += "-;";
            continue;
        }
        const auto part = part_of(rule, condition, column, *value);
        out += std::to_string(part.size()) + ":" + part + ";";
    }
    return out;
}

const Value* match_value(const Row& row, const Column& column) {
    const auto* value = row.find(column.id);
    if (value == nullptr || storage::is_null(*value)) return nullptr;
    const auto* text = std::get_if<std::string>(value);
    const bool blank = text != nullptr && text->find_first_not_of(' ') == std::string::npos;
    return blank ? nullptr : value;
}

bool is_same_comparison(const MatchCondition& one, const MatchCondition& other) {
    return one.base == other.base && one.matching == other.matching && one.op == other.op;
}

Error comparison_repeated() {
    return {
        Errc::invalid_argument,
        "The rule has a condition already that compares these columns with this operator.",
        "change that one",
        {}};
}

bool ignores_blanks(const MatchRule& rule, const MatchCondition& condition) {
    return condition.ignores_blanks || rule.conditions.size() == 1;
}

Error rule_in_use() {
    return {
        Errc::rule_in_use,
        "The duplicate detection rule is currently in use and cannot be updated or deleted.",
        "unpublish it first (UnpublishDuplicateRule)",
        {}};
}

Error rule_full() {
    return {
        Errc::rule_full,
        "The rule condition cannot be created or updated because it would cause the matchcode "
        "length to exceed the maximum limit: a rule has at most " +
            std::to_string(match_conditions_max) + " conditions.",
        {},
        {}};
}

Instant start_of_day(Instant time) { return std::chrono::floor<std::chrono::days>(time); }

}  // namespace rookery::messages
