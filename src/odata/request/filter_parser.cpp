#include "odata/request/filter_parser.hpp"

#include "odata/request/hop.hpp"
#include "odata/request/lexer.hpp"
#include "odata/request/literal.hpp"
#include "odata/request/query_function.hpp"
#include "odata/request/utf8.hpp"
#include "query/joins.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace rookery::odata {
namespace {

using messages::Comparison;
using messages::Filter;
using messages::Hop;
using schema::Column;
using schema::Shape;
using schema::Type;

std::optional<Comparison> comparison(const Token& token) {
    constexpr std::pair<std::string_view, Comparison> known[] = {
        {"eq", Comparison::eq},
        {"ne", Comparison::ne},
        {"gt", Comparison::gt},
        {"ge", Comparison::ge},
        {"lt", Comparison::lt},
        {"le", Comparison::le},
    };
    for (const auto& [word, op] : known) {
        if (token.is(word)) return op;
    }
    return std::nullopt;
}

Comparison flipped(Comparison op) {
    switch (op) {
        case Comparison::gt:
            return Comparison::lt;
        case Comparison::ge:
            return Comparison::le;
        case Comparison::lt:
            return Comparison::gt;
        case Comparison::le:
            return Comparison::ge;
        case Comparison::eq:
        case Comparison::ne:
            break;
    }
    return op;
}

/// Columns compare with each other when they are of one family: ids and lookups are.
Shape family(const Column& column) { return column.is_lookup() ? Shape::uid : column.shape(); }

bool ordered(const Column& column) {
    return schema::row_of(column.type).filtering == schema::Filtering::order;
}

class FilterParser {
 public:
    FilterParser(
        const schema::Table& table, const std::vector<Token>& tokens, const QueryOptions& options
    )
        : table_(table), tokens_(tokens), options_(options) {}

    Result<Filter> all() {
        ROOKERY_TRY(auto out, any_of());
        if (peek().kind != TokenKind::end) return syntax();
        ROOKERY_CHECK(check_joins(out));
        return out;
    }

 private:
    struct Operand {
        const Column* column = nullptr;  // null: the literal `token`
        Token token;
        std::vector<Hop> through = {};  // to the row whose column it is
    };

    /// The rows that any and all speak of.
    struct Variable {
        std::string_view name;
        const schema::Table* table;
    };

    const Token& peek() const { return tokens_[next_]; }

    const Token& ahead() const { return tokens_[std::min(next_ + 1, tokens_.size() - 1)]; }

    Token take() {
        const auto token = tokens_[next_];
        if (token.kind != TokenKind::end) ++next_;
        return token;
    }

    bool accept(TokenKind kind) {
        if (peek().kind != kind) return false;
        take();
        return true;
    }

    tl::unexpected<Error> syntax() const {
        return fail(
            Errc::malformed,
            "Syntax error at position " + std::to_string(peek().at) + " in '$filter'."
        );
    }

    Result<Filter> any_of() {
        ROOKERY_TRY(auto first, all_of());
        if (!peek().is("or")) return first;
        messages::Any out;
        out.terms.push_back(std::move(first));
        while (peek().is("or")) {
            take();
            ROOKERY_TRY(auto term, all_of());
            out.terms.push_back(std::move(term));
        }
        return Filter{std::move(out)};
    }

    Result<Filter> all_of() {
        ROOKERY_TRY(auto first, term());
        if (!peek().is("and")) return first;
        messages::All out;
        out.terms.push_back(std::move(first));
        while (peek().is("and")) {
            take();
            ROOKERY_TRY(auto next, term());
            out.terms.push_back(std::move(next));
        }
        return Filter{std::move(out)};
    }

    Result<Filter> term() {
        const bool negated = peek().is("not");
        if (!negated && peek().kind != TokenKind::open) return simple();
        if (++depth_ > filter_depth_max) {
            return fail(Errc::malformed, "The $filter is nested too deeply.");
        }
        take();
        Result<Filter> inner = negated ? term() : any_of();
        if (!inner) return inner;
        if (!negated && !accept(TokenKind::close)) return syntax();
        --depth_;
        if (!negated) return inner;
        messages::Not out;
        out.term = std::make_unique<Filter>(std::move(*inner));
        return Filter{std::move(out)};
    }

    Result<Filter> simple() {
        if (++terms_ > filter_terms_max) {
            return fail(Errc::malformed, "The $filter has too many conditions.");
        }
        if (peek().kind == TokenKind::word && ahead().kind == TokenKind::open) return function();
        if (const auto names = names_before_lambda()) return lambda(*names);
        ROOKERY_TRY(const auto left, operand());
        const auto op = comparison(peek());
        if (!op) return syntax();
        take();
        ROOKERY_TRY(const auto right, operand());
        if (left.column == nullptr && right.column == nullptr) {
            return fail(Errc::malformed, "A comparison in '$filter' names no property.");
        }
        if (left.column == nullptr) return compare(right, flipped(*op), left);
        return compare(left, *op, right);
    }

