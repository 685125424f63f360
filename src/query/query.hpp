// Query: which rows of a table, in which order, how many, and what of them is shown.
#pragma once

#include "pipeline/input.hpp"
#include "query/filter.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rookery::messages {

/// The members of a collection navigation: children of a 1:N, or the other side of an N:N.
struct Within {
    Target parent;
    const schema::Relationship* relationship = nullptr;
    const schema::Association* association = nullptr;
};

struct Query {
    const schema::Table* table = nullptr;
    std::optional<Within> within;
    Selection selection;
    std::optional<Filter> filter;
    std::vector<OrderBy> order;
    std::optional<std::uint32_t> top;
    std::uint32_t page_size = 5000;
    bool count = false;        // @odata.count
    bool count_only = false;   // SET/$count
    std::string paging_token;  // opaque, as this server made it; empty on the first page
    std::string query_digest;  // 32 bytes over the canonical query, bound into paging tokens
};

}  // namespace rookery::messages
