#include "odata/metadata/filter.hpp"

#include "odata/metadata/complex_types.hpp"
#include "odata/request/lexer.hpp"
#include "odata/request/literal.hpp"
#include "odata/request/utf8.hpp"

#include <algorithm>
#include <compare>
#include <span>
#include <utility>

namespace rookery::odata::metadata {
namespace {

constexpr std::string_view crm_prefix = "Microsoft.Dynamics.CRM.";

struct OperatorName {
    std::string_view name;
    Filter::Operator is;
};

constexpr OperatorName operators[] = {
    {"eq", Filter::Operator::eq},
    {"ne", Filter::Operator::ne},
    {"gt", Filter::Operator::gt},
    {"ge", Filter::Operator::ge},
    {"lt", Filter::Operator::lt},
    {"le", Filter::Operator::le},
};

Error syntax_error(const Token& token) {
    return {
        Errc::malformed,
        "Syntax error at position " + std::to_string(token.at) + " of the $filter.",
        {}};
}

const Field* find_field(const ComplexType& type, std::string_view name) {
    const auto found = std::ranges::find(type.fields, name, &Field::name);
    if (found != type.fields.end()) return &*found;
    return type.base == nullptr ? nullptr : find_field(*type.base, name);
}

const ComplexType* find_complex(std::string_view name) {
    const auto all = complex_types();
    const auto found =
        std::ranges::find_if(all, [&](const auto* one) { return one->name == name; });
    return found == all.end() ? nullptr : *found;
}

const EnumType* find_enum(std::string_view name) {
    const auto all = enum_types();
    const auto found =
        std::ranges::find_if(all, [&](const auto* one) { return one->name == name; });
    return found == all.end() ? nullptr : *found;
}

class FilterReader {
 public:
    FilterReader(const EntityType& type, std::span<const Token> tokens, const QueryOptions& options)
        : type_(type), tokens_(tokens), options_(options) {}

    Result<Filter> read() {
        ROOKERY_TRY(auto out, any());
        if (next().kind != TokenKind::end) return fail(syntax_error(next()));
        return out;
    }

 private:
    [[nodiscard]] const Token& next() const { return tokens_[at_]; }

    const Token& take() { return tokens_[at_++]; }

    Result<Filter> any() { return joined(Filter::Kind::any, "or", &FilterReader::all); }

    Result<Filter> all() { return joined(Filter::Kind::all, "and", &FilterReader::one); }

    Result<Filter> joined(
        Filter::Kind kind, std::string_view word, Result<Filter> (FilterReader::*part)()
    ) {
        ROOKERY_TRY(auto first, (this->*part)());
        if (!next().is(word)) return first;
        Filter out;
        out.kind = kind;
        out.parts.push_back(std::move(first));
        while (next().is(word)) {
            take();
            ROOKERY_TRY(auto more, (this->*part)());
            out.parts.push_back(std::move(more));
        }
        return out;
    }

    Result<Filter> one() {
        const bool negated = next().is("not");
        if (!negated && next().kind != TokenKind::open) return comparison();
        if (depth_ == filter_nesting_max) {
            return fail(Errc::malformed, "The $filter is nested too deeply.");
        }
        ++depth_;
        take();
        auto out = negated ? negation() : in_parentheses();
        --depth_;
        return out;
    }

    Result<Filter> negation() {
        ROOKERY_TRY(auto part, one());
        Filter out;
        out.kind = Filter::Kind::negation;
        out.parts.push_back(std::move(part));
        return out;
    }

    Result<Filter> in_parentheses() {
        ROOKERY_TRY(auto out, any());
        if (next().kind != TokenKind::close) return fail(syntax_error(next()));
        take();
        return out;
    }

