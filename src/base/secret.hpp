// Types for what must never be copied, printed, compared or left behind.
//
// SecretBytes (any length) lives in the process's locked arena; Key<Tag> (32 bytes) is inline and
// wiped. Both are move-only and wiped on destruction and when moved from. The only way in is
// `expose(fn)`, a name to search for; the only comparison is `constant_time_equal`.
#pragma once

#include "base/bytes.hpp"
#include "base/random.hpp"

#include <concepts>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rookery {

/// Overwrites memory in a way the compiler keeps.
void wipe(void* memory, std::size_t size) noexcept;
/// Same time for every content; lengths are not secret.
[[nodiscard]] bool constant_time_equal(ByteView a, ByteView b) noexcept;

class SecretBytes {
 public:
    SecretBytes() noexcept = default;
    /// `size` zero bytes. Throws std::bad_alloc when the locked arena is full (see secret_arena.hpp).
    explicit SecretBytes(std::size_t size);
    [[nodiscard]] static SecretBytes copy_of(ByteView bytes);

    [[nodiscard]] static SecretBytes copy_of(std::string_view text) {
        return copy_of(bytes_of(text));
    }

    SecretBytes(SecretBytes&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)),
          size_(std::exchange(other.size_, 0)),
          capacity_(std::exchange(other.capacity_, 0)) {}

    SecretBytes& operator=(SecretBytes&& other) noexcept {
        if (this != &other) {
            release();
            data_ = std::exchange(other.data_, nullptr);
            size_ = std::exchange(other.size_, 0);
            capacity_ = std::exchange(other.capacity_, 0);
        }
        return *this;
    }

    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;

    ~SecretBytes() { release(); }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

    [[nodiscard]] SecretBytes clone() const;
    /// Grows within the arena; the old cell is wiped.
    void append(ByteView bytes);
    /// Precondition: size <= size().
    void shrink(std::size_t size) noexcept;

    template <std::invocable<ByteView> F>
    decltype(auto) expose(F&& fn) const {
        return std::forward<F>(fn)(ByteView{data_, size_});
    }

    template <std::invocable<std::span<std::uint8_t>> F>
    decltype(auto) expose_mutable(F&& fn) {
        return std::forward<F>(fn)(std::span<std::uint8_t>{data_, size_});
    }

    bool operator==(const SecretBytes&) const = delete;

 private:
    void release() noexcept;

    std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

/// A 32-byte key; the tag makes a Kek and a Dek different types.
template <class Tag>
class Key {
 public:
    static constexpr std::size_t size = 32;

    [[nodiscard]] static Key random(Random& random) {
        Key key;
        random.fill(key.bytes_);
        return key;
    }

    /// Precondition: 32 bytes.
    [[nodiscard]] static Key copy_of(ByteView bytes) {
        Key key;
        std::memcpy(key.bytes_.data(), bytes.data(), size);
        return key;
    }

    /// `fill(std::span<std::uint8_t, 32>)` writes the key in place: no second copy to wipe.
    template <std::invocable<std::span<std::uint8_t, size>> F>
    [[nodiscard]] static Key filled_by(F&& fill) {
        Key key;
        std::forward<F>(fill)(std::span<std::uint8_t, size>{key.bytes_});
        return key;
    }

    Key(Key&& other) noexcept : bytes_(other.bytes_) { wipe(other.bytes_.data(), size); }

    Key& operator=(Key&& other) noexcept {
        if (this != &other) {
            bytes_ = other.bytes_;
            wipe(other.bytes_.data(), size);
        }
        return *this;
    }

    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;

    ~Key() { wipe(bytes_.data(), size); }

    [[nodiscard]] Key clone() const { return copy_of(bytes_); }

    template <std::invocable<ByteView> F>
    decltype(auto) expose(F&& fn) const {
        return std::forward<F>(fn)(ByteView{bytes_});
    }

    bool operator==(const Key&) const = delete;

 private:
    Key() = default;

    ByteArray<size> bytes_{};
};

static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_copy_assignable_v<SecretBytes>);
static_assert(!std::is_convertible_v<SecretBytes, std::string_view>);
static_assert(!std::equality_comparable<SecretBytes>);

}  // namespace rookery
