// What the organization's row says of the anchors, and the entries about them. Written by the vault itself
// while it opens, as its genesis is: no message changes this.
#pragma once

#include "base/result.hpp"
#include "ledger/pending.hpp"
#include "pipeline/view.hpp"
#include "vault/anchor_check.hpp"
#include "vault/anchor_options.hpp"

namespace rookery::storage {
struct Row;
}

namespace rookery::messages {

class Vault;

[[nodiscard]] AnchoredSince anchored_since(const storage::Row& organization);
void set_anchored(storage::Row& organization, const AnchoredSince& since);

/// Action anchor-change: from now on there are anchors in these places. The organization's row says so.
[[nodiscard]] Result<ledger::Pending> anchor_change(
    const Vault& vault, const View& now, const AnchoredSince& since
);
/// Action log-recovered: whoever holds the root key accepts what the anchor speaks against. The row as above. All credentials end
/// with it, unless the options name a new origin: whoever does knows what is to become of them.
[[nodiscard]] Result<ledger::Pending> log_recovered(
    const Vault& vault, const View& now, const AnchoredSince& since, const AnchorFinding& accepted
);

}  // namespace rookery::messages