    Result<Filter> comparison() {
        if (++comparisons_ > comparisons_max) {
            return fail(Errc::malformed, "The $filter has too many conditions.");
        }
        const auto& name = next();
        if (name.kind != TokenKind::word || name.glued) return fail(syntax_error(name));
        if (tokens_[at_ + 1].kind == TokenKind::open) {
            return fail(
                Errc::unsupported,
                "The \"" + std::string{showable(name.raw)} +
                    "\" function isn't supported for Metadata Entities"
            );
        }
        Filter out;
        out.kind = Filter::Kind::comparison;
        ROOKERY_TRY(out.path, path());
        const auto found = std::ranges::find_if(operators, [&](const auto& candidate) {
            return next().is(candidate.name);
        });
        if (found == std::end(operators)) return fail(syntax_error(next()));
        const auto& word = take();
        out.compares = found->is;
        ROOKERY_TRY(out.literal, literal(out.path.type));
        const bool ordered = out.path.type == "Edm.String" || out.path.type == "Edm.Int32" ||
                             out.path.type == "Edm.Int64" || out.path.type == "Edm.Double";
        if (!ordered && found->is > Filter::Operator::ne) return fail(syntax_error(word));
        return out;
    }

    Result<ValuePath> path() {
        ValuePath out;
        const auto* type = &type_;
        const auto* name = &take();
        if (const auto navigation = type->find_navigation(name->raw)) {
            if (type->navigation(*navigation).collection || next().kind != TokenKind::slash) {
                return not_primitive();
            }
            out.navigation = navigation;
            type = type->navigation(*navigation).type;
            take();
            name = &take();
        }
        const auto property =
            name->kind == TokenKind::word ? type->find_property(name->raw) : std::nullopt;
        if (!property) return fail(no_such_property(*type, name->raw));
        out.property = *property;
        out.type = type->property(*property).type;
        while (next().kind == TokenKind::slash) {
            take();
            const auto& member = next();
            const auto* complex = find_complex(out.type);
            const auto* field = complex == nullptr || member.kind != TokenKind::word
                                    ? nullptr
                                    : find_field(*complex, member.raw);
            if (field == nullptr) return fail(no_such_property(*type, member.raw));
            take();
            out.members.push_back(field->name);
            out.type = field->type;
        }
        if (!out.type.starts_with("Edm.") && find_enum(out.type) == nullptr) return not_primitive();
        return out;
    }

    static tl::unexpected<Error> not_primitive() {
        return fail(Errc::malformed, "Only primitive properties of metadata can be filtered by.");
    }

    Result<Value> literal(std::string_view type) {
        const auto& token = take();
        if (token.kind != TokenKind::alias) return literal(type, token);
        const auto* text = options_.alias(token.raw);
        if (text == nullptr) return Value{};
        ROOKERY_TRY(const auto tokens, tokenize(*text));
        FilterReader inner{type_, tokens, options_};
        if (tokens.front().kind == TokenKind::alias) return fail(syntax_error(token));
        ROOKERY_TRY(auto out, inner.literal(type));
        if (inner.next().kind != TokenKind::end) return fail(syntax_error(token));
        return out;
    }

    Result<Value> literal(std::string_view type, const Token& token) {
        const auto mismatch = [&] {
            return fail(
                Errc::malformed,
                "Unrecognized '" + std::string{type} + "' literal at position " +
                    std::to_string(token.at) + "."
            );
        };
        const bool text = token.kind == TokenKind::text;
        if (const auto* enumeration = find_enum(type)) {
            return enum_literal(*enumeration, token, mismatch);
        }
        if ((token.kind != TokenKind::word && !text) || token.glued) return mismatch();
        if (token.is("null")) return Value{};
        if (type == "Edm.String") {
            if (!text) return mismatch();
            return Value::of(std::string_view{token.text()});
        }
        if (type == "Edm.Boolean") {
            if (!token.is("true") && !token.is("false")) return mismatch();
            return Value::of(token.is("true"));
        }
        if (type == "Edm.Guid") {
            const auto id = Uuid::parse(token.raw);
            if (!id) return mismatch();
            return Value::of(*id);
        }
        const auto number = read_integer(token.raw);
        if (text || !number) return mismatch();
        return Value::of(*number);
    }

