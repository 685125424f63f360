#include "crypto/root_slots.hpp"

#include "base/integrity_failure.hpp"
#include "crypto/context.hpp"
#include "crypto/hash.hpp"
#include "crypto/padding.hpp"
#include "crypto/sealed_object.hpp"
#include "crypto/slot_kinds.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace rookery::crypto {
namespace {

constexpr std::uint8_t file_format = 2;
constexpr std::uint8_t file_format_untagged = 1;
constexpr std::uint8_t slot_format = 1;
constexpr std::size_t label_bytes_max = 64;

/// Everything before the sealed part: what the seal binds.
Bytes head_of(const Slot& slot) {
    ByteWriter out;
    out.u8(slot_format).u8(slot.kind->type).u16(slot.id).u32(slot.root_generation);
    out.u64(to_ms(slot.created)).lp(slot.label).lp(slot.params);
    return std::move(out).take();
}

Result<Slot> parse_slot(ByteView bytes) {
    ByteReader in(bytes);
    const auto format = in.u8();
    const auto type = in.u8();
    const auto* kind = slot_kind(type);
    if (!in.ok() || format == 0 || type == 0) return integrity_failure();
    if (format != slot_format || kind == nullptr) {
        return fail(
            Errc::newer_format,
            "a root key slot is of a kind that this version does not know",
            "use the version that wrote it"
        );
    }
    Slot out;
    out.kind = kind;
    out.id = in.u16();
    out.root_generation = in.u32();
    out.created = from_ms(in.u64());
    const auto label = in.lp();
    const auto params = in.lp();
    const auto sealed = in.lp();
    if (!in.done() || out.id == 0 || label.size() > label_bytes_max || !count_code_points(label) ||
        sealed.size() != wrapped_key_bytes) {
        return integrity_failure();
    }
    ROOKERY_CHECK(kind->check_params(params));
    out.label = text_of(label);
    out.params.assign(params.begin(), params.end());
    out.sealed.assign(sealed.begin(), sealed.end());
    return out;
}

Digest set_tag(const SlotSetKey& key, const Uuid& vault, ByteView body) {
    return KeyedHash(key).lp("sv1.slots").bytes(vault.bytes).bytes(body).digest();
}

/// Under which key, and bound to what, a slot holds the root key: the same to seal and to open.
struct SlotSealing {
    SlotSealing(const Slot& slot, const SlotSecret& secret, const Uuid& vault)
        : key(derive_slot_key(secret, slot.kind->key_label, vault, slot.id)),
          name{slot.id, key_id(key)},
          context(slot_context(vault, head_of(slot))) {}

    [[nodiscard]] SealRequest request() const {
        return {.type = ObjectType::root_key, .key = name, .context = context.view()};
    }

    SlotKey key;
    KeyName name;
    Context context;
};

/// OpenFailure::key when the secret is another than the slot's.
struct Attempt {
    OpenFailure failure = OpenFailure::none;
    std::optional<RootKey> key;
    KeyId id{};  // of the key that the secret leads to
};

/// Of a key that nobody can search for: what its id is helps nobody but the operator with the wrong file.
bool is_random_key(const SlotKind& kind) {
    return &kind == &key_file_slot || &kind == &credential_slot;
}

/// "; expected key id 0011223344556677 (slot 1), got 8899aabbccddeeff", for one slot of several.
void add_key_ids(std::string& out, const Slot& slot, const Attempt& attempt) {
    const auto header = parse_sealed_header(slot.sealed);
    if (!header) return;
    out += "; slot " + std::to_string(slot.id) + ": expected key id " + to_hex(header->key.id) +
           ", got " + to_hex(attempt.id);
}

Attempt open_slot(const Slot& slot, const SlotSecret& secret, const Uuid& vault) {
    const SlotSealing sealing(slot, secret, vault);
    Attempt out;
    out.id = sealing.name.id;
    auto opened = open_key<RootKey>(sealing.key, sealing.request(), slot.sealed, &out.failure);
    if (opened) out.key.emplace(std::move(*opened));
    return out;
}

}  // namespace

