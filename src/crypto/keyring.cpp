#include "crypto/keyring.hpp"

#include "base/integrity_failure.hpp"
#include "crypto/context.hpp"
#include "crypto/hash.hpp"
#include "crypto/sealed_object.hpp"

#include <algorithm>
#include <stdexcept>

namespace rookery::crypto {
namespace {

constexpr std::string_view magic = "SVKR";
constexpr std::uint8_t format_1 = 1;
constexpr std::uint8_t format_2 = 2;
constexpr std::size_t format_1_purposes = 8;
constexpr std::size_t key_bytes = 32;
constexpr std::size_t head_bytes = 4 + 1 + 8 + 16 + 8 + 4;
constexpr std::size_t format_1_head_bytes = head_bytes - 8;
constexpr std::size_t entry_bytes = 1 + 4 + 1 + 1 + 8 + 8 + 8 + 8 + 2;  // without the key
static_assert(sealed_plain_max == head_bytes + Keyring::entries_max * (entry_bytes + key_bytes));

/// Calls `fn` with the held keys of a purpose that is known only at run time.
template <class Keys, class F>
auto visit(Keys& keys, Purpose purpose, F&& fn) {
    using enum Purpose;
    switch (purpose) {
        case record_kek:
            return fn(std::get<0>(keys));
        case audit_kek:
            return fn(std::get<1>(keys));
        case pseudonym:
            return fn(std::get<2>(keys));
        case index:
            return fn(std::get<3>(keys));
        case exports:
            return fn(std::get<4>(keys));
        case row:
            return fn(std::get<5>(keys));
        case credential:
            return fn(std::get<6>(keys));
        case digest:
            return fn(std::get<7>(keys));
        case log_signing:
            return fn(std::get<8>(keys));
     case slots:
            return fn(std::get<9>(keys));
    }
    throw std::logic_error("keyring: no such purpose");
}

template <Purpose P>
void hold_in(HeldKeys<P>& keys, std::uint32_t version, ByteView bytes) {
    using K = typename KeyOf<P>::type;
    keys.boxes.push_back(SecretBox<HeldKey<P>>(HeldKey<P>{
        K::copy_of(bytes), KeyName{version, key_id(bytes)}}));
}

template <Purpose P>
auto box_of(HeldKeys<P>& keys, std::uint32_t version) {
    return std::find_if(keys.boxes.begin(), keys.boxes.end(), [&](const auto& box) {
        return box->name.version == version;
    });
}

std::tuple<Purpose, std::uint32_t> order_of(const KeyEntry& entry) {
    return {entry.purpose, entry.version};
}

SecretBytes random_key(Random& random) {
    SecretBytes key(key_bytes);
    key.expose_mutable([&](std::span<std::uint8_t> bytes) { random.fill(bytes); });
    return key;
}

/// In place, so that keys are written once, into locked memory.
class SecretWriter {
 public:
    explicit SecretWriter(std::span<std::uint8_t> out) : out_(out) {}

    void integer(std::uint64_t v, std::size_t width) {
        while (width-- > 0) out_[at_++] = static_cast<std::uint8_t>(v >> (8 * width));
    }

    void bytes(ByteView v) {
        if (!v.empty()) std::memcpy(out_.data() + at_, v.data(), v.size());
        at_ += v.size();
    }

