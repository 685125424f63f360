// The sealed object: the one layout of every ciphertext that the vault stores.
//
//   off len field
//   0   1   format 0x01
//   1   1   suite  0x01: XChaCha20-Poly1305, key and commitment by keyed BLAKE2b-512
//   2   1   type   see ObjectType
//   3   1   pad    see Bucket; 0 except for columns
//   4   4   version of the sealing key
//   8   8   id of the sealing key
//   16  24  nonce, random
//   40  32  commitment
//   72  n   ciphertext
//   72+n 16 tag
//
//   seed = BLAKE2b-512(key, LP("sv1.seal") || bytes 0..39 || LP(context))
//   one-time key = seed[0..31], commitment = seed[32..63], associated data = bytes 0..71 || context
//
// Each AEAD key seals exactly one message, and one object opens under at most one (key, context):
// Poly1305 alone would let a malicious writer craft an object that opens under two keys.
// docs/formats/sealed-object.md. Stateless and thread-safe.
#pragma once

#include "base/bytes.hpp"
#include "base/integrity_failure.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "crypto/keys.hpp"
#include "crypto/padding.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace rookery::crypto {

enum class ObjectType : std::uint8_t {
    root_key = 1,
    keyring = 2,
    wrapped_dek = 3,
    column = 4,
    audit_day_key = 5,
    export_key = 6,
};

inline constexpr std::size_t sealed_header_bytes = 72;
inline constexpr std::size_t sealed_overhead = 88;
inline constexpr std::size_t wrapped_key_bytes = sealed_overhead + 32;
/// Largest plaintext: a keyring of 4096 entries.
inline constexpr std::size_t sealed_plain_max = 41 + 4096 * 73;

/// Why an object did not open. For the audit event only: callers see one Errc::integrity.
enum class OpenFailure : std::uint8_t { none, format, key, commitment, tag, padding };

struct SealedHeader {
    ObjectType type = ObjectType::column;
    std::uint8_t pad = 0;
    KeyName key;
};

/// Type, key and size of a well-formed object, without opening it: for rotation scans and to choose
/// the key version. Nothing when format, suite, type, pad or length is wrong.
[[nodiscard]] std::optional<SealedHeader> parse_sealed_header(ByteView object);

/// Plaintext size of an object of `size` bytes. Precondition: parse_sealed_header accepted it.
[[nodiscard]] inline std::size_t sealed_plain_bytes(std::size_t size) {
    return size - sealed_overhead;
}

struct SealRequest {
    ObjectType type;
    Bucket bucket = Bucket::none;
    KeyName key;
    ByteView context;
};

/// `out` has plain.size() + 88 bytes.
void seal_into(
    std::span<std::uint8_t> out, ByteView key, const SealRequest& request, ByteView plain,
    Random& random
);

/// `out` has object.size() - 88 bytes; zeros on failure. `request` is what the caller expects; the
/// bucket must be the object's (Bucket::none unless it is a column).
[[nodiscard]] OpenFailure open_into(
    std::span<std::uint8_t> out, ByteView key, const SealRequest& request, ByteView object
);

template <class Tag>
[[nodiscard]] Bytes seal(
    const Key<Tag>& key, const SealRequest& request, ByteView plain, Random& random
) {
    Bytes out(plain.size() + sealed_overhead);
    key.expose([&](ByteView bytes) { seal_into(out, bytes, request, plain, random); });
    return out;
}

/// A 32-byte key out of an object of fixed length; `why`, when given, tells the audit event.
template <class K, class Tag>
[[nodiscard]] Result<K> open_key(
    const Key<Tag>& key, const SealRequest& request, ByteView object, OpenFailure* why = nullptr
) {
    auto failure = OpenFailure::format;
    auto opened = K::filled_by([&](std::span<std::uint8_t, 32> out) {
        if (object.size() != wrapped_key_bytes) return;
        failure =
            key.expose([&](ByteView bytes) { return open_into(out, bytes, request, object); });
    });
    if (why != nullptr) *why = failure;
    if (failure != OpenFailure::none) return integrity_failure();
    return opened;
}

}  // namespace rookery::crypto
