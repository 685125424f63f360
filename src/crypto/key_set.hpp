// KeySet: a keyring with all that seals, opens and authenticates by it. Immutable and shared: a state of the store
// has the keys that it is read and written with, and whoever works on that state keeps them as long as he does.
#pragma once

#include "crypto/credential_hasher.hpp"
#include "crypto/detail_sealer.hpp"
#include "crypto/keyring.hpp"
#include "crypto/name_marks.hpp"
#include "crypto/pseudonyms.hpp"
#include "crypto/record_sealer.hpp"
#include "crypto/row_authenticator.hpp"
#include "crypto/signing.hpp"

#include <memory>
#include <string>
#include <utility>

namespace rookery::crypto {

struct KeySet {
    /// `origin`: that the log began with, whose details are sealed under it for ever. `random` outlives it. `of_kek`: the
    /// uses of the active record KEK; null: nobody counts them.
    KeySet(
        Keyring ring, const std::string& origin, Random& random,
        std::shared_ptr<KeyUses> of_kek = nullptr
    )
        : keyring(std::move(ring)),
          uses(std::move(of_kek)),
          sealer(keyring, random, Bucket::small, uses.get()),
          authenticator(keyring),
          credentials(keyring),
          pseudonyms(keyring),
          name_marks(keyring),
          details(keyring, origin, random),
          signing(SigningKey::from_seed(keyring.active<Purpose::log_signing>().key)) {}

    KeySet(const KeySet&) = delete;
    KeySet& operator=(const KeySet&) = delete;

    const Keyring keyring;
    const std::shared_ptr<KeyUses> uses;
    const RecordSealer sealer;
    const RowAuthenticator authenticator;
    const CredentialHasher credentials;
    const Pseudonyms pseudonyms;
    const NameMarks name_marks;
    const DetailSealer details;
    const SigningKey signing;  // of the log

    /// What requests compare, to see whether they were planned with these keys.
    [[nodiscard]] std::uint32_t epoch() const {
        return static_cast<std::uint32_t>(keyring.epoch());
    }
};

}  // namespace rookery::crypto
