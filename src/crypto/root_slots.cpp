#include "crypto/root_slots.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <mutex>
#include <optional>

#include "crypto/context.hpp"
#include "crypto/hash.hpp"
#include "crypto/key_file.hpp"
#include "crypto/padding.hpp"
#include "crypto/sealed_object.hpp"

namespace rookery::crypto {
namespace {

constexpr std::uint8_t file_format = 2;
constexpr std::uint8_t file_format_untagged = 1;
constexpr std::uint8_t slot_format = 1;
constexpr std::size_t passphrase_characters_min = 16;
constexpr std::size_t passphrase_bytes_max = 1024;
constexpr std::size_t label_bytes_max = 64;

/// What a passphrase slot needs to stretch again: u8(2) || u32 ops || u64 mem || 16 salt.
struct PassphraseParams {
    PassphraseCost cost;
    ByteArray<16> salt{};
};

constexpr std::uint8_t argon2id = 2;

Bytes serialise(const PassphraseParams& params) {
    ByteWriter out;
    out.u8(argon2id).u32(params.cost.operations).u64(params.cost.memory_bytes).bytes(params.salt);
    return std::move(out).take();
}

Result<PassphraseParams> parse_passphrase_params(ByteView bytes) {
    ByteReader in(bytes);
    const auto algorithm = in.u8();
    PassphraseParams out;
    out.cost.operations = in.u32();
    out.cost.memory_bytes = in.u64();
    out.salt = in.array<16>();
    if (!in.done() || algorithm != argon2id) return integrity_failure();
    return out;
}

Result<void> check_cost(PassphraseCost cost) {
    if (cost.operations < passphrase_cost_floor.operations ||
        cost.memory_bytes < passphrase_cost_floor.memory_bytes ||
        cost.operations > passphrase_cost_ceiling.operations ||
        cost.memory_bytes > passphrase_cost_ceiling.memory_bytes) {
        return fail(
            Errc::out_of_range, "the cost of a passphrase slot is outside its bounds",
            "3 to 16 passes over 64 MiB to 4 GiB; if nobody set another cost, the slot file was changed"
        );
    }
    return {};
}

/// A way to reach the root key. Shares, tokens and credentials become further rows.
struct Provider {
    SlotType type;
    std::string_view label;
    Result<void> (*check_params)(ByteView params);  // the form only: cost is checked when opening
};

constexpr std::array providers{
    Provider{
        SlotType::passphrase, "sv1.slot.pass",
        [](ByteView params) -> Result<void> {
            ROOKERY_CHECK(parse_passphrase_params(params));
            return {};
        }},
    Provider{
        SlotType::key_file, "sv1.slot.file",
        [](ByteView params) -> Result<void> {
            if (!params.empty()) return integrity_failure();
            return {};
        }},
};

const Provider* provider_of(std::uint8_t type) {
    const auto found = std::ranges::find_if(providers, [&](const Provider& p) {
        return static_cast<std::uint8_t>(p.type) == type;
    });
    return found == providers.end() ? nullptr : &*found;
}

const Provider& provider_of(SlotType type) { return *provider_of(static_cast<std::uint8_t>(type)); }

/// Everything before the sealed part: what the seal binds.
Bytes head_of(const Slot& slot) {
    ByteWriter out;
    out.u8(slot_format).u8(static_cast<std::uint8_t>(slot.type)).u16(slot.id).u32(slot.root_generation);
    out.u64(to_ms(slot.created)).lp(slot.label).lp(slot.params);
    return std::move(out).take();
}

Result<Slot> parse_slot(ByteView bytes) {
    ByteReader in(bytes);
    const auto format = in.u8();
    const auto type = in.u8();
    const auto* provider = provider_of(type);
    if (!in.ok() || format == 0 || type == 0) return integrity_failure();
    if (format != slot_format || provider == nullptr) {
        return fail(
            Errc::newer_format, "a root key slot is of a kind that this version does not know",
            "use the version that wrote it"
        );
    }
    Slot out;
    out.type = provider->type;
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
    ROOKERY_CHECK(provider->check_params(params));
    out.label = text_of(label);
    out.params.assign(params.begin(), params.end());
    out.sealed.assign(sealed.begin(), sealed.end());
    return out;
}

Digest set_tag(const SlotSetKey& key, const Uuid& vault, ByteView body) {
    return KeyedHash(key).lp("sv1.slots").bytes(vault.bytes).bytes(body).digest();
}

/// OpenFailure::key when the secret is another than the slot's.
struct Attempt {
    OpenFailure failure = OpenFailure::none;
    std::optional<RootKey> key;
};

Attempt open_slot(const Slot& slot, const SlotSecret& secret, const Uuid& vault) {
    const auto slot_key = derive_slot_key(secret, provider_of(slot.type).label, vault, slot.id);
    const auto context = slot_context(vault, head_of(slot));
    Attempt out;
    auto opened = open_key<RootKey>(
        slot_key,
        {.type = ObjectType::root_key,
         .key = {slot.id, key_id(slot_key)},
         .context = context.view()},
        slot.sealed, &out.failure
    );
    if (opened) out.key.emplace(std::move(*opened));
    return out;
}

/// The number in `path`, or nothing ("max", absent).
std::optional<std::uint64_t> number_in(const char* path) {
    std::ifstream in(path);
    std::uint64_t value = 0;
    if (in >> value) return value;
    return std::nullopt;
}

std::uint64_t available_memory() {
    std::uint64_t available = 0;
    std::ifstream in("/proc/meminfo");
    for (std::string line; std::getline(in, line);) {
        constexpr std::string_view name = "MemAvailable:";
        if (line.rfind(name, 0) != 0) continue;
        const auto digits = line.find_first_of("0123456789");
        if (digits == std::string::npos) break;
        std::from_chars(line.data() + digits, line.data() + line.size(), available);
        available *= 1024;
        break;
    }
    const auto limit = number_in("/sys/fs/cgroup/memory.max");
    const auto used = number_in("/sys/fs/cgroup/memory.current");
    if (limit && used) available = std::min(available, *limit > *used ? *limit - *used : 0);
    return available;
}

}  // namespace

PassphraseCost passphrase_cost_for(std::uint64_t available_bytes) {
    auto cost = passphrase_cost_default;
    while (cost.memory_bytes > available_bytes / 2 &&
           cost.memory_bytes > passphrase_cost_floor.memory_bytes) {
        cost.memory_bytes /= 2;
    }
    return cost;
}

PassphraseCost passphrase_cost_here() { return passphrase_cost_for(available_memory()); }

Result<void> check_passphrase(const SecretBytes& passphrase) {
    const auto characters = passphrase.expose(count_code_points);
    if (!characters) return fail(Errc::invalid_argument, "the passphrase is not UTF-8");
    if (passphrase.size() > passphrase_bytes_max) {
        return fail(Errc::invalid_argument, "the passphrase is longer than 1024 bytes");
    }
    if (*characters < passphrase_characters_min) {
        return fail(
            Errc::invalid_argument, "the passphrase is shorter than 16 characters",
            "use five or more random words"
        );
    }
    const bool control = passphrase.expose([](ByteView bytes) {
        bool found = false;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            // C0 and DEL; C1 is U+0080..U+009F, in UTF-8 C2 80..C2 9F.
            found |= bytes[i] < 0x20 || bytes[i] == 0x7F ||
                     (bytes[i] == 0xC2 && bytes[i + 1] < 0xA0);
        }
        return found;
    });
    if (control) {
        return fail(
            Errc::invalid_argument, "the passphrase holds a control character",
            "check for a newline or a tab at its end"
        );
    }
    return {};
}

