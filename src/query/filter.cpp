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

void write_shape(std::string& out, const Filter& filter);

void write_terms(std::string& out, const std::vector<Filter>& terms, std::string_view between) {
    out += '(';
    for (std::size_t i = 0; i < terms.size(); ++i) {
        if (i > 0) out += between;
        write_shape(out, terms[i]);
    }
    out += ')';
}

void write_shape(std::string& out, const Filter& filter) {
    if (const auto* compared = std::get_if<Compare>(&filter.node)) {
        out += compared->column->wire_name();
        out += ' ';
        out += word(compared->op);
        out += ' ';
        if (const auto* const* column = std::get_if<const schema::Column*>(&compared->operand)) {
            out += (*column)->wire_name();
        } else {
            out += storage::is_null(std::get<Value>(compared->operand)) ? "null" : "?";
        }
    } else if (const auto* match = std::get_if<Match>(&filter.node)) {
        out += word(match->kind);
        out += '(';
        out += match->column->wire_name();
        out += ",?)";
    } else if (const auto* one = std::get_if<OneOf>(&filter.node)) {
        out += "In(";
        out += one->column->wire_name();
        out += ",?)";
    } else if (const auto* condition = std::get_if<Condition>(&filter.node)) {
        out += condition->op->function;
        out += '(';
        out += condition->column->wire_name();
        out += condition->op->operands == Operands::none ? ")" : ",?)";
    } else if (const auto* all = std::get_if<All>(&filter.node)) {
        write_terms(out, all->terms, " and ");
    } else if (const auto* any = std::get_if<Any>(&filter.node)) {
        write_terms(out, any->terms, " or ");
    } else {
        out += "not ";
        write_shape(out, *std::get<Not>(filter.node).term);
    }
}

}  // namespace

std::string shape(const Filter& filter) {
    std::string out;
    write_shape(out, filter);
    return out;
}

}  // namespace rookery::messages
