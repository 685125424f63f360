// What a restore could not do again of what a newer log tells, and somebody has to: on the log with the restore, and in the status
// of the restored vault until it is done.
#pragma once

#include "audit/event.hpp"
#include "audit/handover.hpp"
#include "base/result.hpp"
#include "crypto/detail_sealer.hpp"
#include "crypto/keyring.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rookery::messages {

struct RestoreLeft {
    std::vector<std::string> sentences;     // without a full stop
    std::set<std::uint32_t> keks;           // record KEKs that are to be destroyed yet
    std::optional<std::uint64_t> slot_set;  // that has ways in which had been removed
};

/// Extras `left`, `left-keks` and `left-slots` of the entry about the restore. Of more sentences than an entry takes the first.
void add_left(audit::Event& event, const RestoreLeft& left);

/// What the newest restore that began a new name of the log left, and nobody has done yet; nothing when there is nothing. Some
/// microseconds for each entry that the restore made. Errc: those of reading.
[[nodiscard]] Result<std::optional<std::string>> restore_warning(
    const std::shared_ptr<const storage::StoreView>& store, const crypto::DetailSealer& details,
    const audit::Handovers& handovers, const crypto::Keyring& keyring
);

}  // namespace rookery::messages
