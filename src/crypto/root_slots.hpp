// Root key slots: the root key sealed once per way to unseal, like the header of an encrypted disk.
// A slot can be added or removed without touching data. What kinds there are, and how a slot's secret comes
// about, is slot_kinds.hpp's.
//
//   file  u8(2) || u16(n) || n × (u32(size) || slot) || u64(set) || u32(slots key version) || 32 tag
//   slot  u8(1) || u8 type || u16 id || u32 root generation || u64 created_ms || LP(label) ||
//         LP(params) || LP(sealed object of type root_key)
//   slot key = BLAKE2b-256(slot secret, LP(kind's key label) || vault id || u16(id))
//   tag      = BLAKE2b-256(slots key of the keyring, LP("sv1.slots") || vault id || all before the tag)
//
// Each slot is sealed by itself; the tag is over all of them with the number of the set, so that a slot
// that was removed, or put back, is found as soon as the keyring is open. Who changes the set makes the
// file of the next number durable first and then the keyring that names it.
//
// Used at unseal and by key administration; one thread at a time.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "crypto/keyring.hpp"
#include "crypto/keys.hpp"
#include "crypto/slot_kind.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::crypto {

/// See above.
[[nodiscard]] SlotKey derive_slot_key(
    const SlotSecret& secret, std::string_view key_label, const Uuid& vault, std::uint16_t slot
);

struct Slot {
    const SlotKind* kind = nullptr;  // of the table; never null
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
    static constexpr std::size_t offers_max = 8;  // in one opening

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

    /// The new slot's id. Errc::invalid_argument (label over 64 bytes, what is offered makes no slot),
    /// Errc::out_of_range (its cost, too many slots); those of the offer.
    [[nodiscard]] Result<std::uint16_t> add(
        const RootKey& root, std::uint32_t root_generation, const SlotOffer& offer,
        std::string_view label, Random& random, Instant now
    );
    /// Errc::not_found; Errc::bad_state for the last slot: the vault could never be opened again.
    [[nodiscard]] Result<void> remove(std::uint16_t id);

    /// Each offer is tried on every slot of its kind; the first that opens one does. When none does:
    /// Errc::wrong_secret, whose hint says what each came to. Of a single offer it is its own error:
    /// Errc::wrong_secret; Errc::integrity when a slot names this secret but was changed;
    /// Errc::out_of_range when a slot's cost is outside its bounds (told before hashing);
    /// Errc::not_found when there is no slot of the kind; those of reading what is offered.
    /// Errc::usage for no offer, or too many.
    /// `generation`: of the root key that the keyring is sealed under; while a new one is brought into force there
    /// are slots of two.
    [[nodiscard]] Result<OpenedRoot> open(
        const SlotOffers& offers, std::optional<std::uint32_t> generation = {}
    ) const;
    [[nodiscard]] Result<OpenedRoot> open(
        const SlotOffer& offer, std::optional<std::uint32_t> generation = {}
    ) const;
    /// The ids of all slots that this opens.
    [[nodiscard]] std::vector<std::uint16_t> opened_by(const SlotOffer& offer) const;
    /// Drops the slots of every other root key; whether there were any. Precondition: one of this is there.
    bool drop_other_generations(std::uint32_t generation);

 private:
    [[nodiscard]] Result<std::uint16_t> next_id(std::string_view label) const;

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
