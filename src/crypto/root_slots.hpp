// Root key slots: the root key sealed once per way to unseal, like the header of an encrypted disk.
// A slot can be added or removed without touching data.
//
//   file  u8(2) || u16(n) || n × (u32(size) || slot) || u64(set) || u32(slots key version) || 32 tag
//   slot  u8(1) || u8 type || u16 id || u32 root generation || u64 created_ms || LP(label) ||
//         LP(params) || LP(sealed object of type root_key)
//   slot key = BLAKE2b-256(provider's 32 bytes, LP(provider's label) || vault id || u16(id))
//   tag      = BLAKE2b-256(slots key of the keyring, LP("sv1.slots") || vault id || all before the tag)
//
// Each slot is sealed by itself; the tag is over all of them with the number of the set, so that a slot
// that was removed, or put back, is found as soon as the keyring is open. Who changes the set makes the
// file of the next number durable first and then the keyring that names it.
//
// Used at unseal and by key administration; one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "crypto/keyring.hpp"
#include "crypto/keys.hpp"

namespace rookery::crypto {

/// On disk: never renumber. 3 to 6 are kept for shares, PKCS#11, systemd credentials and pairs.
enum class SlotType : std::uint8_t { passphrase = 1, key_file = 2 };

/// Argon2id, one lane (RFC 9106).
struct PassphraseCost {
    std::uint32_t operations = 0;
    std::uint64_t memory_bytes = 0;

    friend bool operator==(const PassphraseCost&, const PassphraseCost&) = default;
};

inline constexpr PassphraseCost passphrase_cost_floor{3, 64U << 20};
inline constexpr PassphraseCost passphrase_cost_default{4, std::uint64_t{1} << 30};
inline constexpr PassphraseCost passphrase_cost_ceiling{16, std::uint64_t{4} << 30};

/// The default when it takes at most half of `available_bytes`; else the largest power of two that
/// does, never below the floor.
[[nodiscard]] PassphraseCost passphrase_cost_for(std::uint64_t available_bytes);
/// For this machine: what the kernel calls available, within the control group's limit.
[[nodiscard]] PassphraseCost passphrase_cost_here();

/// At least 16 characters of UTF-8 as typed (no normalisation), no control characters, at most 1024
/// bytes. Errc::invalid_argument with a hint.
[[nodiscard]] Result<void> check_passphrase(const SecretBytes& passphrase);

/// Argon2id, 32 bytes. Errc::out_of_range when the cost is outside floor and ceiling and
/// Errc::invalid_argument for what check_passphrase refuses, both before any hashing;
/// Errc::unavailable when there is not enough memory. One at a time in the process.
[[nodiscard]] Result<SlotSecret> stretch_passphrase(
    const SecretBytes& passphrase, PassphraseCost cost, const ByteArray<16>& salt
);

/// See above. `provider_label` is "sv1.slot.pass" or "sv1.slot.file".
[[nodiscard]] SlotKey derive_slot_key(
    const SlotSecret& secret, std::string_view provider_label, const Uuid& vault, std::uint16_t slot
);

struct Slot {
    SlotType type = SlotType::key_file;
    std::uint16_t id = 0;
    std::uint32_t root_generation = 0;
    Instant created{};
    std::string label;  // what the administrator called it
    Bytes params;
    Bytes sealed;
};

struct OpenedRoot {
    RootKey key;
    std::uint32_t generation = 0;
    std::uint16_t slot = 0;
};

class RootSlots {
 public:
    static constexpr std::size_t slots_max = 64;

    /// No slot yet.
    explicit RootSlots(const Uuid& vault) : vault_(vault) {}

    /// Errc::integrity for a malformed file; Errc::newer_format for another format or slot type. Format
    /// 1 had no tag: check then fails.
    [[nodiscard]] static Result<RootSlots> parse(ByteView file, const Uuid& vault);
    /// The file of the set with that number.
    [[nodiscard]] Bytes serialise(const Keyring& keyring, std::uint64_t set) const;

    enum class Set : std::uint8_t {
        current,
        next,  // the change was cut off between its two files: the keyring must follow
    };

    /// Whether the parsed file is the set that belongs to the keyring. Errc::integrity for any other.
    [[nodiscard]] Result<Set> check(const Keyring& keyring) const;

    /// Ascending by id.
    [[nodiscard]] const std::vector<Slot>& slots() const { return slots_; }

    [[nodiscard]] const Uuid& vault() const { return vault_; }

    /// The new slot's id. Errc::invalid_argument (passphrase rules, label over 64 bytes),
    /// Errc::out_of_range (cost, too many slots).
    [[nodiscard]] Result<std::uint16_t> add_passphrase(
        const RootKey& root,
        std::uint32_t root_generation,
        const SecretBytes& passphrase,
        PassphraseCost cost,
        std::string_view label,
        Random& random,
        Instant now
    );
    [[nodiscard]] Result<std::uint16_t> add_key_file(
        const RootKey& root,
        std::uint32_t root_generation,
        const KeyFileSecret& secret,
        std::string_view label,
        Random& random,
        Instant now
    );
    /// Errc::not_found; Errc::bad_state for the last slot: the vault could never be opened again.
    [[nodiscard]] Result<void> remove(std::uint16_t id);

    // Every slot of the type is tried. When none opens: Errc::wrong_secret; Errc::integrity when a slot
    // names this secret but was changed; Errc::out_of_range when a slot's cost is outside the bounds
    // (told before hashing); Errc::not_found when there is no slot of the type.
    [[nodiscard]] Result<OpenedRoot> open_with_passphrase(const SecretBytes& passphrase) const;
    [[nodiscard]] Result<OpenedRoot> open_with_key_file(const KeyFileSecret& secret) const;
    /// Reads the file first: see read_key_file for its errors.
    [[nodiscard]] Result<OpenedRoot> open_with_key_file(const std::filesystem::path& path) const;

 private:
    template <class SecretOf>
    [[nodiscard]] Result<OpenedRoot> open_with(
        SlotType type, SecretOf&& secret_of, const char* none, tl::unexpected<Error> wrong
    ) const;
    [[nodiscard]] Result<std::uint16_t> next_id(std::string_view label) const;
    void add(Slot slot, const SlotSecret& secret, const RootKey& root, Random& random);

    /// A file's bytes up to its tag.
    [[nodiscard]] Bytes body(std::uint64_t set, std::uint32_t key_version) const;

    Uuid vault_;
    std::vector<Slot> slots_;
    // Of the file that was parsed.
    std::uint64_t set_ = 0;
    std::uint32_t key_version_ = 0;
    Digest tag_{};
};

}  // namespace rookery::crypto
