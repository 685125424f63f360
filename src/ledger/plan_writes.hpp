// What a Plan is to a batch: how large it is, whether it changes access, and its rows as the engine's.
#pragma once

#include "ledger/pending.hpp"
#include "storage/store.hpp"

#include <cstddef>
#include <cstdint>

namespace rookery::ledger {

[[nodiscard]] std::size_t plan_bytes(const Plan& plan);

/// Whether it writes a row that decides access: the access epoch moves with it.
[[nodiscard]] bool changes_access(const Plan& plan);

/// Gives each of its rows the next versionnumber after `newest`, but those that keep theirs.
void number_rows(Plan& plan, std::uint64_t& newest);

/// The engine's view of its writes, in the engine's order: of each row the last.
[[nodiscard]] storage::Changes changes_of(const Plan& plan);

}  // namespace rookery::ledger
