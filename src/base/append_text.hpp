// Appending text to a buffer that is wiped.
#pragma once

#include "base/zeroing_allocator.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace rookery {

/// In one piece: a vector with an allocator of its own inserts, and moves what it holds, byte by byte.
inline void append_text(WipedBuffer& out, std::string_view text) {
    if (text.empty()) return;
    const auto used = out.size();
    if (out.capacity() - used < text.size()) {
        WipedBuffer larger;
        larger.reserve(std::max(2 * out.capacity(), used + text.size()));
        larger.resize(used);
        if (used != 0) std::memcpy(larger.data(), out.data(), used);
        out.swap(larger);
    }
    out.resize(used + text.size());
    std::memcpy(out.data() + used, text.data(), text.size());
}

}  // namespace rookery
