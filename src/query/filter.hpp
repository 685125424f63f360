// A parsed $filter: typed, bounded, and unable to name a sealed column. Built by odata's parser; a list
// judges its rows by it with SQL's three-valued logic (query/compiled_filter.hpp).
#pragma once

#include "schema/schema.hpp"
#include "storage/row.hpp"
#include "storage/value.hpp"

#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

namespace rookery::messages {

enum class Comparison : std::uint8_t { eq, ne, gt, ge, lt, le };
enum class TextMatch : std::uint8_t { contains, startswith, endswith };

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

struct All {  // and
    std::vector<Filter> terms;
};

struct Any {  // or
    std::vector<Filter> terms;
};

struct Not {
    std::unique_ptr<Filter> term;
};

struct Filter {
    std::variant<Compare, Match, All, Any, Not> node;
};

/// The filter's shape for the log: columns and operators, never a literal.
[[nodiscard]] std::string shape(const Filter& filter);

struct OrderBy {
    const schema::Column* column = nullptr;
    bool descending = false;
};

}  // namespace rookery::messages