SlotKey derive_slot_key(
    const SlotSecret& secret, std::string_view key_label, const Uuid& vault, std::uint16_t slot
) {
    return KeyedHash(secret).lp(key_label).bytes(vault.bytes).u16(slot).key<SlotKey>();
}

Result<RootSlots> RootSlots::parse(ByteView file, const Uuid& vault) {
    ByteReader in(file);
    const auto format = in.u8();
    if (!in.ok() || format == 0) return integrity_failure();
    if (format > file_format) {
        return fail(
            Errc::newer_format,
            "the root key slots were written by a newer version of this program",
            "use that version"
        );
    }
    RootSlots out(vault);
    const auto count = in.u16();
    if (count > slots_max) return integrity_failure();
    for (std::uint16_t i = 0; i < count; ++i) {
        const auto size = in.u32();
        const auto bytes = in.bytes(size);
        if (!in.ok()) return integrity_failure();
        ROOKERY_TRY(auto slot, parse_slot(bytes));
        if (!out.slots_.empty() && out.slots_.back().id >= slot.id) return integrity_failure();
        out.slots_.push_back(std::move(slot));
    }
    if (format != file_format_untagged) {
        out.set_ = in.u64();
        out.key_version_ = in.u32();
        out.tag_ = in.array<32>();
    }
    if (!in.done()) return integrity_failure();
    return out;
}

Bytes RootSlots::body(std::uint64_t set, std::uint32_t key_version) const {
    ByteWriter out;
    out.u8(file_format).u16(static_cast<std::uint16_t>(slots_.size()));
    for (const auto& slot : slots_) {
        const auto head = head_of(slot);
        out.u32(static_cast<std::uint32_t>(head.size() + 2 + slot.sealed.size()));
        out.bytes(head).lp(slot.sealed);
    }
    out.u64(set).u32(key_version);
    return std::move(out).take();
}

Bytes RootSlots::serialise(const Keyring& keyring, std::uint64_t set) const {
    const auto& key = keyring.active<Purpose::slots>();
    auto out = body(set, key.name.version);
    const auto tag = set_tag(key.key, vault_, out);
    out.insert(out.end(), tag.begin(), tag.end());
    return out;
}

Result<RootSlots::Set> RootSlots::check(const Keyring& keyring) const {
    const auto* key = keyring.find<Purpose::slots>(key_version_, KeyUse::check);
    const bool tagged =
        key != nullptr &&
        constant_time_equal(set_tag(key->key, vault_, body(set_, key_version_)), tag_);
    if (tagged && set_ == keyring.slot_set()) return Set::current;
    if (tagged && set_ == keyring.slot_set() + 1) return Set::next;
    return fail(
        Errc::integrity,
        "the root key slots are not the set that this vault was left with",
        "a slot was removed, added or put back: restore the newest file 'slots', and find out how"
    );
}

// A damaged slot does not keep the others from opening; it is told only when none does.
Result<OpenedRoot> RootSlots::open(const SlotOffer& offer, std::optional<std::uint32_t> generation)
    const {
    const auto& kind = offer.kind();
    const std::string name(kind.name);
    ROOKERY_TRY(const auto secret_of, offer.read());
    bool any = false;
    std::optional<Error> damage;
    std::string ids;
    for (const auto& slot : slots_) {
        if (slot.kind != &kind) continue;
        any = true;
        if (generation && slot.root_generation != *generation) continue;
        const auto secret = secret_of(vault_, slot.params);
        // What could never be a slot's is simply the wrong one, without the time to stretch it.
        if (!secret && secret.error().code == Errc::invalid_argument) continue;
        if (!secret) {
            damage = secret.error();
            continue;
        }
        auto attempt = open_slot(slot, *secret, vault_);
        if (attempt.key) return OpenedRoot{std::move(*attempt.key), slot.root_generation, slot.id};
        if (attempt.failure == OpenFailure::key && is_random_key(kind)) {
            add_key_ids(ids, slot, attempt);
        }
        if (attempt.failure != OpenFailure::key) damage = integrity_failure().value();
    }
    if (!any) return fail(Errc::not_found, "this vault has no " + name + " slot");
    if (damage) return fail(std::move(*damage));
    return fail(
        Errc::wrong_secret,
        "the " + name + " opens no slot of this vault" + ids,
        std::string(kind.wrong_hint)
    );
}

