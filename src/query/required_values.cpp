#include "query/required_values.hpp"

#include "query/pattern.hpp"
#include "storage/index_key.hpp"
#include "storage/value_codec.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

using Values = std::optional<std::vector<const storage::Value*>>;

Values of_all(const std::vector<Filter>& terms, const schema::Column& column) {
    Values fewest;
    for (const auto& term : terms) {
        auto values = required_values(term, column);
        if (values && (!fewest || values->size() < fewest->size())) fewest = std::move(values);
    }
    return fewest;
}

Values of_any(const std::vector<Filter>& terms, const schema::Column& column) {
    std::vector<const storage::Value*> out;
    for (const auto& term : terms) {
        const auto values = required_values(term, column);
        if (!values) return std::nullopt;
        out.insert(out.end(), values->begin(), values->end());
    }
    return out;
}

/// A filter that gives the id of the row that a lookup leads to gives the lookup. It is true of no row that is null there.
Values of_related(const Related& related, const schema::Column& column) {
    const auto& hop = related.hop;
    const bool fits =
        hop.lookup == &column && related.how != Quantifier::every && related.filter != nullptr;
    const auto* id = fits ? hop.to->column(hop.to->primary_id) : nullptr;
    if (id == nullptr || !id->may(schema::can::row_id)) return std::nullopt;
    return required_values(*related.filter, *id);
}

/// A text in by_name, of which more may follow.
std::string beginning(std::string_view start) {
    std::string out(1, '\1');
    for (const char c : start) {
        out.push_back(c);
        if (c == '\0') out.push_back('\xFF');
    }
    return out;
}

std::optional<Bounds> of_comparison(const Compare& node, const schema::Column& column) {
    const auto* value = std::get_if<storage::Value>(&node.operand);
    if (node.column != &column || value == nullptr) return std::nullopt;
    const bool null = storage::is_null(*value);
    const bool text = column.shape() == schema::Shape::text;
    if (null && (!text || node.op != Comparison::eq)) return std::nullopt;
    if (!null && storage::shape_of(*value) != column.shape()) return std::nullopt;
    const auto bytes = index_bytes(column, value);
    const auto behind = storage::prefix_end(bytes);
    const auto least = text ? std::string(1, '\1') : std::string{};
    switch (node.op) {
        case Comparison::eq:
            return Bounds{bytes, behind, true};
        case Comparison::ge:
            return Bounds{bytes, {}};
        case Comparison::gt:
            return Bounds{behind, {}};
        case Comparison::le:
            return Bounds{least, behind};
        case Comparison::lt:
            return Bounds{least, bytes};
        case Comparison::ne:
            break;
    }
    return std::nullopt;
}

std::optional<Bounds> of_values(const OneOf& node, const schema::Column& column) {
    if (node.column != &column || node.values.empty()) return std::nullopt;
    Bounds out;
    out.both = true;
    for (const auto& value : node.values) {
        if (storage::shape_of(value) != column.shape()) return std::nullopt;
        auto bytes = index_bytes(column, &value);
        auto behind = storage::prefix_end(bytes);
        if (out.end.empty() || bytes < out.first) out.first = std::move(bytes);
        out.end = std::max(out.end, std::move(behind));
    }
    return out;
}

std::optional<Bounds> of_both(const std::vector<Filter>& terms, const schema::Column& column) {
    std::optional<Bounds> out;
    for (const auto& term : terms) {
        auto more = required_bounds(term, column);
        if (!more) continue;
        if (!out) {
            out = std::move(more);
            continue;
        }
        out->both = out->both || more->both || (out->end.empty() != more->end.empty());
        out->first = std::max(out->first, std::move(more->first));
        if (out->end.empty() || (!more->end.empty() && more->end < out->end)) {
            out->end = std::move(more->end);
        }
    }
    return out;
}

}  // namespace

std::string index_bytes(const schema::Column& column, const storage::Value* value) {
    if (column.shape() == schema::Shape::text) return storage::name_bytes(value);
    std::string out;
    if (value != nullptr) static_cast<void>(storage::put_ordered(out, *value));
    return out;
}

std::optional<Bounds> required_bounds(const Filter& filter, const schema::Column& column) {
    if (const auto* compare = std::get_if<Compare>(&filter.node)) {
        return of_comparison(*compare, column);
    }
    if (const auto* one = std::get_if<OneOf>(&filter.node)) return of_values(*one, column);
    if (const auto* all = std::get_if<All>(&filter.node)) return of_both(all->terms, column);
    const auto* match = std::get_if<Match>(&filter.node);
    if (match == nullptr || match->column != &column || match->kind != TextMatch::startswith) {
        return std::nullopt;
    }
    auto start = beginning(literal_start(match->pattern));
    auto behind = storage::prefix_end(start);
    return Bounds{std::move(start), std::move(behind), true};
}

std::optional<std::vector<const storage::Value*>> required_values(
    const Filter& filter, const schema::Column& column
) {
    if (const auto* compare = std::get_if<Compare>(&filter.node)) {
        const auto* value = std::get_if<storage::Value>(&compare->operand);
        const bool fits = compare->column == &column && compare->op == Comparison::eq &&
                          value != nullptr && !storage::is_null(*value);
        if (!fits) return std::nullopt;
        return std::vector{value};
    }
    if (const auto* one = std::get_if<OneOf>(&filter.node)) {
        if (one->column != &column) return std::nullopt;
        std::vector<const storage::Value*> out;
        for (const auto& value : one->values) out.push_back(&value);
        return out;
    }
    if (const auto* related = std::get_if<Related>(&filter.node)) {
        return of_related(*related, column);
    }
    if (const auto* all = std::get_if<All>(&filter.node)) return of_all(all->terms, column);
    if (const auto* any = std::get_if<Any>(&filter.node)) return of_any(any->terms, column);
    return std::nullopt;
}

}  // namespace rookery::messages