    Result<Filter> compare(const Operand& of, Comparison op, const Operand& with) {
        const auto& column = *of.column;
        messages::Compare out;
        out.column = &column;
        out.op = op;
        if (with.column != nullptr) {
            if (!std::ranges::equal(of.through, with.through, {}, &Hop::name, &Hop::name)) {
                return fail(
                    Errc::malformed, "A comparison in '$filter' is of two properties of one row."
                );
            }
            if (family(column) != family(*with.column)) {
                return fail(
                    Errc::malformed,
                    "The properties '" + std::string{column.wire_name()} + "' and '" +
                        std::string{with.column->wire_name()} +
                        "' cannot be compared: their types differ."
                );
            }
            out.operand = with.column;
        } else {
            ROOKERY_TRY(auto value, read_literal(column, with.token));
            out.operand = std::move(value);
        }
        const bool equality = op == Comparison::eq || op == Comparison::ne;
        if (!equality && !ordered(column)) {
            return fail(
                Errc::malformed,
                "The property '" + std::string{column.wire_name()} +
                    "' can be compared with eq and ne only."
            );
        }
        return reached(of.through, {std::move(out)});
    }

    /// The filter, of the row that the lookups lead to.
    static Filter reached(const std::vector<Hop>& through, Filter filter) {
        for (auto hop = through.rbegin(); hop != through.rend(); ++hop) {
            messages::Related out;
            out.hop = *hop;
            out.filter = std::make_shared<const Filter>(std::move(filter));
            filter = {std::move(out)};
        }
        return filter;
    }

    /// How many names stand before `any(` or `all(`, each with its slash; nothing when that does not follow.
    std::optional<std::size_t> names_before_lambda() const {
        std::size_t names = 0;
        auto at = next_;
        while (at + 2 < tokens_.size() && tokens_[at].kind == TokenKind::word &&
               tokens_[at + 1].kind == TokenKind::slash) {
            ++names;
            at += 2;
            const bool word = tokens_[at].is("any") || tokens_[at].is("all");
            if (word && tokens_[at + 1].kind == TokenKind::open) return names;
        }
        return std::nullopt;
    }

    /// `COLLECTION/any(a:…)`, `COLLECTION/all(a:…)`, `COLLECTION/any()`
    Result<Filter> lambda(std::size_t names) {
        ROOKERY_CHECK(enter());
        if (!variables_.empty()) --names;
        if (names != 1) {
            return fail(
                Errc::malformed,
                "The any and all of a '$filter' stand behind one collection, and behind no lookup."
            );
        }
        messages::Related out;
        ROOKERY_TRY(out.hop, collection_hop(table(), take().raw));
        take();  // the slash
        const bool some = take().is("any");
        out.how = some ? messages::Quantifier::some : messages::Quantifier::every;
        take();  // the parenthesis
        if (some && accept(TokenKind::close)) return Filter{std::move(out)};
        const auto variable = take();
        const bool named = variable.kind == TokenKind::word && is_name(variable.raw);
        if (!named || !accept(TokenKind::colon)) return syntax();
        const auto same = [&](const Variable& one) { return one.name == variable.raw; };
        if (std::ranges::any_of(variables_, same)) return syntax();
        if (variables_.size() == lambda_depth_max) {
            return fail(Errc::malformed, "The any and all of a '$filter' are nested too deeply.");
        }
        variables_.push_back({variable.raw, out.hop.to});
        ROOKERY_TRY(auto inner, any_of());
        variables_.pop_back();
        if (!accept(TokenKind::close)) return syntax();
        out.filter = std::make_shared<const Filter>(std::move(inner));
        return Filter{std::move(out)};
    }

    /// What precedes a property: within any and all the variable, of whose rows alone they speak.
    Result<> enter() {
        if (variables_.empty()) return {};
        if (peek().raw != variables_.back().name || ahead().kind != TokenKind::slash) {
            return fail(
                Errc::unsupported,
                "Within any and all, a '$filter' may name properties of the innermost variable "
                "alone."
            );
        }
        take();
        take();
        return {};
    }

    [[nodiscard]] const schema::Table& table() const {
        return variables_.empty() ? table_ : *variables_.back().table;
    }

