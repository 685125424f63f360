#include "query/operators.hpp"

#include "schema/known_tables.hpp"

#include <algorithm>
#include <iterator>

namespace rookery::messages {
namespace {

using From = Edge::From;
using Unit = Edge::Step;  // a Step is what a plan is made of

constexpr OperatorRow of_span(
    std::string_view function, std::string_view condition, Span span,
    Operands operands = Operands::none
) {
    return {function, condition, operands, Subject::moment, Members::none, false, span};
}

/// A whole unit of the calendar, so many units from the one that is now.
constexpr Span whole(From from, Unit step, int units, int steps = 1) {
    return {{from, units * steps, 0, step}, {from, (units + 1) * steps, 0, step}};
}

/// Back from now: by whole days and more from the first moment of the day so far back.
constexpr Span last(From from, Unit step, int steps) {
    return {{from, 0, -steps, step}, {From::after_now}};
}

/// Onward from now; by whole days and more up to the end of the day so far ahead.
constexpr Span next(From from, Unit step, int steps) {
    return {{From::now}, {from, 0, steps, step, from == From::today}};
}

constexpr Span older(From from, Unit step, int steps) { return {{}, {from, 0, -steps, step}}; }

// clang-format off
constexpr OperatorRow operator_rows[] = {
    {"In",                   "in",                 Operands::list, Subject::any,     Members::listed},
    {"NotIn",                "not-in",             Operands::list, Subject::any,     Members::listed, true},
    {"Between",              "between",            Operands::two,  Subject::ordered, Members::none},
    {"NotBetween",           "not-between",        Operands::two,  Subject::ordered, Members::none, true},

    of_span("Yesterday",     "yesterday",          whole(From::today, Unit::day, -1)),
    of_span("Today",         "today",              whole(From::today, Unit::day, 0)),
    of_span("Tomorrow",      "tomorrow",           whole(From::today, Unit::day, 1)),
    of_span("Last7Days",     "last-seven-days",    {{From::today, -7}, {From::today, 1}}),
    of_span("Next7Days",     "next-seven-days",    {{From::now}, {From::today, 8}}),
    of_span("LastWeek",      "last-week",          whole(From::week, Unit::day, -1, 7)),
    of_span("ThisWeek",      "this-week",          whole(From::week, Unit::day, 0, 7)),
    of_span("NextWeek",      "next-week",          whole(From::week, Unit::day, 1, 7)),
    of_span("LastMonth",     "last-month",         whole(From::month, Unit::month, -1)),
    of_span("ThisMonth",     "this-month",         whole(From::month, Unit::month, 0)),
    of_span("NextMonth",     "next-month",         whole(From::month, Unit::month, 1)),
    of_span("LastYear",      "last-year",          whole(From::year, Unit::month, -1, 12)),
    of_span("ThisYear",      "this-year",          whole(From::year, Unit::month, 0, 12)),
    of_span("NextYear",      "next-year",          whole(From::year, Unit::month, 1, 12)),

    of_span("LastXHours",    "last-x-hours",       last(From::now, Unit::hour, 1), Operands::count),
    of_span("LastXDays",     "last-x-days",        last(From::today, Unit::day, 1), Operands::count),
    of_span("LastXWeeks",    "last-x-weeks",       last(From::today, Unit::day, 7), Operands::count),
    of_span("LastXMonths",   "last-x-months",      last(From::today, Unit::month, 1), Operands::count),
    of_span("LastXYears",    "last-x-years",       last(From::today, Unit::month, 12), Operands::count),
    of_span("NextXHours",    "next-x-hours",       next(From::now, Unit::hour, 1), Operands::count),
    of_span("NextXDays",     "next-x-days",        next(From::today, Unit::day, 1), Operands::count),
    of_span("NextXWeeks",    "next-x-weeks",       next(From::today, Unit::day, 7), Operands::count),
    of_span("NextXMonths",   "next-x-months",      next(From::today, Unit::month, 1), Operands::count),
    of_span("NextXYears",    "next-x-years",       next(From::today, Unit::month, 12), Operands::count),
    of_span("OlderThanXMinutes", "olderthan-x-minutes", older(From::now, Unit::minute, 1), Operands::count),
    of_span("OlderThanXHours",   "olderthan-x-hours",   older(From::now, Unit::hour, 1), Operands::count),
    of_span("OlderThanXDays",    "olderthan-x-days",    older(From::today, Unit::day, 1), Operands::count),
    of_span("OlderThanXWeeks",   "olderthan-x-weeks",   older(From::today, Unit::day, 7), Operands::count),
    of_span("OlderThanXMonths",  "olderthan-x-months",  older(From::today, Unit::month, 1), Operands::count),
    of_span("OlderThanXYears",   "olderthan-x-years",   older(From::today, Unit::month, 12), Operands::count),

    of_span("On",            "on",                 {{From::given_day}, {From::given_day, 1}}, Operands::day),
    of_span("OnOrAfter",     "on-or-after",        {{From::given_day}, {}}, Operands::day),
    of_span("OnOrBefore",    "on-or-before",       {{}, {From::given_day, 1}}, Operands::day),

    {"EqualUserId",          "eq-userid",          Operands::none, Subject::id,     Members::caller},
    {"NotEqualUserId",       "ne-userid",          Operands::none, Subject::id,     Members::caller, true},
    {"EqualUserTeams",       "eq-userteams",       Operands::none, Subject::id,     Members::caller_teams},
    {"EqualUserOrUserTeams", "eq-useroruserteams", Operands::none, Subject::id,     Members::caller_and_teams},
    {"EqualBusinessId",      "eq-businessid",      Operands::none, Subject::id,     Members::caller_unit},
    {"NotEqualBusinessId",   "ne-businessid",      Operands::none, Subject::id,     Members::caller_unit, true},
    {"EqualUserLanguage",    "eq-userlanguage",    Operands::none, Subject::number, Members::caller_language},

    {"Above",                "above",              Operands::row,  Subject::unit,   Members::above},
    {"AboveOrEqual",         "eq-or-above",        Operands::row,  Subject::unit,   Members::above_or_equal},
    {"Under",                "under",              Operands::row,  Subject::unit,   Members::under},
    {"UnderOrEqual",         "eq-or-under",        Operands::row,  Subject::unit,   Members::under_or_equal},
    {"NotUnder",             "not-under",          Operands::row,  Subject::unit,   Members::under, true},
};

// clang-format on

bool leads_to_unit(const schema::Column& column) {
    return std::ranges::find(column.targets, schema::known::businessunit.name) !=
           column.targets.end();
}

}  // namespace

const OperatorRow* operator_of_function(std::string_view name) {
    const auto* found = std::ranges::find(operator_rows, name, &OperatorRow::function);
    return found == std::end(operator_rows) ? nullptr : found;
}

const OperatorRow* operator_of_condition(std::string_view name) {
    const auto* found = std::ranges::find(operator_rows, name, &OperatorRow::condition);
    return found == std::end(operator_rows) ? nullptr : found;
}

bool suits(const OperatorRow& op, const schema::Table& table, const schema::Column& column) {
    const auto shape = column.shape();
    switch (op.subject) {
        case Subject::any:
            return true;
        case Subject::ordered:
            return schema::row_of(column.type).filtering == schema::Filtering::order;
        case Subject::moment:
            return shape == schema::Shape::moment;
        case Subject::number:
            return shape == schema::Shape::number;
        case Subject::id:
            return shape == schema::Shape::uid || column.is_lookup();
        case Subject::unit:
            return leads_to_unit(column) ||
                   (table.id == schema::known::businessunit.id && column.name == table.primary_id);
    }
    return false;
}

}  // namespace rookery::messages
