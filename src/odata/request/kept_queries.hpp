// The queries that are kept as rows, for whoever reads a URL that names one.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "schema/schema.hpp"

#include <functional>
#include <string>

namespace rookery::odata {

/// The FetchXML of the row `id` of `kept_in`, savedquery or userquery, as the sender may ask by it for rows of `of`. Errc:
/// not_found, other_table, those of reading a row. Empty: none is kept.
using KeptQueries = std::function<
    Result<std::string>(const schema::Table& kept_in, const Uuid& id, const schema::Table& of)>;

inline const KeptQueries no_kept_queries;

}  // namespace rookery::odata
