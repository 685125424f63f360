// The queries that are kept, as one sender may ask by them.
#pragma once

#include "odata/request/kept_queries.hpp"
#include "query/kept_query.hpp"

namespace rookery::http {

/// Both outlive it.
[[nodiscard]] inline odata::KeptQueries kept_queries_of(
    const messages::View& view, const access::Caller& caller
) {
    return [&view, &caller](const schema::Table& kept_in, const Uuid& id, const schema::Table& of) {
        return messages::kept_query(view, caller, {kept_in.id, id}, of);
    };
}

}  // namespace rookery::http
