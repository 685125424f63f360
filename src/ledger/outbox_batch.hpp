// OutboxBatch: what one batch does to the outbox, with the digest that the state row has of it.
#pragma once

#include "crypto/multiset_digest.hpp"
#include "crypto/row_authenticator.hpp"
#include "ledger/outbox.hpp"
#include "storage/store.hpp"

#include <map>
#include <optional>
#include <string>

namespace rookery::ledger {

/// Used by the ledger's thread for one batch: after all changes comes write(). All references outlive it.
class OutboxBatch {
 public:
    OutboxBatch(
        const storage::StoreView& before, storage::Commit& commit,
        const crypto::RowAuthenticator& authenticator, crypto::MultisetDigest& digest
    )
        : before_(before), commit_(commit), authenticator_(authenticator), digest_(digest) {}

    [[nodiscard]] Result<void> put(const OutboxEntry& entry);
    [[nodiscard]] Result<void> remove(const storage::RowRef& record);

    /// Removes an entry, parks it or makes it due, if it is of the version that the change names and this batch
    /// has not put or removed it already.
    [[nodiscard]] Result<void> apply(const OutboxChange& change);

    /// Adds to the commit what became of each entry, in ascending order, for the same reason as rows.
    void write() const;

 private:
    /// Nothing: the entry goes.
    [[nodiscard]] Result<void> replace(std::string key, std::optional<std::string> value);

    const storage::StoreView& before_;
    storage::Commit& commit_;
    const crypto::RowAuthenticator& authenticator_;
    crypto::MultisetDigest& digest_;
    std::map<std::string, std::optional<std::string>> changed_;
};

}  // namespace rookery::ledger
