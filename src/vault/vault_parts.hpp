// What an unsealed vault is made of.
#pragma once

#include "ledger/row_freshness.hpp"
#include "pipeline/services.hpp"
#include "vault/anchor_keeper.hpp"
#include "vault/data_directory.hpp"
#include "vault/key_leases.hpp"
#include "vault/keyring_file.hpp"
#include "vault/slot_turn.hpp"
#include "vault/vault.hpp"

#include <mutex>
#include <vector>

namespace rookery::messages {

struct Vault::Parts {
    Parts(
        VaultOptions given, DataDirectory opened, crypto::Keyring ring, KeyringFile file,
        const Clock& clock, Random& random
    );

    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;

    /// Continues the log, or begins it; it signs with `keys`.
    [[nodiscard]] Result<audit::LogWriter> open_log() const;
    /// Counts the uses of the active record KEK, from those on that its keyring has reserved.
    [[nodiscard]] std::shared_ptr<crypto::KeyUses> uses_of(const crypto::Keyring& keyring) const;
    /// What there is to say now, each time that the status is asked for.
    [[nodiscard]] std::vector<std::string> warnings() const;
    void start_ledger(audit::LogWriter log, const ledger::VaultState& state, access::Facts facts);

    const VaultOptions options;
    DataDirectory directory;  // holds the lock
    KeyringFile keyring_file;
    // Held while the keyring's file is written, and up to the use of what it says. A change of the slots holds it over the
    // whole change, within which it adopts a keyring.
    mutable std::recursive_mutex keyring_mutex;
    mutable SlotTurn slot_turn;
    std::uint16_t opened_slot = 0;  // that this opening used; 0: the vault was made just now
    const std::shared_ptr<LeaseBell> lease_bell = std::make_shared<LeaseBell>();
    // Of the opening; the newest are a snapshot's. The log's writer signs with these until they are replaced.
    const std::shared_ptr<const crypto::KeySet> opening_keys;
    storage::SpaceWatch space;
    Services services;
    Uuid boot;                                 // of this process, on the log
    std::vector<audit::Event> opening_events;  // what the opening found and finished
    std::string verifier_key;
    AnchoredSince anchored_since;  // as the opening found it
    std::unique_ptr<storage::Store> store;
    const std::shared_ptr<ledger::RowFreshness>
        freshness;                                       // of the rows that this process has seen
    std::unique_ptr<ledger::Ledger> ledger;              // ends before the store does
    std::vector<std::unique_ptr<AnchorKeeper>> anchors;  // end before the ledger does
    std::unique_ptr<KeyLeases> leases;                   // the same
};

}  // namespace rookery::messages
