// TakenSince: what the entries of a newer log say was taken away after a backup: credentials and rights, records that were
// purged, keys that are trusted no more. A restored vault has all of it again, unless somebody takes it away anew.
#pragma once

#include "audit/event.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "crypto/detail_sealer.hpp"
#include "storage/value.hpp"
#include "vault/log_archive.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rookery::messages {

struct TakenSince {
    std::set<Uuid> credentials;  // that were revoked
    std::set<Uuid> users;        // who lost a right, or all credentials of that time
    // The first entry that took a right from more people than it names, such as a privilege of a role.
    std::optional<std::uint64_t> from_many;
    std::vector<storage::RowRef> purged;          // in the log's order, each once
    std::vector<storage::RowRef> retained_ended;  // that were purged while they were retained
    std::set<std::uint32_t> compromised;          // record KEKs
    std::optional<Instant> all_compromised;       // every record KEK of that time
    std::set<std::uint32_t> destroyed;            // record KEKs
    std::vector<std::string> ways;                // of unsealing that ended, for people
    bool orderly = false;                         // its last entry is that of an orderly end

    void note(std::uint64_t index, const audit::Event& event);
};

/// Of the entries that the archive has and the backup has not. Errc::integrity when one of them cannot be read, also for want
/// of the key that it is sealed under: then nobody knows what it took.
[[nodiscard]] Result<TakenSince> taken_since(
    const LogArchive& archive, const crypto::DetailSealer& details
);

}  // namespace rookery::messages
