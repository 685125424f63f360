#include "pipeline/column_value.hpp"

#include "pipeline/reply.hpp"
#include "pipeline/stray_characters.hpp"
#include "storage/text_key.hpp"

#include <algorithm>
#include <utility>

namespace rookery::messages {
namespace {

using schema::Column;
using schema::Table;
using schema::Type;

Error outside(const Table& table, const Column& column, Errc code) {
    return {
        code,
        "A validation error occurred. The value of '" + std::string(column.name) +
            "' on record of type '" + std::string(table.name) + "' is outside the valid range.",
        {},
        {}};
}

/// Rows are asked for by it.
bool in_alternate_key(const Table& table, const Column& column) {
    return std::ranges::any_of(table.keys, [&](const schema::AlternateKey& key) {
        return std::ranges::find(key.columns, column.id) != key.columns.end();
    });
}

Error stray(const Table& table, const Column& column, std::string_view problem) {
    return {
        Errc::invalid_argument,
        "A validation error occurred. The value of '" + std::string(column.name) +
            "' on record of type '" + std::string(table.name) + "' " + std::string(problem) + ".",
        {},
        {}};
}

Result<InputValue> text_value(const Table& table, const Column& column, std::string_view text) {
    const bool sealed = column.type == Type::sealed;
    if (sealed && text.starts_with(mask)) {
        return fail(
            Errc::masked_write,
            "The value of '" + std::string(column.name) +
                "' is the mask of a sealed column, not a token.",
            "Leave the property out, or read it with UnMaskedData=true first."
        );
    }
    if (sealed) {
        if (const auto problem = token_problem(text); !problem.empty())
            return fail(stray(table, column, problem));
    } else if (in_alternate_key(table, column)) {
        // What nobody can see or type must not tell two rows apart.
        text = without_outer_blanks(text);
        if (const auto problem = control_problem(text); !problem.empty())
            return fail(stray(table, column, problem));
    }
    // Type::entityname has no length.
    if (column.length_max != 0 &&
        storage::first_code_points(text, column.length_max).size() < text.size()) {
        return fail(
            Errc::too_long,
            "A validation error occurred.  The length of the '" + std::string(column.name) +
                "' attribute of the '" + std::string(table.name) +
                "' entity exceeded the maximum allowed length of '" +
                std::to_string(column.length_max) + "'."
        );
    }
    if (text.empty()) return InputValue{};  // as Dataverse stores it
    if (sealed) return InputValue{SecretBytes::copy_of(text)};
    return InputValue{std::string(text)};
}

Result<InputValue> number_value(const Table& table, const Column& column, std::int64_t number) {
    if (column.options.empty()) {
        if (number < column.min || number > column.max) return fail(outside_range(table, column));
        return InputValue{number};
    }
    if (std::ranges::find(column.options, number, &schema::Option::value) != column.options.end()) {
        return InputValue{number};
    }
    // No state has it: refused with the row, in the words that Dataverse has for a pair that does not fit.
    if (column.type == Type::status) return InputValue{number};
    const bool state = column.type == Type::state;
    return fail(outside(table, column, state ? Errc::bad_state : Errc::bad_choice));
}

struct Check {
    const Table& table;
    const Column& column;

    Result<InputValue> operator()(std::monostate) const { return InputValue{}; }

    Result<InputValue> operator()(std::string_view text) const {
        return text_value(table, column, text);
    }

    Result<InputValue> operator()(std::int64_t number) const {
        return number_value(table, column, number);
    }

    /// As Dataverse stores it: what stands behind the column's last digit is rounded.
    Result<InputValue> operator()(storage::Fraction number) const {
        const auto kept = rounded(number, column.precision);
        if (kept.parts < column.min * storage::Fraction::one ||
            kept.parts > column.max * storage::Fraction::one) {
            return fail(outside_range(table, column));
        }
        return InputValue{kept};
    }

    template <class T>
    Result<InputValue> operator()(T given) const {
        return InputValue{std::move(given)};
    }
};

}  // namespace

Error outside_range(const Table& table, const Column& column) {
    return outside(table, column, Errc::out_of_range);
}

Result<InputValue> column_value(const Table& table, const Column& column, Given given) {
    ROOKERY_TRY(auto value, std::visit(Check{table, column}, std::move(given)));
    const bool null = std::holds_alternative<std::monostate>(value);
    // One that the vault sets (can::refuse) is compared with what is there instead.
    if (null && column.required == schema::Required::system && !column.may(schema::can::refuse)) {
        return fail(
            Errc::required_null,
            "The column '" + std::string(column.name) + "' is required and cannot be null."
        );
    }
    return value;
}

}  // namespace rookery::messages
