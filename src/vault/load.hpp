// What a start reads before it serves: the access facts, each verified, and together what the vault
// state row says they are.
#pragma once

#include "access/facts.hpp"
#include "crypto/multiset_digest.hpp"
#include "crypto/row_authenticator.hpp"
#include "storage/store.hpp"
#include "vault/anchor_options.hpp"

namespace rookery::messages {

struct LoadedFacts {
    access::Facts facts;
    crypto::MultisetDigest digest;
    Uuid organization;
    Uuid root_business_unit;
    AnchoredSince anchored;
};

/// Errc::integrity for a row that is not as it was written.
[[nodiscard]] Result<LoadedFacts> load_facts(
    const storage::StoreView& view, const crypto::RowAuthenticator& authenticator
);

}  // namespace rookery::messages
