// What an unsealed vault is made of; the pipeline's steps use it, nobody else.
#pragma once

#include <filesystem>

#include "audit/log_reader.hpp"
#include "crypto/credential_hasher.hpp"
#include "crypto/detail_sealer.hpp"
#include "crypto/keyring.hpp"
#include "crypto/name_marks.hpp"
#include "crypto/pseudonyms.hpp"
#include "crypto/record_sealer.hpp"
#include "crypto/row_authenticator.hpp"
#include "crypto/signing.hpp"
#include "messages/data_directory.hpp"
#include "messages/vault.hpp"
#include "storage/space_watch.hpp"

namespace rookery::messages {

struct Vault::Parts {
    Parts(
        VaultOptions given, DataDirectory opened, crypto::Keyring ring, const Clock& given_clock,
        Random& given_random
    )
        : options(std::move(given)),
          directory(std::move(opened)),
          keyring(std::move(ring)),
          clock(given_clock),
          random(given_random),
          sealer(keyring, random),
          authenticator(keyring),
          credentials(keyring),
          pseudonyms(keyring),
          name_marks(keyring),
          details(keyring, directory.identity().origin, random) {}

    [[nodiscard]] Result<audit::LogWriter> open_log();
    void start_ledger(
        audit::LogWriter log, const ledger::VaultState& state,
        std::shared_ptr<const ledger::Projection> projection
    );

    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;

    const VaultOptions options;
    DataDirectory directory;   // holds the lock
    const crypto::Keyring keyring;
    const Clock& clock;
    Random& random;
    const crypto::RecordSealer sealer;
    const crypto::RowAuthenticator authenticator;
    const crypto::CredentialHasher credentials;
    const crypto::Pseudonyms pseudonyms;
    const crypto::NameMarks name_marks;
    const crypto::DetailSealer details;
    std::optional<crypto::SigningKey> signing;
    Uuid boot;                 // of this process, on the log
    Uuid organization;
    Uuid root_business_unit;
    std::string verifier_key;
    std::vector<std::string> warnings;  // what an administrator should know, for the status
    std::unique_ptr<storage::SpaceWatch> space;
    std::unique_ptr<storage::Store> store;
    std::unique_ptr<ledger::Ledger> ledger;  // ends before the store does
};

}  // namespace rookery::messages
