// Keyed hashes that let reviewers of the log correlate without seeing: of token values, of source
// addresses. Thread-safe.
#pragma once

#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "crypto/keyring.hpp"

#include <cstdint>
#include <string_view>

namespace rookery::crypto {

class Pseudonyms {
 public:
    /// The keyring outlives it.
    explicit Pseudonyms(const Keyring& keyring) : keyring_(keyring) {}

    /// First 16 bytes of BLAKE2b-256(pseudonym key, LP("sv1.amac") || vault id || LP(table) ||
    /// LP(column) || LP(value)). Not bound to the record: the same token stored twice shows.
    [[nodiscard]] ByteArray<16> value_hash(
        std::string_view table, std::string_view column, const SecretBytes& value
    ) const;

    /// First 8 bytes of BLAKE2b-256(pseudonym key, LP("sv1.srch") || vault id || LP(address)).
    [[nodiscard]] ByteArray<8> source_pseudonym(ByteView address) const;

    /// Stands beside each value hash on the log: another version breaks correlation on purpose.
    [[nodiscard]] std::uint32_t key_version() const {
        return keyring_.active<Purpose::pseudonym>().name.version;
    }

 private:
    const Keyring& keyring_;
};

}  // namespace rookery::crypto