    Result<Filter> function() {
        if (is_query_function(peek().raw)) {
            return read_query_function(table(), tokens_, next_, options_, values_left_);
        }
        const auto name = take();
        messages::Match out;
        if (name.is("contains")) {
            out.kind = messages::TextMatch::contains;
        } else if (name.is("startswith")) {
            out.kind = messages::TextMatch::startswith;
        } else if (name.is("endswith")) {
            out.kind = messages::TextMatch::endswith;
        } else {
            return fail(
                Errc::malformed,
                "The '" + std::string{showable(name.raw)} + "' function isn't supported."
            );
        }
        take();  // the parenthesis
        ROOKERY_TRY(const auto column, operand());
        if (column.column == nullptr || !accept(TokenKind::comma)) return syntax();
        if (family(*column.column) != Shape::text) {
            return fail(
                Errc::malformed,
                "The '" + std::string{name.raw} + "' function needs a text property."
            );
        }
        ROOKERY_TRY(const auto pattern, operand());
        if (pattern.column != nullptr || pattern.token.kind != TokenKind::text) return syntax();
        if (!accept(TokenKind::close)) return syntax();
        out.column = column.column;
        out.pattern = pattern.token.text();
        return reached(column.through, {std::move(out)});
    }

    Result<Operand> operand() {
        const auto token = peek();
        const bool constant = token.is("null") || token.is("true") || token.is("false");
        if (token.kind == TokenKind::word && !token.glued && !constant && is_name(token.raw)) {
            return property();
        }
        take();
        if (token.kind == TokenKind::text) return Operand{nullptr, token};
        if (token.kind == TokenKind::alias) return aliased(token);
        if (token.kind != TokenKind::word) return syntax();
        if (token.glued) {
            return fail(
                Errc::malformed,
                "Unrecognized literal prefix at position " + std::to_string(token.at) + "."
            );
        }
        return Operand{nullptr, token};
    }

    /// `prop`, `nav/nav/prop`; within any and all behind the variable.
    Result<Operand> property() {
        ROOKERY_CHECK(enter());
        Operand out;
        const auto* at = &table();
        for (;;) {
            out.token = take();
            if (out.token.kind != TokenKind::word) return syntax();
            if (!accept(TokenKind::slash)) break;
            if (out.through.size() == messages::joins_max) {
                return fail(Errc::malformed, "A path in '$filter' is too long.");
            }
            ROOKERY_TRY(auto hop, lookup_hop(*at, out.token.raw));
            at = hop.to;
            out.through.push_back(hop);
        }
        ROOKERY_TRY(out.column, filterable(*at, out.token.raw));
        return out;
    }

    /// The alias's text must be one literal; without a text it is null.
    Result<Operand> aliased(const Token& alias) {
        static const std::string null_text = "null";
        const auto* text = options_.alias(alias.raw);
        const auto tokens = tokenize(text == nullptr || text->empty() ? null_text : *text);
        if (!tokens || tokens->size() != 2 ||
            (tokens->front().kind != TokenKind::word && tokens->front().kind != TokenKind::text)) {
            return fail(Errc::malformed, "A parameter alias must hold one literal.");
        }
        auto literal = tokens->front();
        literal.at = alias.at;
        return Operand{nullptr, literal};
    }

    const schema::Table& table_;
    const std::vector<Token>& tokens_;
    const QueryOptions& options_;
    std::size_t next_ = 0;
    int depth_ = 0;
    int terms_ = 0;
    std::size_t values_left_ = filter_values_max;
    std::vector<Variable> variables_;  // the innermost last
};

}  // namespace

Error no_such_property(const schema::Table& table, std::string_view name) {
    return {
        Errc::unknown_property,
        "Could not find a property named '" + std::string{showable(name)} +
            "' on type 'Microsoft.Dynamics.CRM." + std::string{table.name} + "'.",
        {}};
}

Result<const Column*> filterable(const schema::Table& table, std::string_view name) {
    const auto* column = table.property(name);
    if (column == nullptr || column->type == Type::digest)
        return fail(no_such_property(table, name));
    if (column->type == Type::sealed) {
        return fail(
            Errc::sealed_in_query,
            "The column '" + std::string{column->name} +
                "' is sealed and cannot be used in $filter or $orderby."
        );
    }
    if (!column->may(schema::can::filter)) {
        return fail(
            Errc::malformed,
            "The column '" + std::string{column->name} + "' cannot be used in $filter or $orderby."
        );
    }
    return column;
}

Result<Filter> parse_filter(
    const schema::Table& table, std::string_view text, const QueryOptions& options
) {
    ROOKERY_TRY(const auto tokens, tokenize(text));
    return FilterParser{table, tokens, options}.all();
}

}  // namespace rookery::odata
