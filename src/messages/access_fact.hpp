// Rows of access-fact tables as the plain values that access decides on.
#pragma once

#include <optional>

#include "access/fact_rows.hpp"
#include "ledger/pending.hpp"
#include "storage/row.hpp"

namespace rookery::messages {

/// Precondition: a row of an access-fact table.
[[nodiscard]] access::Fact fact_of(const storage::Row& row);
[[nodiscard]] access::FactChange fact_change(const ledger::RowWrite& write);

}  // namespace rookery::messages
