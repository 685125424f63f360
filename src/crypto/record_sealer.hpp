// RecordSealer: the secrets of one record. A record version that has sealed columns has a data key
// (DEK), wrapped under the record KEK; each sealed column is sealed under the DEK for its exact place.
// Used by messages for every retrieve and write of a token. Thread-safe, no state of its own.
//
// A record's tag, credentials and pseudonyms come from the siblings included here.
#pragma once

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/uuid.hpp"
#include "crypto/credential_hasher.hpp"
#include "crypto/detail_sealer.hpp"
#include "crypto/key_uses.hpp"
#include "crypto/keyring.hpp"
#include "crypto/keys.hpp"
#include "crypto/pseudonyms.hpp"
#include "crypto/row_authenticator.hpp"
#include "crypto/sealed_object.hpp"

#include <cstdint>
#include <string_view>

namespace rookery::crypto {

struct NewDek {
    Dek key;
    Bytes wrapped;  // 120 bytes
    std::uint32_t kek_version = 0;
};

class RecordSealer {
 public:
    /// All outlive it. `bucket_min` hides lengths below it; `uses` are those of the active KEK, null: nobody counts.
    RecordSealer(
        const Keyring& keyring, Random& random, Bucket bucket_min = Bucket::small,
        KeyUses* uses = nullptr
    )
        : keyring_(keyring), random_(random), bucket_min_(bucket_min), uses_(uses) {}

    /// A fresh data key, hedged with the record, its version and a monotonic clock: a cloned machine
    /// that repeats its random numbers still gets another key. `dek_version` starts at 1. Errc: those of KeyUses::take.
    [[nodiscard]] Result<NewDek> new_dek(
        std::string_view table, const Uuid& id, std::uint32_t dek_version, std::uint64_t row_version
    ) const;

    /// Errc::integrity; `why`, when given, is for the audit event.
    [[nodiscard]] Result<Dek> unwrap(
        std::string_view table, const Uuid& id, std::uint32_t dek_version,
        std::uint32_t wrap_generation, ByteView wrapped, OpenFailure* why = nullptr
    ) const;

    /// The same data key under the active KEK: for rotation, with the next generation. Errc: those of KeyUses::take.
    [[nodiscard]] Result<Bytes> wrap(
        const Dek& dek, std::string_view table, const Uuid& id, std::uint32_t dek_version,
        std::uint32_t wrap_generation
    ) const;

    /// The KEK version that an object was wrapped under, unproven. Errc::integrity when malformed.
    [[nodiscard]] static Result<std::uint32_t> kek_version(ByteView wrapped);

    [[nodiscard]] std::uint32_t active_kek_version() const {
        return keyring_.active<Purpose::record_kek>().name.version;
    }

    /// Sealed object of 216, 728 or 2520 bytes. Errc::too_long above 600 code points;
    /// Errc::invalid_argument when the value is not UTF-8.
    [[nodiscard]] Result<Bytes> seal_column(
        const Dek& dek, std::uint32_t dek_version, std::string_view table, const Uuid& id,
        std::string_view column, std::uint64_t value_version, const SecretBytes& value
    ) const;

    /// The same value for the same place under another data key of the row, for who has no use for the value. Errc::integrity.
    [[nodiscard]] Result<Bytes> reseal_column(
        const Dek& before, std::uint32_t dek_version_before, const Dek& dek,
        std::uint32_t dek_version, std::string_view table, const Uuid& id, std::string_view column,
        std::uint64_t value_version, ByteView object
    ) const;

    /// The exact value: valid UTF-8 of at most 600 code points. Errc::integrity otherwise.
    [[nodiscard]] Result<SecretBytes> open_column(
        const Dek& dek, std::uint32_t dek_version, std::string_view table, const Uuid& id,
        std::string_view column, std::uint64_t value_version, ByteView object,
        OpenFailure* why = nullptr
    ) const;

 private:
    const Keyring& keyring_;
    Random& random_;
    Bucket bucket_min_;
    KeyUses* uses_;
};

}  // namespace rookery::crypto