Result<OpenedRoot> RootSlots::open(
    const SlotOffers& offers, std::optional<std::uint32_t> generation
) const {
    if (offers.empty()) return fail(Errc::usage, "nothing was offered to open the vault with");
    if (offers.size() > offers_max) {
        return fail(
            Errc::usage,
            "too much was offered to open the vault with",
            "at most " + std::to_string(offers_max) + " at once"
        );
    }
    if (offers.size() == 1) return open(*offers.front(), generation);
    std::string what_each_came_to;
    for (const auto& offer : offers) {
        auto opened = open(*offer, generation);
        if (opened) return opened;
        if (!what_each_came_to.empty()) what_each_came_to += "; ";
        what_each_came_to += opened.error().message;
    }
    return fail(
        Errc::wrong_secret,
        "nothing that was offered opens a slot of this vault",
        std::move(what_each_came_to)
    );
}

std::vector<std::uint16_t> RootSlots::opened_by(const SlotOffer& offer) const {
    std::vector<std::uint16_t> out;
    const auto secret_of = offer.read();
    if (!secret_of) return out;
    for (const auto& slot : slots_) {
        if (slot.kind != &offer.kind()) continue;
        const auto secret = (*secret_of)(vault_, slot.params);
        if (secret && open_slot(slot, *secret, vault_).key) out.push_back(slot.id);
    }
    return out;
}

bool RootSlots::drop_other_generations(std::uint32_t generation) {
    return std::erase_if(slots_, [&](const Slot& slot) {
               return slot.root_generation != generation;
           }) != 0;
}

Result<std::uint16_t> RootSlots::next_id(std::string_view label) const {
    if (label.size() > label_bytes_max || !count_code_points(bytes_of(label))) {
        return fail(Errc::invalid_argument, "a slot's label is UTF-8 of at most 64 bytes");
    }
    const auto newest = slots_.empty() ? std::uint16_t{0} : slots_.back().id;
    if (slots_.size() >= slots_max || newest == UINT16_MAX) {
        return fail(Errc::out_of_range, "there are too many root key slots", "remove one first");
    }
    return static_cast<std::uint16_t>(newest + 1);
}

Result<std::uint16_t> RootSlots::add(
    const RootKey& root, std::uint32_t root_generation, const SlotOffer& offer,
    std::string_view label, Random& random, Instant now
) {
    ROOKERY_TRY(const auto id, next_id(label));
    ROOKERY_CHECK(offer.prepare(random));
    Slot slot{
        .kind = &offer.kind(),
        .id = id,
        .root_generation = root_generation,
        .created = now,
        .label = std::string{label},
        .params = {},
        .sealed = {}};
    ROOKERY_TRY(slot.params, offer.new_params(random));
    ROOKERY_TRY(const auto secret_of, offer.read());
    ROOKERY_TRY(const auto secret, secret_of(vault_, slot.params));
    const SlotSealing sealing(slot, secret, vault_);
    slot.sealed = root.expose([&](ByteView plain) {
        return seal(sealing.key, sealing.request(), plain, random);
    });
    slots_.push_back(std::move(slot));
    return id;
}

Result<void> RootSlots::remove(std::uint16_t id) {
    const auto found = std::ranges::find(slots_, id, &Slot::id);
    if (found == slots_.end()) return fail(Errc::not_found, "there is no such root key slot");
    if (slots_.size() == 1) {
        return fail(
            Errc::bad_state,
            "the last root key slot cannot be removed",
            "without it nobody could ever open the vault: add another slot first"
        );
    }
    slots_.erase(found);
    return {};
}

}  // namespace rookery::crypto