Result<SlotSecret> stretch_passphrase(
    const SecretBytes& passphrase, PassphraseCost cost, const ByteArray<16>& salt
) {
    static_assert(crypto_pwhash_SALTBYTES == 16);
    ROOKERY_CHECK(check_cost(cost));
    ROOKERY_CHECK(check_passphrase(passphrase));
    // Several at once would multiply the memory that was budgeted for one.
    static std::mutex one_at_a_time;
    const std::scoped_lock lock(one_at_a_time);
    int result = -1;
    auto secret = SlotSecret::filled_by([&](std::span<std::uint8_t, 32> out) {
        passphrase.expose([&](ByteView bytes) {
            result = crypto_pwhash(
                out.data(), out.size(), reinterpret_cast<const char*>(bytes.data()), bytes.size(),
                salt.data(), cost.operations, static_cast<std::size_t>(cost.memory_bytes),
                crypto_pwhash_ALG_ARGON2ID13
            );
        });
    });
    if (result != 0) {
        return fail(
            Errc::unavailable, "there is not enough memory to try the passphrase",
            "it needs " + std::to_string(cost.memory_bytes >> 20) + " MiB for a moment"
        );
    }
    return secret;
}

SlotKey derive_slot_key(
    const SlotSecret& secret, std::string_view provider_label, const Uuid& vault, std::uint16_t slot
) {
    return KeyedHash(secret).lp(provider_label).bytes(vault.bytes).u16(slot).key<SlotKey>();
}

