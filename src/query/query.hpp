// Query: which rows of a table, in which order, how many, and what of them is shown.
#pragma once

#include "pipeline/input.hpp"
#include "query/filter.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::messages {

/// The members of a collection navigation: children of a 1:N, or the other side of an N:N.
struct Within {
    Target parent;
    const schema::Relationship* relationship = nullptr;
    const schema::Association* association = nullptr;
};

struct Expansion;

/// Rows of another table that each row is taken together with: once with each of them (FetchXML: link-entity).
struct Join {
    Hop hop;
    std::size_t of =
        0;  // the row that it leads from: 0 the query's own, n that of the n-th join, which stands before it
    bool inner = false;  // a row that leads to none is left out; otherwise it comes once, with none
    bool first_only = false;       // with one of them, whichever it is
    std::optional<Filter> filter;  // of the joined rows
};

/// Rows before a page that is asked for by its number (dataverse: simple paging).
inline constexpr std::uint64_t walked_over_max = 50'000;

/// Where the rows of a query are: those that are there, or what is kept of others and nobody finds otherwise.
enum class RowSource : std::uint8_t { live, deleted, retained };

/// As FetchXML calls it; empty for rows that are there.
[[nodiscard]] constexpr std::string_view datasource_of(RowSource source) {
    if (source == RowSource::live) return {};
    return source == RowSource::deleted ? "bin" : "retained";
}

struct Query {
    const schema::Table* table = nullptr;
    std::optional<Within> within;
    Selection selection;
    std::optional<Filter> filter;
    std::vector<OrderBy> order;
    std::vector<Expansion> expanded;
    std::vector<Join> joins;  // of an aggregation
    std::optional<std::uint32_t> top;
    std::uint32_t page_size = 5000;
    RowSource source = RowSource::live;
    bool count = false;       // @odata.count
    bool count_only = false;  // SET/$count
    bool pairs =
        false;  // each row comes once with each of those that it is shown with, as of a join
    std::uint32_t page = 1;    // asked for by its number, without a paging token
    std::string paging_token;  // opaque, as this server made it; empty on the first page
    std::string query_digest;  // 32 bytes over the canonical query, bound into paging tokens
    std::optional<storage::RowRef> kept_as;  // the row that the query is kept as: for the log
};

/// A navigation property whose rows are shown with each row ($expand).
struct Expansion {
    std::string path;  // of navigation properties, from the row that was asked for: for the log
    const schema::Column* lookup = nullptr;  // null: a collection
    bool reference = false;                  // nav/$ref: which row a lookup leads to, and no more
    // What is shown of the rows of each table that it may lead to. A collection leads to one table, and that query is
    // within it; the parent is each row that the collection is shown with.
    std::vector<Query> to;
};

}  // namespace rookery::messages
