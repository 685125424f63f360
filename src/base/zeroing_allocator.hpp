// An allocator that wipes what it frees: for buffers that may hold a token for a moment (request
// bodies, replies) and are too large or too short-lived for the locked arena. Growing such a buffer
// wipes the old memory too. What TLS and the kernel copy is out of reach: docs/THREAT_MODEL.md.
#pragma once

#include "base/secret.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace rookery {

template <class T>
struct ZeroingAllocator {
    using value_type = T;

    ZeroingAllocator() = default;

    template <class U>
    ZeroingAllocator(const ZeroingAllocator<U>&) noexcept {}

    [[nodiscard]] T* allocate(std::size_t n) { return std::allocator<T>{}.allocate(n); }

    void deallocate(T* memory, std::size_t n) noexcept {
        wipe(memory, n * sizeof(T));
        std::allocator<T>{}.deallocate(memory, n);
    }

    template <class U>
    bool operator==(const ZeroingAllocator<U>&) const noexcept {
        return true;
    }
};

using WipedBuffer = std::vector<char, ZeroingAllocator<char>>;

}  // namespace rookery
