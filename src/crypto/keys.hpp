// The vault's keys: one type per job, so that a key cannot be used for another.
#pragma once

#include "base/bytes.hpp"
#include "base/secret.hpp"

#include <cstdint>

namespace rookery::crypto {

namespace tag {
struct Root;
struct Ring;
struct Slot;
struct SlotSecret;
struct KeyFile;
struct RecordKek;
struct AuditKek;
struct Pseudonym;
struct Index;
struct Export;
struct Row;
struct Credential;
struct Digest;
struct Dek;
struct AuditDay;
struct SigningSeed;
struct SlotSet;
}  // namespace tag

using RootKey = Key<tag::Root>;           // seals the keyring, through RingKey, and nothing else
using RingKey = Key<tag::Ring>;           // derived from RootKey
using SlotSecret = Key<tag::SlotSecret>;  // what a provider yields: Argon2id output, key file
using SlotKey = Key<tag::Slot>;           // derived from SlotSecret; seals the root key in a slot
using KeyFileSecret = Key<tag::KeyFile>;
using Kek = Key<tag::RecordKek>;      // seals data keys
using AuditKek = Key<tag::AuditKek>;  // yields the audit day keys
using PseudonymKey = Key<tag::Pseudonym>;
using IndexKey = Key<tag::Index>;
using ExportKey = Key<tag::Export>;
using RowKey = Key<tag::Row>;                // row tags
using CredentialKey = Key<tag::Credential>;  // hashes of bearer tokens
using DigestKey = Key<tag::Digest>;          // summands of the state digest
using AuditDayKey = Key<tag::AuditDay>;
using SigningSeed = Key<tag::SigningSeed>;  // Ed25519: signs the log's checkpoints
using SlotSetKey = Key<tag::SlotSet>;       // tag over the set of root key slots

/// First 8 bytes of BLAKE2b-256(key, LP("sv1.kid")): names a key, proves nothing.
using KeyId = ByteArray<8>;

[[nodiscard]] KeyId key_id(ByteView key);

template <class Tag>
[[nodiscard]] KeyId key_id(const Key<Tag>& key) {
    return key.expose([](ByteView bytes) { return key_id(bytes); });
}

/// The name under which sealed objects refer to their key.
struct KeyName {
    std::uint32_t version = 0;
    KeyId id{};

    friend bool operator==(const KeyName&, const KeyName&) = default;
};

/// The data key of one record version: seals at most one value per column. The id is computed once.
struct Dek {
    Key<tag::Dek> key;
    KeyId id;

    explicit Dek(Key<tag::Dek> k) : key(std::move(k)), id(key_id(key)) {}
};

}  // namespace rookery::crypto
