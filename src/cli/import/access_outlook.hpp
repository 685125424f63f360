// Whose access to tokens an import changes: who could read the records of their owners before, and who can
// of their owners afterwards, by the rule that the vault itself decides by.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "cli/client/api_client.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rookery::cli {

/// Records that go from one owner to another; from nobody when they are new, and to the same when they stay.
struct OwnerMove {
    std::optional<Uuid> from;
    Uuid to;

    friend bool operator==(const OwnerMove&, const OwnerMove&) = default;
    friend auto operator<=>(const OwnerMove&, const OwnerMove&) = default;
};

struct MovedRecords {
    std::uint64_t records = 0;
    std::uint64_t with_new_tokens = 0;  // of these
};

using OwnerMoves = std::map<OwnerMove, MovedRecords>;

struct OutlookReader {
    std::string name;
    bool enabled = true;
};

/// Who could read in clear what somebody owns.
using OwnerReaders = std::map<Uuid, OutlookReader>;

struct AccessChange {
    Uuid user;
    OutlookReader reader;
    std::uint64_t gains = 0;  // records
    std::uint64_t loses = 0;
    std::uint64_t new_tokens = 0;  // of records that he reads before and after
};

/// Ascending by user. Precondition: `readers` has every owner of `moves`. Pure.
[[nodiscard]] std::vector<AccessChange> access_changes(
    const OwnerMoves& moves, const std::map<Uuid, OwnerReaders>& readers
);

struct AccessOutlook {
    std::string unknown;  // not empty: why nothing can be said
    std::vector<AccessChange> changes;
};

/// Asks the vault, once for each owner. Each question is on the log, and needs prvReadAuditSummary.
[[nodiscard]] Result<AccessOutlook> foresee_access(ApiClient& client, const OwnerMoves& moves);

}  // namespace rookery::cli
