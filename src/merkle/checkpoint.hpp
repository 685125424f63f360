// Checkpoints: the size and root of a log as a signed note (C2SP tlog-checkpoint, signed-note) with
// Ed25519. Format with example: docs/formats/checkpoint.md. Pure; thread-safe.
//
//   <origin>\n<size>\n<base64 root>\n\n— <name> <base64(key id 4 || signature 64)>\n
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/signing.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::merkle {

struct Checkpoint {
    std::string origin;
    std::uint64_t size = 0;
    Digest root{};

    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// Longest note that is read; longer ones are refused before anything else is looked at.
inline constexpr std::size_t note_bytes_max = 16384;
inline constexpr std::size_t note_signatures_max = 16;

inline constexpr std::size_t origin_bytes_max = 255;
/// A log's further keys are named after it: origin, `#`, and what they sign.
inline constexpr std::size_t note_name_bytes_max = origin_bytes_max + 32;

/// Origins, and the names of keys: printable ASCII without blanks and plus signs.
[[nodiscard]] bool is_key_name(std::string_view name, std::size_t bytes_max = origin_bytes_max);

/// The three signed lines, including the last newline.
[[nodiscard]] std::string note_body(const Checkpoint& checkpoint);
/// Exactly three lines, decimal size without leading zeros, a root of 32 bytes. Errc::integrity.
[[nodiscard]] Result<Checkpoint> parse_note_body(std::string_view body);

/// `name+hex(key id)+base64(0x01 || public key)`.
struct VerifierKey {
    std::string name;
    crypto::PublicKey key{};

    /// SHA-256(name || 0x0A || 0x01 || public key), the first four bytes.
    [[nodiscard]] ByteArray<4> id() const;
};

[[nodiscard]] std::string format_verifier_key(const VerifierKey& key);
/// Errc::malformed: another form, a name that is none, an algorithm other than Ed25519, or a key id
/// that does not belong to the key.
[[nodiscard]] Result<VerifierKey> parse_verifier_key(std::string_view text);

struct NoteSignature {
    std::string name;
    ByteArray<4> key_id{};
    Bytes signature;
};

struct Note {
    std::string body;
    std::vector<NoteSignature> signatures;  // in the order of the note
};

/// The form only. Errc::integrity.
[[nodiscard]] Result<Note> parse_note(std::string_view text);

/// Any body that ends with a newline, with one signature line of the key under this name.
[[nodiscard]] std::string sign_note(
    std::string_view body, std::string_view name, const crypto::SigningKey& key
);
/// The body, if the note has a signature line of exactly this name and key that verifies. Errc::integrity for
/// every other note. Signatures of other keys are ignored, as signed-note demands; a second line of this key
/// must verify too.
[[nodiscard]] Result<std::string> verify_note(std::string_view text, const VerifierKey& key);

/// Signs as `name`; by convention the name is the origin. Ed25519 is deterministic: the same
/// checkpoint gives the same note.
[[nodiscard]] std::string sign_checkpoint(
    const Checkpoint& checkpoint, std::string_view name, const crypto::SigningKey& key
);
/// The checkpoint, if the note is one that verify_note accepts and the origin is the key's name.
/// Errc::integrity for every other note.
[[nodiscard]] Result<Checkpoint> verify_checkpoint(std::string_view text, const VerifierKey& key);

}  // namespace rookery::merkle
