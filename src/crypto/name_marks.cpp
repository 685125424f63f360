#include "crypto/name_marks.hpp"

#include "crypto/hash.hpp"

#include <sodium.h>

#include <algorithm>

namespace rookery::crypto {
namespace {

static_assert(crypto_shorthash_siphash24_BYTES == 8);

SecretBytes key_of(const HeldKey<Purpose::pseudonym>& held, const Uuid& vault) {
    SecretBytes out(32);
    out.expose_mutable([&](std::span<std::uint8_t> memory) {
        KeyedHash(held.key).lp("sv1.name").bytes(vault.bytes).into(memory);
    });
    out.shrink(crypto_shorthash_siphash24_KEYBYTES);
    return out;
}

ByteArray<8> mark(const SecretBytes& key, std::string_view name) {
    ByteArray<8> out{};
    key.expose([&](ByteView bytes) {
        crypto_shorthash_siphash24(out.data(), bytes_of(name).data(), name.size(), bytes.data());
    });
    return out;
}

}  // namespace

NameMarks::NameMarks(const Keyring& keyring) {
    const auto& active = keyring.active<Purpose::pseudonym>();
    keys_.push_back(key_of(active, keyring.vault()));
    for (const auto& entry : keyring.entries()) {
        if (entry.purpose != Purpose::pseudonym || entry.version == active.name.version) continue;
        const auto* held = keyring.find<Purpose::pseudonym>(entry.version, KeyUse::check);
        if (held != nullptr) keys_.push_back(key_of(*held, keyring.vault()));
    }
}

ByteArray<8> NameMarks::of(std::string_view name) const { return mark(keys_.front(), name); }

bool NameMarks::fits(const ByteArray<8>& given, std::string_view name) const {
    return std::ranges::any_of(keys_, [&](const auto& key) { return mark(key, name) == given; });
}

}  // namespace rookery::crypto
