#include "query/required_values.hpp"

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

}  // namespace

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
    if (const auto* all = std::get_if<All>(&filter.node)) return of_all(all->terms, column);
    if (const auto* any = std::get_if<Any>(&filter.node)) return of_any(any->terms, column);
    return std::nullopt;
}

}  // namespace rookery::messages
