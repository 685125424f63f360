// The operators beyond comparisons, one row each: what OData writes as a query function and FetchXML in a
// condition, which columns it may be asked of, what it takes and what it becomes when a request is planned
// (query/resolve.hpp). Source: Dataverse's query functions and condition operators.
#pragma once

#include "schema/schema.hpp"

#include <cstdint>
#include <string_view>

namespace rookery::messages {

/// What an operator takes besides its column.
enum class Operands : std::uint8_t {
    none,
    count,  // a whole number from 1 to operator_count_max: so many hours, days, …
    day,    // a date, or a date and time of that day
    row,    // the id of a row of the hierarchy
    two,    // two values of the column's type
    list,   // one or more of them
};

/// What a count may be at most: with it every edge below is still a number of days or months.
inline constexpr std::int64_t operator_count_max = 100'000;

/// The columns that an operator may be asked of.
enum class Subject : std::uint8_t {
    any,
    ordered,
    moment,
    number,
    id,    // lookups and ids of rows
    unit,  // ids of business units, which are the one hierarchy
};

/// Where one end of a span of time is: some steps from a point that the request or its operand gives.
struct Edge {
    enum class From : std::uint8_t { nowhere, now, after_now, today, week, month, year, given_day };
    enum class Step : std::uint8_t { minute, hour, day, month };

    From from = From::nowhere;  // nowhere: no bound at all
    int fixed = 0;              // steps always taken
    int counted = 0;            // steps for each of Operands::count
    Step step = Step::day;
    bool day_after = false;  // one day more, whatever the steps were: the end of that day
};

/// From the first edge up to but not at the second.
struct Span {
    Edge first;
    Edge end;
};

/// The set that the column's value is, or is not, in.
enum class Members : std::uint8_t {
    none,  // not a set: a span, or two bounds
    listed,
    caller,
    caller_teams,
    caller_and_teams,
    caller_unit,
    caller_language,
    above,
    above_or_equal,
    under,
    under_or_equal,
};

struct OperatorRow {
    std::string_view function;   // of OData: Microsoft.Dynamics.CRM.<function>
    std::string_view condition;  // of FetchXML
    Operands operands = Operands::none;
    Subject subject = Subject::any;
    Members members = Members::none;
    bool negated = false;
    Span span = {};  // Subject::moment alone
};

/// The operator of that OData name, or nullptr.
[[nodiscard]] const OperatorRow* operator_of_function(std::string_view name);

/// The same by its name in FetchXML.
[[nodiscard]] const OperatorRow* operator_of_condition(std::string_view name);

/// Whether `column` is of the kind that the operator is for.
[[nodiscard]] bool suits(
    const OperatorRow& op, const schema::Table& table, const schema::Column& column
);

}  // namespace rookery::messages
