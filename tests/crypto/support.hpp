// Fixed keys, places and randomness for the crypto tests, as envelope vectors use them.
#pragma once

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "crypto/key_file_slot.hpp"
#include "crypto/keyring.hpp"
#include "crypto/keys.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace rookery::crypto::test {

/// first, first + 1, ... modulo 256.
inline Bytes span_of(std::uint8_t first, std::size_t count) {
    Bytes out(count);
    for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::uint8_t>(first + i);
    return out;
}

inline Bytes hex(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c != ' ' && c != '\n') digits.push_back(c);
    }
    return from_hex(digits).value();
}

template <class T>
T value(Result<T> result) {
    REQUIRE(result);
    return std::move(*result);
}

/// Counts on from `next`: repeatable, and every draw differs.
class CountingRandom final : public Random {
 public:
    explicit CountingRandom(std::uint8_t next = 0) : next_(next) {}

    void fill(std::span<std::uint8_t> out) override {
        for (auto& byte : out) byte = next_++;
    }

 private:
    std::uint8_t next_;
};

inline const Uuid vault_id = Uuid::from_bytes(span_of(0xA0, 16));
inline const Uuid other_vault = Uuid::from_bytes(span_of(0xA1, 16));
inline const Uuid record_id = Uuid::from_bytes(span_of(0x10, 16));
inline const Uuid other_record = Uuid::from_bytes(span_of(0x11, 16));
inline const Instant epoch_2026 = from_ms(1767225600000);

/// The key of purpose p is p*32, p*32+1, ... modulo 256: as tests/vectors/row_tag.py has them.
inline Keyring counting_keyring(const Uuid& vault = vault_id) {
    CountingRandom random(32);
    return Keyring::create(vault, random, epoch_2026);
}

template <class K>
Bytes bytes_in(const K& key) {
    return key.expose([](ByteView bytes) { return Bytes(bytes.begin(), bytes.end()); });
}

inline Bytes bytes_in(const SecretBytes& secret) {
    return secret.expose([](ByteView bytes) { return Bytes(bytes.begin(), bytes.end()); });
}

inline RootKey root_key(std::uint8_t first = 0) { return RootKey::copy_of(span_of(first, 32)); }

class TempFolder {
 public:
    TempFolder() {
        SystemRandom random;
        path_ = std::filesystem::temp_directory_path() /
                ("rookery-crypto-" + to_string(Uuid::random(random)));
        std::filesystem::create_directory(path_);
    }

    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] std::filesystem::path file(std::string_view name) const { return path_ / name; }

 private:
    std::filesystem::path path_;
};

inline void write_file(
    const std::filesystem::path& path, std::string_view content, std::filesystem::perms mode
) {
    std::ofstream(path, std::ios::binary) << content;
    std::filesystem::permissions(path, mode);
}

/// An offer of the key file that holds first, first + 1, ...
inline std::unique_ptr<SlotOffer> key_file(std::uint8_t first = 0x40) {
    static const TempFolder folder;
    const auto secret = to_hex(span_of(first, 32));
    const auto path = folder.file(secret);
    if (!std::filesystem::exists(path)) {
        write_file(path, secret + "\n", std::filesystem::perms::owner_read);
    }
    return key_file_offer(path);
}

}  // namespace rookery::crypto::test
