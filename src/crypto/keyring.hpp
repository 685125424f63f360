// The keyring: every long-lived key of the vault by purpose and version, in one sealed file.
//
//   file      u64(epoch) || sealed object of type keyring
//   plaintext "SVKR" || u8(2) || u64(epoch) || vault id || u64(slot set) || u32(n) || n entries
//   entry     u8 purpose || u32 version || u8 state || u8 flags || 8 kid || u64 created_ms ||
//             u64 changed_ms || u64 uses_reserved || LP(key); LP("") for a destroyed key
//
// A Keyring never changes: each change is a new Keyring of the next epoch, made durable before it is
// used; only the uses reserved are written within an epoch (key_uses.hpp). Key bytes lie in the locked arena. Reading is thread-safe.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret_box.hpp"
#include "base/uuid.hpp"
#include "crypto/key_state.hpp"
#include "crypto/keys.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace rookery::crypto {

/// On disk: never renumber.
enum class Purpose : std::uint8_t {
    record_kek = 1,
    audit_kek = 2,
    pseudonym = 3,
    index = 4,
    exports = 5,
    row = 6,
    credential = 7,
    digest = 8,
    log_signing = 9,
    slots = 10,
};

inline constexpr std::size_t purpose_count = 10;

template <Purpose P>
struct KeyOf;

// clang-format off
template <> struct KeyOf<Purpose::record_kek>  { using type = Kek; };
template <> struct KeyOf<Purpose::audit_kek>   { using type = AuditKek; };
template <> struct KeyOf<Purpose::pseudonym>   { using type = PseudonymKey; };
template <> struct KeyOf<Purpose::index>       { using type = IndexKey; };
template <> struct KeyOf<Purpose::exports>     { using type = ExportKey; };
template <> struct KeyOf<Purpose::row>         { using type = RowKey; };
template <> struct KeyOf<Purpose::credential>  { using type = CredentialKey; };
template <> struct KeyOf<Purpose::digest>      { using type = DigestKey; };
template <> struct KeyOf<Purpose::log_signing> { using type = SigningSeed; };
template <> struct KeyOf<Purpose::slots>       { using type = SlotSetKey; };

// clang-format on

/// A key with its name; lives in the locked arena, in the keyring.
template <Purpose P>
struct HeldKey {
    typename KeyOf<P>::type key;
    KeyName name;
};

/// Every version of one purpose that still has its bytes.
template <Purpose P>
struct HeldKeys {
    std::vector<SecretBox<HeldKey<P>>> boxes;
    std::size_t active = 0;
};

template <std::size_t... I>
std::tuple<HeldKeys<static_cast<Purpose>(I + 1)>...> held_keys_tuple(std::index_sequence<I...>);
using AllHeldKeys = decltype(held_keys_tuple(std::make_index_sequence<purpose_count>{}));

/// One entry without its key bytes.
struct KeyEntry {
    Purpose purpose = Purpose::record_kek;
    std::uint32_t version = 0;
    KeyState state = KeyState::pre_active;
    KeyId id{};
    Instant created{};
    Instant changed{};
    std::uint64_t uses_reserved = 0;

    friend bool operator==(const KeyEntry&, const KeyEntry&) = default;
};

/// What a keyring file is sealed under: all that a change of the keyring takes of the root key.
[[nodiscard]] RingKey derive_ring_key(const RootKey& root);

class Keyring {
 public:
    static constexpr std::size_t entries_max = 4096;

    /// Epoch 1, one active key of version 1 per purpose.
    [[nodiscard]] static Keyring create(const Uuid& vault, Random& random, Instant now);

    /// The keyring file. Errc::integrity for a wrong key, vault or generation, a changed or malformed
    /// file, or an epoch below `epoch_min`; Errc::newer_format when a newer program wrote it;
    /// Errc::bad_state for format 1: see convert.
    [[nodiscard]] static Result<Keyring> open(
        ByteView file, const RootKey& root, std::uint32_t root_generation, const Uuid& vault,
        std::uint64_t epoch_min
    );

    /// The next keyring after a file of format 1, which had no key for signing the log and none for the
    /// set of slots: the first is `signing`, which lay in a file of its own.
    [[nodiscard]] static Result<Keyring> convert(
        ByteView file, const RootKey& root, std::uint32_t root_generation, const Uuid& vault,
        const SigningSeed& signing, Random& random, Instant now
    );

    /// The keyring file, sealed under the root key of that generation.
    [[nodiscard]] Bytes seal(const RootKey& root, std::uint32_t root_generation, Random& random)
        const;
    /// The same under the key that derive_ring_key makes of it.
    [[nodiscard]] Bytes seal(const RingKey& ring, std::uint32_t root_generation, Random& random)
        const;