Result<RootSlots> RootSlots::parse(ByteView file, const Uuid& vault) {
    ByteReader in(file);
    const auto format = in.u8();
    if (!in.ok() || format == 0) return integrity_failure();
    if (format > file_format) {
        return fail(
            Errc::newer_format, "the root key slots were written by a newer version of this program",
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
    const bool tagged = key != nullptr &&
                        constant_time_equal(set_tag(key->key, vault_, body(set_, key_version_)), tag_);
    if (tagged && set_ == keyring.slot_set()) return Set::current;
    if (tagged && set_ == keyring.slot_set() + 1) return Set::next;
    return fail(
        Errc::integrity, "the root key slots are not the set that this vault was left with",
        "a slot was removed, added or put back: restore the newest file 'slots', and find out how"
    );
}

// A damaged slot does not keep the others from opening; it is told only when none does.
template <class SecretOf>
Result<OpenedRoot> RootSlots::open_with(
    SlotType type, SecretOf&& secret_of, const char* none, tl::unexpected<Error> wrong
) const {
    bool any = false;
    std::optional<Error> damage;
    for (const auto& slot : slots_) {
        if (slot.type != type) continue;
        any = true;
        const Result<SlotSecret> secret = secret_of(slot);
        // What could never be a passphrase is simply the wrong one, without the time to hash it.
        if (!secret && secret.error().code == Errc::invalid_argument) continue;
        if (!secret) {
            damage = secret.error();
            continue;
        }
        auto attempt = open_slot(slot, *secret, vault_);
        if (attempt.key) return OpenedRoot{std::move(*attempt.key), slot.root_generation, slot.id};
        if (attempt.failure != OpenFailure::key) damage = integrity_failure().value();
    }
    if (!any) return fail(Errc::not_found, none);
    if (damage) return fail(std::move(*damage));
    return wrong;
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

void RootSlots::add(Slot slot, const SlotSecret& secret, const RootKey& root, Random& random) {
    const auto slot_key = derive_slot_key(secret, provider_of(slot.type).label, vault_, slot.id);
    const auto context = slot_context(vault_, head_of(slot));
    slot.sealed = root.expose([&](ByteView plain) {
        return seal(
            slot_key,
            {.type = ObjectType::root_key,
             .key = {slot.id, key_id(slot_key)},
             .context = context.view()},
            plain, random
        );
    });
    slots_.push_back(std::move(slot));
}

Result<std::uint16_t> RootSlots::add_passphrase(
    const RootKey& root,
    std::uint32_t root_generation,
    const SecretBytes& passphrase,
    PassphraseCost cost,
    std::string_view label,
    Random& random,
    Instant now
) {
    ROOKERY_TRY(const auto id, next_id(label));
    ROOKERY_CHECK(check_passphrase(passphrase));
    PassphraseParams params{cost, {}};
    random.fill(params.salt);
    ROOKERY_TRY(const auto secret, stretch_passphrase(passphrase, cost, params.salt));
    add({.type = SlotType::passphrase,
         .id = id,
         .root_generation = root_generation,
         .created = now,
         .label = std::string{label},
         .params = crypto::serialise(params),
         .sealed = {}},
        secret, root, random);
    return id;
}

Result<std::uint16_t> RootSlots::add_key_file(
    const RootKey& root,
    std::uint32_t root_generation,
    const KeyFileSecret& secret,
    std::string_view label,
    Random& random,
    Instant now
) {
    ROOKERY_TRY(const auto id, next_id(label));
    add({.type = SlotType::key_file,
         .id = id,
         .root_generation = root_generation,
         .created = now,
         .label = std::string{label},
         .params = {},
         .sealed = {}},
        secret.expose([](ByteView bytes) { return SlotSecret::copy_of(bytes); }), root, random);
    return id;
}

Result<void> RootSlots::remove(std::uint16_t id) {
    const auto found = std::ranges::find(slots_, id, &Slot::id);
    if (found == slots_.end()) return fail(Errc::not_found, "there is no such root key slot");
    if (slots_.size() == 1) {
        return fail(
            Errc::bad_state, "the last root key slot cannot be removed",
            "without it nobody could ever open the vault: add another slot first"
        );
    }
    slots_.erase(found);
    return {};
}

Result<OpenedRoot> RootSlots::open_with_passphrase(const SecretBytes& passphrase) const {
    return open_with(
        SlotType::passphrase,
        [&](const Slot& slot) -> Result<SlotSecret> {
            ROOKERY_TRY(const auto params, parse_passphrase_params(slot.params));
            return stretch_passphrase(passphrase, params.cost, params.salt);
        },
        "this vault has no passphrase slot",
        fail(
            Errc::wrong_secret, "the passphrase opens no slot of this vault",
            "check keyboard layout and capitals; every character counts"
        )
    );
}

Result<OpenedRoot> RootSlots::open_with_key_file(const KeyFileSecret& secret) const {
    return open_with(
        SlotType::key_file,
        [&](const Slot&) -> Result<SlotSecret> {
            return secret.expose([](ByteView bytes) { return SlotSecret::copy_of(bytes); });
        },
        "this vault has no key file slot",
        fail(
            Errc::wrong_secret, "the key file opens no slot of this vault",
            "it belongs to another vault, or its slot was removed"
        )
    );
}

Result<OpenedRoot> RootSlots::open_with_key_file(const std::filesystem::path& path) const {
    ROOKERY_TRY(const auto secret, read_key_file(path));
    return open_with_key_file(secret);
}

}  // namespace rookery::crypto
