#include "odata/request/query_function.hpp"

#include "odata/request/filter_parser.hpp"
#include "odata/request/literal.hpp"
#include "odata/request/utf8.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace rookery::odata {
namespace {

using messages::Operands;
using schema::Column;

constexpr std::string_view qualifier = "Microsoft.Dynamics.CRM.";

/// What Dataverse documents and this service has no rule or no column for.
constexpr std::pair<std::string_view, std::string_view> not_built_functions[] = {
    {"Contains", "there is no full-text search"},
    {"ContainValues", "there is no column of several choices"},
    {"DoesNotContainValues", "there is no column of several choices"},
    {"EqualRoleBusinessId", "there is no unit of a role that asks"},
    {"EqualUserOrUserHierarchy", "there is no hierarchy of users"},
    {"EqualUserOrUserHierarchyAndTeams", "there is no hierarchy of users"},
};

/// One parameter's tokens: one literal, or a list from bracket to bracket. Empty: null.
struct Argument {
    std::string_view name;
    std::vector<Token> value;
};

using Arguments = std::vector<Argument>;

tl::unexpected<Error> function_error(std::string_view function, std::string_view what) {
    return fail(
        Errc::malformed,
        "The '" + std::string{showable(function)} + "' function " + std::string{what} + "."
    );
}

/// Errc::malformed, as for every function that does not exist, with the reason where there is one.
tl::unexpected<Error> no_such_function(std::string_view name) {
    for (const auto& [function, why] : not_built_functions) {
        if (function == name) return function_error(name, "isn't supported: " + std::string{why});
    }
    if (name.find("Fiscal") != std::string_view::npos) {
        return function_error(name, "isn't supported: there is no fiscal calendar");
    }
    return function_error(name, "isn't supported");
}

class ArgumentReader {
 public:
    ArgumentReader(
        std::string_view function, const std::vector<Token>& tokens, std::size_t& next,
        const QueryOptions& options
    )
        : function_(function), tokens_(tokens), next_(next), options_(options) {}

    /// From the opening parenthesis to the closing one.
    Result<Arguments> all() {
        Arguments out;
        if (!accept(TokenKind::open)) return syntax();
        while (!accept(TokenKind::close)) {
            if (!out.empty() && !accept(TokenKind::comma)) return syntax();
            ROOKERY_TRY(auto argument, one());
            if (std::ranges::find(out, argument.name, &Argument::name) != out.end()) {
                return function_error(function_, "has a parameter twice");
            }
            if (out.size() == arguments_max) return syntax();
            out.push_back(std::move(argument));
        }
        return out;
    }

 private:
    static constexpr std::size_t arguments_max = 3;

    Result<Argument> one() {
        Argument out;
        if (tokens_[next_].kind != TokenKind::word) return syntax();
        out.name = tokens_[next_++].raw;
        if (!accept(TokenKind::equals)) return syntax();
        if (tokens_[next_].kind != TokenKind::alias) {
            ROOKERY_TRY(out.value, value(tokens_, next_));
            return out;
        }
        const auto* text = options_.alias(tokens_[next_++].raw);
        if (text == nullptr || text->empty()) return out;
        ROOKERY_TRY(const auto tokens, tokenize(*text));
        std::size_t at = 0;
        ROOKERY_TRY(out.value, value(tokens, at));
        if (tokens[at].kind != TokenKind::end) {
            return function_error(function_, "has an alias that holds no literal and no list");
        }
        return out;
    }

    /// One literal, or a list with its brackets.
    Result<std::vector<Token>> value(const std::vector<Token>& tokens, std::size_t& at) const {
        const auto from = at;
        if (tokens[at].kind == TokenKind::open_list) {
            while (tokens[at].kind != TokenKind::close_list) {
                if (tokens[at].kind == TokenKind::end) return syntax();
                ++at;
            }
        } else if (!is_literal(tokens[at])) {
            return syntax();
        }
        ++at;
        if (tokens[from].is("null")) return std::vector<Token>{};
        return std::vector<Token>(
            tokens.begin() + static_cast<std::ptrdiff_t>(from),
            tokens.begin() + static_cast<std::ptrdiff_t>(at)
        );
    }

    static bool is_literal(const Token& token) {
        return token.kind == TokenKind::word || token.kind == TokenKind::text ||
               token.kind == TokenKind::quoted;
    }

    bool accept(TokenKind kind) {
        if (tokens_[next_].kind != kind) return false;
        ++next_;
        return true;
    }

    tl::unexpected<Error> syntax() const { return function_error(function_, "is not well formed"); }