    Keyring(Keyring&&) noexcept = default;
    Keyring& operator=(Keyring&&) noexcept = default;
    Keyring(const Keyring&) = delete;
    Keyring& operator=(const Keyring&) = delete;
    ~Keyring() = default;

    [[nodiscard]] std::uint64_t epoch() const { return epoch_; }

    [[nodiscard]] const Uuid& vault() const { return vault_; }

    /// Number of the set of root key slots that this keyring belongs to: see RootSlots::check.
    [[nodiscard]] std::uint64_t slot_set() const { return slot_set_; }

    /// Ascending by purpose and version.
    [[nodiscard]] const std::vector<KeyEntry>& entries() const { return entries_; }

    [[nodiscard]] const KeyEntry* entry(Purpose purpose, std::uint32_t version) const;

    /// The key that everything new is made with. The reference lives as long as the keyring.
    template <Purpose P>
    [[nodiscard]] const HeldKey<P>& active() const {
        const auto& keys = held<P>();
        return *keys.boxes[keys.active];
    }

    /// The key of this version, or null: unknown, or in a state that does not permit the use.
    template <Purpose P>
    [[nodiscard]] const HeldKey<P>* find(std::uint32_t version, KeyUse use) const {
        const auto& keys = held<P>();
        if (keys.boxes[keys.active]->name.version == version) return &*keys.boxes[keys.active];
        const auto* known = entry(P, version);
        if (known == nullptr || !permits(known->state, use)) return nullptr;
        for (const auto& box : keys.boxes) {
            if (box->name.version == version) return &*box;
        }
        return nullptr;
    }

    // Changes: each returns the keyring of the next epoch and leaves this one as it is.

    /// One more version, pre_active. Errc::out_of_range when the keyring is full.
    [[nodiscard]] Result<Keyring> with_new_key(Purpose purpose, Random& random, Instant now) const;
    /// Makes a pre_active version the active one; the active one becomes `predecessor`:
    /// decrypt_only or compromised. Errc::bad_state otherwise.
    [[nodiscard]] Result<Keyring> with_active(
        Purpose purpose, std::uint32_t version, Instant now,
        KeyState predecessor = KeyState::decrypt_only
    ) const;
    /// Moves a version forward; `destroyed` drops its bytes. Errc::bad_state for a move backward, to or
    /// from active, or an unknown version.
    [[nodiscard]] Result<Keyring> with_state(
        Purpose purpose, std::uint32_t version, KeyState state, Instant now
    ) const;
    /// For the next set of root key slots, whose file is durable already.
    [[nodiscard]] Keyring with_next_slot_set() const;

    /// The same keyring of the same epoch, where so many uses of this version are reserved, unless there are more
    /// already: no key and no state is another one, so nothing that was made with the one is stale with the other.
    [[nodiscard]] Keyring with_uses_reserved(
        Purpose purpose, std::uint32_t version, std::uint64_t uses
    ) const;

 private:
    template <Purpose P>
    [[nodiscard]] const HeldKeys<P>& held() const {
        return std::get<static_cast<std::size_t>(P) - 1>(held_);
    }

    Keyring() = default;

    /// The plaintext of a keyring file.
    [[nodiscard]] static Result<SecretBytes> unseal(
        ByteView file, const RootKey& root, std::uint32_t root_generation, const Uuid& vault
    );
    [[nodiscard]] static Result<Keyring> parse(
        ByteView plain, std::uint64_t outer_epoch, const Uuid& vault, std::uint8_t format
    );
    /// One more purpose: its first key, which is active.
    void begin(Purpose purpose, ByteView key, Instant now);
    [[nodiscard]] SecretBytes serialise() const;
    /// Every key of this one, in a keyring of the next epoch.
    [[nodiscard]] Keyring successor() const;
    [[nodiscard]] KeyEntry* mutable_entry(Purpose purpose, std::uint32_t version);
    [[nodiscard]] std::uint32_t active_version(Purpose purpose) const;
    /// Takes a key in, or forgets it.
    void hold(Purpose purpose, std::uint32_t version, ByteView key);
    void forget(Purpose purpose, std::uint32_t version);
    /// Of every purpose. Throws std::logic_error when one is not held.
    void point_at_active_keys();
    [[nodiscard]] ByteView key_bytes(Purpose purpose, std::uint32_t version) const;

    std::uint64_t epoch_ = 0;
    Uuid vault_;
    std::uint64_t slot_set_ = 1;
    std::vector<KeyEntry> entries_;
    AllHeldKeys held_;
};

}  // namespace rookery::crypto
