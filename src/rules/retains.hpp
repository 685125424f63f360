// Of which tables records are retained for the long term.
#pragma once

#include "base/result.hpp"
#include "pipeline/services.hpp"
#include "schema/schema.hpp"

namespace rookery::messages {

/// Whether records of the table are retained at all, by whichever vault. Errc::not_retained.
[[nodiscard]] Result<void> check_can_be_retained(const schema::Table& table);

/// Whether this vault retains them. Errc::not_retained.
[[nodiscard]] Result<void> check_retains(const Services& services, const schema::Table& table);

}  // namespace rookery::messages
