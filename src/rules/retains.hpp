// Of which tables records are retained for the long term.
#pragma once

#include "base/result.hpp"
#include "pipeline/services.hpp"
#include "schema/schema.hpp"

namespace rookery::messages {

/// Whether the vault retains records of the table. Errc::not_retained.
[[nodiscard]] Result<void> check_retains(const Services& services, const schema::Table& table);

}  // namespace rookery::messages
