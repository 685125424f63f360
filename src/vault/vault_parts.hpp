// What an unsealed vault is made of.
#pragma once

#include "pipeline/services.hpp"
#include "vault/data_directory.hpp"
#include "vault/keyring_file.hpp"
#include "vault/vault.hpp"

#include <mutex>

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
    void start_ledger(audit::LogWriter log, const ledger::VaultState& state, access::Facts facts);

    const VaultOptions options;
    DataDirectory directory;  // holds the lock
    const KeyringFile keyring_file;
    std::mutex keyring_mutex;  // held while the keyring is changed
    // Of the opening; the newest are a snapshot's. The log's writer signs with these until they are replaced.
    const std::shared_ptr<const crypto::KeySet> opening_keys;
    storage::SpaceWatch space;
    Services services;
    Uuid boot;                   // of this process, on the log
    bool keyring_found = false;  // its last change was cut off behind its file
    std::string verifier_key;
    std::unique_ptr<storage::Store> store;
    std::unique_ptr<ledger::Ledger> ledger;  // ends before the store does
};

}  // namespace rookery::messages
