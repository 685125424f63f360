#include "query/aggregation.hpp"

namespace rookery::messages {
namespace {

using schema::Type;

bool is_number(const schema::Column& column) {
    return column.type == Type::integer || column.type == Type::bigint;
}

std::string_view word_of(AggregateFunction function) {
    switch (function) {
        case AggregateFunction::count:
        case AggregateFunction::count_column:
            return "count";
        case AggregateFunction::count_distinct:
            return "countdistinct";
        case AggregateFunction::sum:
            return "sum";
        case AggregateFunction::average:
            return "average";
        case AggregateFunction::min:
            return "min";
        case AggregateFunction::max:
            return "max";
    }
    return "?";
}

std::string_view word_of(DatePart part) {
    switch (part) {
        case DatePart::none:
            break;
        case DatePart::day:
            return "day";
        case DatePart::week:
            return "week";
        case DatePart::month:
            return "month";
        case DatePart::quarter:
            return "quarter";
        case DatePart::year:
            return "year";
    }
    return {};
}

/// The navigation properties up to a row, each with its slash.
std::string path_to(std::size_t row, const std::vector<Join>& joins) {
    if (row == 0) return {};
    const auto& join = joins.at(row - 1);
    return path_to(join.of, joins) + std::string(join.hop.name) + "/";
}

void write_shape_of_keys(
    std::string& out, const std::vector<GroupKey>& keys, const std::vector<Join>& joins
) {
    out += "groupby((";
    for (const auto& key : keys) {
        if (!out.ends_with('(')) out += ',';
        const auto part = word_of(key.part);
        out += part;
        if (!part.empty()) out += '(';
        out += path_to(key.row, joins);
        out += key.column->wire_name();
        if (!part.empty()) out += ')';
    }
    out += ')';
}

void write_shape_of_aggregates(
    std::string& out, const std::vector<Aggregate>& aggregates, const std::vector<Join>& joins
) {
    out += "aggregate(";
    for (const auto& one : aggregates) {
        if (!out.ends_with('(')) out += ',';
        if (one.column == nullptr) {
            out += "$count";
            continue;
        }
        out += path_to(one.row, joins);
        out += one.column->wire_name();
        out += " with ";
        out += word_of(one.function);
    }
    out += ')';
}

}  // namespace

bool computes(AggregateFunction function, const schema::Column& column) {
    switch (function) {
        case AggregateFunction::count:
        case AggregateFunction::count_column:
        case AggregateFunction::count_distinct:
            return true;
        case AggregateFunction::sum:
        case AggregateFunction::average:
            return is_number(column);
        case AggregateFunction::min:
        case AggregateFunction::max:
            return is_number(column) || column.type == Type::datetime;
    }
    return false;
}

std::string shape(const Aggregation& aggregation, const std::vector<Join>& joins) {
    std::string out;
    if (!aggregation.keys.empty()) write_shape_of_keys(out, aggregation.keys, joins);
    if (!aggregation.aggregates.empty()) {
        if (!out.empty()) out += ',';
        write_shape_of_aggregates(out, aggregation.aggregates, joins);
    }
    if (!aggregation.keys.empty()) out += ')';
    return out;
}

}  // namespace rookery::messages
