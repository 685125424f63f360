// RowAuthenticator: the tag of every row of every table, and its summand in the state digest.
// Whoever writes to the disk without the row key gains nothing: a row opens only as the table, id and
// vault it was written for. Thread-safe.
//
//   tag = BLAKE2b-256(row key, LP(label) || vault id || LP(table) || LP(id) || canonical body)
//   canonical body = u64(row version) || u16(n) || n × (u16 column || u32 size || bytes) ||
//                    u32(row key version)
//   label = "sv1.row", "sv1.tomb" for a tombstone, "sv1.kept" for a row in the recycle bin, or "sv1.retained"
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "crypto/keyring.hpp"

#include <cstdint>
#include <string_view>

namespace rookery::crypto {

/// On disk: never renumber. A kept row is one that was deleted and lies in the recycle bin.
enum class RowKind : std::uint8_t { live = 1, tombstone = 2, kept = 3, retained = 4 };

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

    /// check() for the vault's state row, which says that the rows are the newest: a key that is merely
    /// good for old rows is not good for it. `under_predecessor`: a decrypt-only row key will do.
    [[nodiscard]] Result<void> check_state(
        std::string_view table, ByteView body, ByteView tag, bool under_predecessor
    ) const;

    [[nodiscard]] std::uint32_t digest_key_version() const {
        return keyring_.active<Purpose::digest>().name.version;
    }

    [[nodiscard]] std::uint64_t keyring_epoch() const { return keyring_.epoch(); }

    /// BLAKE2b-256(digest key, LP("sv1.statemask") || vault id || u8(number) || rest): what a digest in
    /// the state row is combined with by exclusive or, so that the difference of two of them says nothing
    /// about the summands. `rest`: the fields of the row that are in clear; the log's root among them is
    /// another in every batch.
    [[nodiscard]] Digest state_mask(std::uint8_t number, ByteView rest) const;

    /// BLAKE2b-256(digest key, LP("sv1.outsum") || vault id || LP(key) || LP(value)) of an outbox entry.
    [[nodiscard]] Digest outbox_summand(std::string_view key, std::string_view value) const;

    /// BLAKE2b-256(digest key, LP("sv1.rowtotal") || vault id || u16(table) || id || u64(row version) ||
    /// tag || trailer), so that every byte of the row is in the digest. Never stored.
    [[nodiscard]] Digest digest_summand(
        std::uint16_t table, const Uuid& id, std::uint64_t row_version, ByteView tag_and_trailer
    ) const;

    /// Of store format 1: label "sv1.rowsum", and no trailer.
    [[nodiscard]] Digest digest_summand_format_1(
        std::uint16_t table, const Uuid& id, std::uint64_t row_version, const Digest& tag
    ) const;

 private:
    [[nodiscard]] Digest summand(
        std::string_view label, std::uint16_t table, const Uuid& id, std::uint64_t row_version,
        ByteView rest
    ) const;
    [[nodiscard]] Digest compute(
        const RowKey& key, RowKind kind, std::string_view table, const Uuid& id, ByteView body
    ) const;

    const Keyring& keyring_;
};

}  // namespace rookery::crypto