    /// `'Picklist'`, with or without the type's name in front.
    template <class Mismatch>
    Result<Value> enum_literal(const EnumType& type, const Token& token, Mismatch mismatch) {
        const auto* member = &token;
        if (token.is("null") && !token.glued) return Value{};
        if (token.kind == TokenKind::word) {
            const auto name =
                token.raw.starts_with(crm_prefix) ? token.raw.substr(crm_prefix.size()) : token.raw;
            if (!token.glued || name != type.name) return mismatch();
            member = &take();
        }
        if (member->kind != TokenKind::text || !type.has(member->raw)) return mismatch();
        return Value::of(type, member->raw);
    }

    const EntityType& type_;
    std::span<const Token> tokens_;
    const QueryOptions& options_;
    std::size_t at_ = 0;
    std::size_t comparisons_ = 0;
    int depth_ = 0;
};

std::string lower(std::string_view text) {
    std::string out{text};
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

std::partial_ordering compared(const Value& a, const Value& b) {
    if (a.kind != b.kind) return std::partial_ordering::unordered;
    switch (a.kind) {
        case Value::Kind::null:
            return std::partial_ordering::equivalent;
        case Value::Kind::boolean:
            return a.boolean <=> b.boolean;
        case Value::Kind::number:
            return a.number <=> b.number;
        case Value::Kind::id:
            return a.id <=> b.id;
        case Value::Kind::text:
            return lower(a.text) <=> lower(b.text);
        case Value::Kind::enumeration:
            return a.text <=> b.text;
        case Value::Kind::object:
        case Value::Kind::list:
            break;
    }
    return std::partial_ordering::unordered;
}

const Value& value_at(const ValuePath& path, const Definition& definition) {
    static const Value nothing_there;
    const auto* from = &definition;
    if (path.navigation) {
        const auto& related = definition.related[*path.navigation];
        if (related.empty()) return nothing_there;
        from = related.front();
    }
    const auto* out = &from->values[path.property];
    for (const auto member : path.members) {
        out = out->member(member);
        if (out == nullptr) return nothing_there;
    }
    return *out;
}

bool compares(Filter::Operator by, const Value& value, const Value& literal) {
    const auto order = compared(value, literal);
    const bool none = value.kind == Value::Kind::null || literal.kind == Value::Kind::null;
    switch (by) {
        case Filter::Operator::eq:
            return order == 0;
        case Filter::Operator::ne:
            return order != 0;
        case Filter::Operator::gt:
            return !none && order > 0;
        case Filter::Operator::ge:
            return !none && order >= 0;
        case Filter::Operator::lt:
            return !none && order < 0;
        case Filter::Operator::le:
            return !none && order <= 0;
    }
    return false;
}

}  // namespace

Result<Filter> read_filter(
    const EntityType& type, std::string_view text, const QueryOptions& options
) {
    ROOKERY_TRY(const auto tokens, tokenize(text));
    return FilterReader{type, tokens, options}.read();
}

bool matches(const Filter& filter, const Definition& definition) {
    const auto holds = [&](const Filter& part) { return matches(part, definition); };
    switch (filter.kind) {
        case Filter::Kind::all:
            return std::ranges::all_of(filter.parts, holds);
        case Filter::Kind::any:
            return std::ranges::any_of(filter.parts, holds);
        case Filter::Kind::negation:
            return !holds(filter.parts.front());
        case Filter::Kind::comparison:
            break;
    }
    return compares(filter.compares, value_at(filter.path, definition), filter.literal);
}

Error no_such_property(const EntityType& type, std::string_view name) {
    return {
        Errc::unknown_property,
        "Could not find a property named '" + std::string{showable(name)} + "' on type '" +
            std::string{crm_prefix} + std::string{type.name} + "'.",
        {}};
}

}  // namespace rookery::odata::metadata