    const std::string_view function_;
    const std::vector<Token>& tokens_;
    std::size_t& next_;
    const QueryOptions& options_;
};

/// The parameter besides PropertyName.
std::string_view operand_name(Operands operands) {
    switch (operands) {
        case Operands::none:
            return {};
        case Operands::count:
        case Operands::day:
        case Operands::row:
            return "PropertyValue";
        case Operands::two:
        case Operands::list:
            return "PropertyValues";
    }
    return {};
}

/// The column by its logical name or, for lookups, by the one of its property.
Result<const Column*> named_column(
    const schema::Table& table, std::string_view function, const Argument& argument
) {
    const bool one = argument.value.size() == 1;
    const auto kind = one ? argument.value.front().kind : TokenKind::end;
    if (kind != TokenKind::text && kind != TokenKind::quoted) {
        return function_error(function, "needs PropertyName, a name in quotes");
    }
    const auto name = argument.value.front().raw;
    const auto* column = table.column(name);
    return filterable(table, column != nullptr && column->is_lookup() ? column->wire_name() : name);
}

/// A literal that may stand in quotes or not, read as the type of a column of that type.
Result<storage::Value> read_as(schema::Type type, const Token& token) {
    Column column;
    column.type = type;
    return read_element(column, token);
}

class OperandReader {
 public:
    OperandReader(const messages::OperatorRow& op, const Column& column, std::size_t& values_left)
        : op_(op), column_(column), values_left_(values_left) {}

    Result<std::vector<storage::Value>> read(std::span<const Token> value) {
        const bool listed = op_.operands == Operands::two || op_.operands == Operands::list;
        if (listed) return read_list(value);
        if (value.size() != 1) return bad();
        ROOKERY_TRY(auto one, read_one(value.front()));
        return std::vector{std::move(one)};
    }

 private:
    Result<storage::Value> read_one(const Token& token) const {
        if (op_.operands == Operands::row) return read_as(schema::Type::uid, token);
        if (op_.operands == Operands::day) return read_as(schema::Type::datetime, token);
        ROOKERY_TRY(const auto count, read_as(schema::Type::bigint, token));
        const auto number = std::get<std::int64_t>(count);
        if (number < 1 || number > messages::operator_count_max) {
            return function_error(
                op_.function,
                "needs a PropertyValue from 1 to " + std::to_string(messages::operator_count_max)
            );
        }
        return count;
    }

    Result<std::vector<storage::Value>> read_list(std::span<const Token> value) {
        if (value.size() < 3 || value.front().kind != TokenKind::open_list) return bad();
        std::vector<storage::Value> out;
        // Element, comma, element, …, and the bracket where another comma could be.
        for (std::size_t i = 1; i + 1 < value.size(); i += 2) {
            if (values_left_ == 0) {
                return function_error(
                    op_.function,
                    "is one value too long: the lists of a $filter may hold " +
                        std::to_string(filter_values_max) + " altogether"
                );
            }
            --values_left_;
            const bool last = i + 2 == value.size();
            if (!last && value[i + 1].kind != TokenKind::comma) return bad();
            ROOKERY_TRY(auto element, read_element(column_, value[i]));
            out.push_back(std::move(element));
        }
        const bool even = value.size() % 2 == 1;
        if (!even || (op_.operands == Operands::two && out.size() != 2)) return bad();
        return out;
    }

    tl::unexpected<Error> bad() const {
        return function_error(
            op_.function,
            op_.operands == Operands::two
                ? "needs PropertyValues, a list of two values like [\"a\",\"b\"]"
            : op_.operands == Operands::list
                ? "needs PropertyValues, a list of values like [\"a\",\"b\"]"
                : "needs PropertyValue, one value"
        );
    }

    const messages::OperatorRow& op_;
    const Column& column_;
    std::size_t& values_left_;
};

const Argument* argument(const Arguments& arguments, std::string_view name) {
    const auto found = std::ranges::find(arguments, name, &Argument::name);
    return found == arguments.end() ? nullptr : &*found;
}

}  // namespace

bool is_query_function(std::string_view word) { return word.starts_with(qualifier); }

Result<messages::Filter> read_query_function(
    const schema::Table& table, const std::vector<Token>& tokens, std::size_t& next,
    const QueryOptions& options, std::size_t& values_left
) {
    const auto name = tokens[next++].raw.substr(qualifier.size());
    const auto* op = messages::operator_of_function(name);
    if (op == nullptr) return no_such_function(name);
    ROOKERY_TRY(const auto arguments, ArgumentReader(name, tokens, next, options).all());
    const auto* property = argument(arguments, "PropertyName");
    if (property == nullptr) return function_error(name, "needs PropertyName, a name in quotes");
    const auto operand = operand_name(op->operands);
    const auto* value = argument(arguments, operand);
    const std::size_t expected = operand.empty() ? 1 : 2;
    if (arguments.size() != expected || (!operand.empty() && value == nullptr)) {
        return function_error(
            name,
            operand.empty() ? "needs PropertyName alone"
                            : "needs PropertyName and " + std::string{operand}
        );
    }
    ROOKERY_TRY(const auto* column, named_column(table, name, *property));
    if (!messages::suits(*op, table, *column)) {
        return function_error(
            name, "cannot be used on the property '" + std::string{column->wire_name()} + "'"
        );
    }
    messages::Condition out;
    out.column = column;
    out.op = op;
    if (value != nullptr) {
        ROOKERY_TRY(out.values, OperandReader(*op, *column, values_left).read(value->value));
    }
    return messages::Filter{std::move(out)};
}

}  // namespace rookery::odata
