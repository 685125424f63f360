#include "query/filter.hpp"

#include <string>
#include <string_view>

namespace rookery::messages {
namespace {

using storage::Value;

std::string_view word(Comparison op) {
    switch (op) {
        case Comparison::eq:
            return "eq";
        case Comparison::ne:
            return "ne";
        case Comparison::gt:
            return "gt";
        case Comparison::ge:
            return "ge";
        case Comparison::lt:
            return "lt";
        case Comparison::le:
            return "le";
    }
    return "?";
}

std::string_view word(TextMatch kind) {
    switch (kind) {
        case TextMatch::contains:
            return "contains";
        case TextMatch::startswith:
            return "startswith";
        case TextMatch::endswith:
            return "endswith";
        case TextMatch::like:
            return "like";
    }
    return "?";
}

/// `path` stands before each column: the lookups that lead from the row to the one whose column it is.
void write_shape(std::string& out, const std::string& path, const Filter& filter);

void write_terms(
    std::string& out, const std::string& path, const std::vector<Filter>& terms,
    std::string_view between
) {
    out += '(';
    for (std::size_t i = 0; i < terms.size(); ++i) {
        if (i > 0) out += between;
        write_shape(out, path, terms[i]);
    }
    out += ')';
}

void write_related(std::string& out, const std::string& path, const Related& related) {
    const auto further = path + std::string(related.hop.name) + '/';
    if (related.how == Quantifier::the_one) return write_shape(out, further, *related.filter);
    out += further;
    out += related.how == Quantifier::some ? "any(" : "all(";
    if (related.filter != nullptr) write_shape(out, {}, *related.filter);
    out += ')';
}

void write_shape(std::string& out, const std::string& path, const Filter& filter) {
    const auto name = [&](const schema::Column& column) {
        out += path;
        out += column.wire_name();
    };
    if (const auto* compared = std::get_if<Compare>(&filter.node)) {
        name(*compared->column);
        out += ' ';
        out += word(compared->op);
        out += ' ';
        if (const auto* const* column = std::get_if<const schema::Column*>(&compared->operand)) {
            name(**column);
        } else {
            out += storage::is_null(std::get<Value>(compared->operand)) ? "null" : "?";
        }
    } else if (const auto* match = std::get_if<Match>(&filter.node)) {
        out += word(match->kind);
        out += '(';
        name(*match->column);
        out += ",?)";
    } else if (const auto* one = std::get_if<OneOf>(&filter.node)) {
        out += "In(";
        name(*one->column);
        out += ",?)";
    } else if (const auto* condition = std::get_if<Condition>(&filter.node)) {
        out += condition->op->function;
        out += '(';
        name(*condition->column);
        out += condition->op->operands == Operands::none ? ")" : ",?)";
    } else if (const auto* all = std::get_if<All>(&filter.node)) {
        write_terms(out, path, all->terms, " and ");
    } else if (const auto* any = std::get_if<Any>(&filter.node)) {
        write_terms(out, path, any->terms, " or ");
    } else if (const auto* related = std::get_if<Related>(&filter.node)) {
        write_related(out, path, *related);
    } else {
        out += "not ";
        write_shape(out, path, *std::get<Not>(filter.node).term);
    }
}

}  // namespace

std::string shape(const Filter& filter) {
    std::string out;
    write_shape(out, {}, filter);
    return out;
}

}  // namespace rookery::messages