 private:
    std::span<std::uint8_t> out_;
    std::size_t at_ = 0;
};

}  // namespace

RingKey derive_ring_key(const RootKey& root) {
    return KeyedHash(root).lp("sv1.keyring").key<RingKey>();
}

const KeyEntry* Keyring::entry(Purpose purpose, std::uint32_t version) const {
    const auto found =
        std::ranges::lower_bound(entries_, std::tuple{purpose, version}, std::less<>{}, order_of);
    return found != entries_.end() && order_of(*found) == std::tuple{purpose, version} ? &*found
                                                                                       : nullptr;
}

KeyEntry* Keyring::mutable_entry(Purpose purpose, std::uint32_t version) {
    const auto found =
        std::ranges::lower_bound(entries_, std::tuple{purpose, version}, std::less<>{}, order_of);
    return found != entries_.end() && order_of(*found) == std::tuple{purpose, version} ? &*found
                                                                                       : nullptr;
}

std::uint32_t Keyring::active_version(Purpose purpose) const {
    for (const auto& e : entries_) {
        if (e.purpose == purpose && e.state == KeyState::active) return e.version;
    }
    throw std::logic_error("keyring: no active key");
}

void Keyring::hold(Purpose purpose, std::uint32_t version, ByteView key) {
    visit(held_, purpose, [&](auto& keys) { hold_in(keys, version, key); });
}

void Keyring::forget(Purpose purpose, std::uint32_t version) {
    visit(held_, purpose, [&](auto& keys) {
        const auto found = box_of(keys, version);
        if (found != keys.boxes.end()) keys.boxes.erase(found);
    });
}

void Keyring::point_at_active_keys() {
    for (std::size_t i = 1; i <= purpose_count; ++i) {
        const auto purpose = static_cast<Purpose>(i);
        const auto version = active_version(purpose);
        visit(held_, purpose, [&](auto& keys) {
            const auto found = box_of(keys, version);
            if (found == keys.boxes.end())
                throw std::logic_error("keyring: active key is not held");
            keys.active = static_cast<std::size_t>(found - keys.boxes.begin());
        });
    }
}

ByteView Keyring::key_bytes(Purpose purpose, std::uint32_t version) const {
    return visit(held_, purpose, [&](const auto& keys) -> ByteView {
        for (const auto& box : keys.boxes) {
            if (box->name.version == version) {
                return box->key.expose([](ByteView bytes) { return bytes; });
            }
        }
        return {};
    });
}

Keyring Keyring::create(const Uuid& vault, Random& random, Instant now) {
    Keyring out;
    out.epoch_ = 1;
    out.vault_ = vault;
    for (std::size_t i = 1; i <= purpose_count; ++i) {
        const auto key = random_key(random);
        key.expose([&](ByteView bytes) { out.begin(static_cast<Purpose>(i), bytes, now); });
    }
    out.point_at_active_keys();
    return out;
}

void Keyring::begin(Purpose purpose, ByteView key, Instant now) {
    hold(purpose, 1, key);
    entries_.push_back({purpose, 1, KeyState::active, key_id(key), now, now, 0});
}

SecretBytes Keyring::serialise() const {
    std::size_t size = head_bytes;
    for (const auto& e : entries_) size += entry_bytes + key_bytes(e.purpose, e.version).size();
    SecretBytes out(size);
    out.expose_mutable([&](std::span<std::uint8_t> bytes) {
        SecretWriter to(bytes);
        to.bytes(bytes_of(magic));
        to.integer(format_2, 1);
        to.integer(epoch_, 8);
        to.bytes(vault_.bytes);
        to.integer(slot_set_, 8);
        to.integer(entries_.size(), 4);
        for (const auto& e : entries_) {
            const auto key = key_bytes(e.purpose, e.version);
            to.integer(static_cast<std::uint8_t>(e.purpose), 1);
            to.integer(e.version, 4);
            to.integer(static_cast<std::uint8_t>(e.state), 1);
            to.integer(0, 1);
            to.bytes(e.id);
            to.integer(to_ms(e.created), 8);
            to.integer(to_ms(e.changed), 8);
            to.integer(e.uses_reserved, 8);
            to.integer(key.size(), 2);
            to.bytes(key);
        }
    });
    return out;
}

Bytes Keyring::seal(const RootKey& root, std::uint32_t root_generation, Random& random) const {
    return seal(derive_ring_key(root), root_generation, random);
}

Bytes Keyring::seal(const RingKey& ring, std::uint32_t root_generation, Random& random) const {
    const auto context = keyring_context(vault_, epoch_);
    const auto plain = serialise();
    ByteWriter out(8 + plain.size() + sealed_overhead);
    out.u64(epoch_);
    out.bytes(plain.expose([&](ByteView bytes) {
        return crypto::seal(
            ring,
            {.type = ObjectType::keyring,
             .key = {root_generation, key_id(ring)},
             .context = context.view()},
            bytes,
            random
        );
    }));
    return std::move(out).take();
}

Result<SecretBytes> Keyring::unseal(
    ByteView file, const RootKey& root, std::uint32_t root_generation, const Uuid& vault
) {
    if (file.size() < 8 + sealed_overhead + format_1_head_bytes ||
        file.size() > 8 + sealed_overhead + sealed_plain_max) {
        return integrity_failure();
    }
    const auto object = file.subspan(8);
    const auto ring = derive_ring_key(root);
    const auto context = keyring_context(vault, ByteReader(file.first(8)).u64());
    SecretBytes plain(object.size() - sealed_overhead);
    const auto failure = plain.expose_mutable([&](std::span<std::uint8_t> out) {
        return ring.expose([&](ByteView key) {
            return open_into(
                out,
                key,
                {.type = ObjectType::keyring,
                 .key = {root_generation, key_id(ring)},
                 .context = context.view()},
                object
            );
        });
    });
    if (failure == OpenFailure::key) {
        return fail(
            Errc::integrity,
            "the keyring is sealed under another root key: expected key id " +
                to_hex(parse_sealed_header(object)->key.id) + ", got " + to_hex(key_id(ring)),
            "the files 'keyring' and 'slots' are of two vaults, or of two times: put back both "
            "from "
            "one backup of the keyring"
        );
    }
    if (failure != OpenFailure::none) return integrity_failure();
    return plain;
}

Result<Keyring> Keyring::open(
    ByteView file, const RootKey& root, std::uint32_t root_generation, const Uuid& vault,
    std::uint64_t epoch_min
) {
    ROOKERY_TRY(const auto plain, unseal(file, root, root_generation, vault));
    const auto epoch = ByteReader(file.first(8)).u64();
    if (epoch < epoch_min) {
        return integrity_failure(
            "the keyring is older than the vault has seen: put back the newest keyring file"
        );
    }
    return plain.expose([&](ByteView bytes) { return parse(bytes, epoch, vault, format_2); });
}

Result<Keyring> Keyring::convert(
    ByteView file, const RootKey& root, std::uint32_t root_generation, const Uuid& vault,
    const SigningSeed& signing, Random& random, Instant now
) {
    ROOKERY_TRY(const auto plain, unseal(file, root, root_generation, vault));
    const auto epoch = ByteReader(file.first(8)).u64();
    ROOKERY_TRY(auto out, plain.expose([&](ByteView bytes) {
        return parse(bytes, epoch, vault, format_1);
    }));
    ++out.epoch_;
    signing.expose([&](ByteView bytes) { out.begin(Purpose::log_signing, bytes, now); });
    const auto slots = random_key(random);
    slots.expose([&](ByteView bytes) { out.begin(Purpose::slots, bytes, now); });
    out.point_at_active_keys();
    return out;
}

Result<Keyring> Keyring::parse(
    ByteView plain, std::uint64_t outer_epoch, const Uuid& vault, std::uint8_t format
) {
    ByteReader in(plain);
    if (text_of(in.bytes(magic.size())) != magic) return integrity_failure();
    const auto written = in.u8();
    if (written > format_2) {
        return fail(
            Errc::newer_format,
            "the keyring was written by a newer version of this program",
            "use that version"
        );
    }
    if (written != format) {
        return fail(Errc::bad_state, "the keyring is of another format than the vault");
    }
    const std::size_t purposes = format == format_1 ? format_1_purposes : purpose_count;
    Keyring out;
    out.epoch_ = in.u64();
    out.vault_ = Uuid{in.array<16>()};
    if (format != format_1) out.slot_set_ = in.u64();
    const auto count = in.u32();
    if (!in.ok() || out.epoch_ == 0 || out.epoch_ != outer_epoch || out.vault_ != vault ||
        out.slot_set_ == 0 || count > entries_max || in.left() < count * entry_bytes) {
        return integrity_failure();
    }
    out.entries_.reserve(count);
    std::array<int, purpose_count> active{};
    for (std::uint32_t i = 0; i < count; ++i) {
        KeyEntry e;
        const auto purpose = in.u8();
        e.version = in.u32();
        const auto state = in.u8();
        const auto flags = in.u8();
        e.id = in.array<8>();
        e.created = from_ms(in.u64());
        e.changed = from_ms(in.u64());
        e.uses_reserved = in.u64();
        const auto key = in.lp();
        if (!in.ok() || purpose < 1 || purpose > purposes || state < 1 ||
            state > static_cast<std::uint8_t>(KeyState::destroyed) || flags != 0 ||
            e.version == 0) {
            return integrity_failure();
        }
        e.purpose = static_cast<Purpose>(purpose);
        e.state = static_cast<KeyState>(state);
        if (!out.entries_.empty() && order_of(out.entries_.back()) >= order_of(e)) {
            return integrity_failure();
        }
        const std::size_t expected = e.state == KeyState::destroyed ? 0 : crypto::key_bytes;
        if (key.size() != expected) return integrity_failure();
        if (!key.empty()) {
            if (key_id(key) != e.id) return integrity_failure();
            out.hold(e.purpose, e.version, key);
        }
        if (e.state == KeyState::active) ++active[purpose - 1U];
        out.entries_.push_back(e);
    }
    const auto one_each = std::span{active}.first(purposes);
    if (!in.done() || !std::ranges::all_of(one_each, [](int n) { return n == 1; })) {
        return integrity_failure();
    }
    if (format != format_1)
        out.point_at_active_keys();  // else its caller adds what is missing first
    return out;
}

Keyring Keyring::successor() const {
    Keyring out;
    out.epoch_ = epoch_ + 1;
    out.vault_ = vault_;
    out.slot_set_ = slot_set_;
    out.entries_ = entries_;
    for (const auto& e : entries_) {
        const auto key = key_bytes(e.purpose, e.version);
        if (!key.empty()) out.hold(e.purpose, e.version, key);
    }
    out.point_at_active_keys();
    return out;
}

Result<Keyring> Keyring::with_new_key(Purpose purpose, Random& random, Instant now) const {
    if (entries_.size() >= entries_max) {
        return fail(Errc::out_of_range, "the keyring is full (4096 keys)");
    }
    std::uint32_t newest = 0;
    for (const auto& e : entries_) {
        if (e.purpose == purpose) newest = e.version;
    }
    if (newest == UINT32_MAX) return fail(Errc::out_of_range, "no key version is left");
    auto out = successor();
    const auto key = random_key(random);
    key.expose([&](ByteView bytes) {
        const KeyEntry added{purpose, newest + 1, KeyState::pre_active, key_id(bytes), now, now, 0};
        const auto at =
            std::ranges::upper_bound(out.entries_, order_of(added), std::less<>{}, order_of);
        out.entries_.insert(at, added);
        out.hold(purpose, added.version, bytes);
    });
    out.point_at_active_keys();
    return out;
}

Result<Keyring> Keyring::with_active(
    Purpose purpose, std::uint32_t version, Instant now, KeyState predecessor
) const {
    const auto* wanted = entry(purpose, version);
    if (wanted == nullptr || wanted->state != KeyState::pre_active ||
        (predecessor != KeyState::decrypt_only && predecessor != KeyState::compromised)) {
        return fail(Errc::bad_state, "only a new key version can become the active one");
    }
    auto out = successor();
    auto* before = out.mutable_entry(purpose, active_version(purpose));
    before->state = predecessor;
    before->changed = now;
    auto* after = out.mutable_entry(purpose, version);
    after->state = KeyState::active;
    after->changed = now;
    out.point_at_active_keys();
    return out;
}

Result<Keyring> Keyring::with_state(
    Purpose purpose, std::uint32_t version, KeyState state, Instant now
) const {
    const auto* current = entry(purpose, version);
    if (current == nullptr || current->state == KeyState::active || state == KeyState::active ||
        state <= current->state) {
        return fail(
            Errc::bad_state,
            "a key version cannot take that state",
            "states only move forward; activate a successor before retiring the active version"
        );
    }
    // Destruction is two steps, so that a use in between can raise an alarm and cancel it.
    if (state == KeyState::destroyed && current->state != KeyState::destroy_pending) {
        return fail(
            Errc::bad_state, "a key version must wait for destruction before it is destroyed"
        );
    }
    auto out = successor();
    auto* changed = out.mutable_entry(purpose, version);
    changed->state = state;
    changed->changed = now;
    if (state == KeyState::destroyed) out.forget(purpose, version);
    out.point_at_active_keys();
    return out;
}

Keyring Keyring::with_uses_reserved(Purpose purpose, std::uint32_t version, std::uint64_t uses)
    const {
    auto out = successor();
    out.epoch_ = epoch_;
    if (auto* key = out.mutable_entry(purpose, version); key != nullptr) {
        key->uses_reserved = std::max(key->uses_reserved, uses);
    }
    return out;
}

Keyring Keyring::with_next_slot_set() const {
    auto out = successor();
    ++out.slot_set_;
    return out;
}

}  // namespace rookery::crypto
