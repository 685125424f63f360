// Bytes that are equal exactly when two filters, rows or queries are. Literals are in them, so they
// are for comparing and for digests only.
#pragma once

#include "base/bytes.hpp"
#include "messages/message.hpp"
#include "query/filter.hpp"

#include <string>

namespace rookery::odata {

void append_canonical(StringWriter& out, const messages::Filter& filter);
/// By id and by key are different ways to name one row, and different bytes.
void append_canonical(StringWriter& out, const messages::Target& target);

/// Equal for two requests exactly when they ask for the same rows and columns in the same order;
/// page size and count are free to differ between pages.
[[nodiscard]] std::string query_digest(const messages::RetrieveMultiple& query);
[[nodiscard]] std::string query_digest(const messages::RetrieveAggregate& query);

}  // namespace rookery::odata
