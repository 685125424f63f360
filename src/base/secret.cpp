#include "base/secret.hpp"

#include "base/secret_arena.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstdlib>

namespace rookery {
namespace {

/// Chooses the fast implementations once, before main. A process without a working sodium must not
/// start.
[[maybe_unused]] const bool sodium_ready = [] {
    if (sodium_init() < 0) std::abort();
    return true;
}();

}  // namespace

void wipe(void* memory, std::size_t size) noexcept {
    if (size != 0) sodium_memzero(memory, size);
}

bool constant_time_equal(ByteView a, ByteView b) noexcept {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

SecretBytes::SecretBytes(std::size_t size) {
    if (size == 0) return;
    const auto cell = arena::allocate(size);
    data_ = cell.data;
    size_ = size;
    capacity_ = cell.capacity;
}

SecretBytes SecretBytes::copy_of(ByteView bytes) {
    SecretBytes out(bytes.size());
    if (!bytes.empty()) std::memcpy(out.data_, bytes.data(), bytes.size());
    return out;
}

SecretBytes SecretBytes::clone() const { return copy_of({data_, size_}); }

void SecretBytes::append(ByteView bytes) {
    if (bytes.empty()) return;
    if (bytes.size() > capacity_ - size_) {
        // Twice as much, so that appending byte by byte stays linear. Not with release() first:
        // `bytes` may point into this object.
        SecretBytes larger(std::max(size_ + bytes.size(), 2 * size_));
        if (size_ != 0) std::memcpy(larger.data_, data_, size_);
        std::memcpy(larger.data_ + size_, bytes.data(), bytes.size());
        larger.size_ = size_ + bytes.size();
        *this = std::move(larger);
        return;
    }
    std::memmove(data_ + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
}

void SecretBytes::shrink(std::size_t size) noexcept {
    wipe(data_ + size, size_ - size);
    size_ = size;
}

void SecretBytes::release() noexcept {
    if (data_ != nullptr) arena::release({data_, capacity_});
    data_ = nullptr;
    size_ = 0;
    capacity_ = 0;
}

}  // namespace rookery
