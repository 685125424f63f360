// Aggregation: what a query asks of its rows as a whole: by which of their values they are grouped, and what is counted or
// computed of each group. $apply becomes it, and so do aggregates and distinct in FetchXML; who reads them lets no sealed
// column through, as for a filter.
#pragma once

#include "query/query.hpp"
#include "schema/schema.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::messages {

/// Rows that are aggregated (dataverse: AggregateQueryRecordLimit).
inline constexpr std::uint32_t aggregated_rows_max = 50'000;
/// Group keys and aggregates together.
inline constexpr std::size_t aggregation_terms_max = 50;

enum class AggregateFunction : std::uint8_t {
    count,           // of rows
    count_column,    // of those that have a value
    count_distinct,  // of unlike values; texts compare by their collation key
    sum,
    average,  // a whole number, cut towards zero, as SQL Server gives it
    min,
    max,
};

/// What of a time a group has in common, by the calendar of UTC. A week begins on Sunday, the first one of a year on its
/// first day.
enum class DatePart : std::uint8_t { none, day, week, month, quarter, year };

struct GroupKey {
    const schema::Column* column = nullptr;
    DatePart part = DatePart::none;
    std::string name;     // in the answer
    std::size_t row = 0;  // whose column it is: 0 the query's own row, n that of its n-th join
};

struct Aggregate {
    AggregateFunction function = AggregateFunction::count;
    const schema::Column* column = nullptr;  // null: of rows
    std::string name;
    std::size_t row = 0;  // as in GroupKey
};

/// A group key, or an aggregate behind all of them.
struct GroupOrder {
    std::size_t term = 0;
    bool descending = false;
};

struct Aggregation {
    std::vector<GroupKey> keys;
    std::vector<Aggregate> aggregates;
    std::vector<GroupOrder> order;  // then by the keys
    std::uint32_t rows_max = aggregated_rows_max;
    bool distinct = false;  // its groups are the rows of a list, each once, and show their nulls
};

/// Whether `function` can be computed of the column's values: sums and averages of numbers, the least and the most of
/// numbers and times, everything else of any column.
[[nodiscard]] bool computes(AggregateFunction function, const schema::Column& column);

/// For the log: functions, paths and columns, never a name that the request gave. `joins` are the query's.
[[nodiscard]] std::string shape(const Aggregation& aggregation, const std::vector<Join>& joins);

}  // namespace rookery::messages
