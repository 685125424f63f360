// A parsed $filter: typed, bounded, and unable to name a sealed column. Built by odata's parser; a list
// judges its rows by it with SQL's three-valued logic (query/compiled_filter.hpp).
#pragma once

#include "query/operators.hpp"
#include "schema/schema.hpp"
#include "storage/row.hpp"
#include "storage/value.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace rookery::messages {

enum class Comparison : std::uint8_t { eq, ne, gt, ge, lt, le };
enum class TextMatch : std::uint8_t { contains, startswith, endswith, like };

struct Filter;

/// column op literal (null literal: is null / is not null), or column op column of the same type.
struct Compare {
    const schema::Column* column = nullptr;
    Comparison op = Comparison::eq;
    std::variant<storage::Value, const schema::Column*> operand;
};

/// `pattern` is LIKE (query/pattern.hpp). Text compares by its collation key
/// (storage/text_key.hpp).
struct Match {
    const schema::Column* column = nullptr;
    TextMatch kind = TextMatch::contains;
    std::string pattern;
};

/// The column's value is one of these; unknown for null. A literal id stands for a lookup to it too.
struct OneOf {
    const schema::Column* column = nullptr;
    std::vector<storage::Value> values;
};

/// An operator of the table, as it was asked: resolve() makes comparisons of it, which depend on the caller and the
/// time. `values` are its operands: none, a number, a time, an id, or values of the column's type.
struct Condition {
    const schema::Column* column = nullptr;
    const OperatorRow* op = nullptr;
    std::vector<storage::Value> values;
};

struct All {  // and
    std::vector<Filter> terms;
};

struct Any {  // or
    std::vector<Filter> terms;
};

struct Not {
    std::shared_ptr<const Filter> term;
};

/// From a row to the rows of one table that it is related to, by one relationship: exactly one of `lookup`, `back` and
/// `association` is there.
struct Hop {
    std::string_view name;                             // of the schema: how the log calls it
    const schema::Table* to = nullptr;                 // served
    const schema::Column* lookup = nullptr;            // of the row, to at most one row
    const schema::Column* back = nullptr;              // of `to`: the rows whose lookup this is
    const schema::Association* association = nullptr;  // the other side of an N:N
};

/// What is asked of the related rows. Of those that the caller may not read none counts, as if it were not there.
enum class Quantifier : std::uint8_t {
    the_one,  // of a lookup: what the filter is of that row, or of one in which everything is null
    some,     // the filter is true for one of them; never unknown
    every,    // for each of them, also if there are none; never unknown
};

/// What the rows are like that this one is related to.
struct Related {
    Hop hop;
    Quantifier how = Quantifier::the_one;
    std::shared_ptr<const Filter> filter;  // of the other table; null: true of any row
};

struct Filter {
    std::variant<Compare, Match, OneOf, Condition, All, Any, Not, Related> node;
};

/// The filter's shape for the log: columns, paths and operators, never a literal.
[[nodiscard]] std::string shape(const Filter& filter);

struct OrderBy {
    const schema::Column* column = nullptr;
    bool descending = false;
    std::vector<Hop> through =
        {};  // lookups, to the row whose column it is; null where they lead to none
};

}  // namespace rookery::messages
