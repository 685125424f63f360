// NameMarks: by what an entry of the log remembers a name without holding it. Whoever reads the log
// later can tell whether a name is still the one of then. Keyed, so that nobody can look for two names
// with one mark; the vault's own business, so a mark is compared and never shown. Thread-safe.
#pragma once

#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "crypto/keyring.hpp"

#include <string_view>
#include <vector>

namespace rookery::crypto {

class NameMarks {
 public:
    /// Derives its keys and keeps no reference.
    explicit NameMarks(const Keyring& keyring);

    /// SipHash-2-4 (about 30 ns: every entry needs two) under the first 16 bytes of
    /// BLAKE2b-256(pseudonym key, LP("sv1.name") || vault id).
    [[nodiscard]] ByteArray<8> of(std::string_view name) const;

    /// Whether the mark was made of this name, under whichever version of the pseudonym key.
    [[nodiscard]] bool fits(const ByteArray<8>& mark, std::string_view name) const;

 private:
    std::vector<SecretBytes> keys_;  // the active version's first
};

}  // namespace rookery::crypto
