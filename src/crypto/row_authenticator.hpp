// RowAuthenticator: the tag of every row of every table, and its summand in the state digest.
// Whoever writes to the disk without the row key gains nothing: a row opens only as the table, id and
// vault it was written for. Thread-safe.
//
//   tag = BLAKE2b-256(row key, LP(label) || vault id || LP(table) || LP(id) || canonical body)
//   canonical body = u64(row version) || u16(n) || n × (u16 column || u32 size || bytes) ||
//                    u32(row key version)
//   label = "sv1.row", or "sv1.tomb" for a tombstone
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "crypto/keyring.hpp"

namespace rookery::crypto {

enum class RowKind : std::uint8_t { live = 1, tombstone = 2 };

class RowAuthenticator {
 public:
    /// The keyring outlives it.
    explicit RowAuthenticator(const Keyring& keyring) : keyring_(keyring) {}

    /// What a new body ends with.
    [[nodiscard]] std::uint32_t active_key_version() const {
        return keyring_.active<Purpose::row>().name.version;
    }

    /// Precondition: the body ends with active_key_version() (std::logic_error otherwise).
    [[nodiscard]] Digest tag(
        RowKind kind, std::string_view table, const Uuid& id, ByteView canonical_body
    ) const;

    /// Errc::integrity for another tag, an unknown or destroyed row key, or a body too short to name
    /// one. Check before reading anything else of the body.
    [[nodiscard]] Result<void> check(
        RowKind kind, std::string_view table, const Uuid& id, ByteView canonical_body, ByteView tag
    ) const;

    /// BLAKE2b-256(digest key, LP("sv1.rowsum") || vault id || u16(table) || id || u64(row version) ||
    /// tag). Never stored.
    [[nodiscard]] Digest digest_summand(
        std::uint16_t table, const Uuid& id, std::uint64_t row_version, const Digest& tag
    ) const;

 private:
    [[nodiscard]] Digest compute(
        const RowKey& key, RowKind kind, std::string_view table, const Uuid& id, ByteView body
    ) const;

    const Keyring& keyring_;
};

}  // namespace rookery::crypto
