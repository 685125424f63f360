// libFuzzer target for shares as text: what is read is written the same, and the rest is refused.
#include "crypto/share_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rookery;
    using namespace rookery::crypto;
    const auto text = SecretBytes::copy_of(ByteView{data, size});
    const auto share = parse_share(text, 1);
    if (!share) return 0;
    if (!is_possible(share->set) || share->share.number == 0) __builtin_trap();
    const bool same = to_text(*share).expose([&](ByteView back) {
        return std::ranges::equal(back, ByteView{data, size});
    });
    if (!same) __builtin_trap();
    return 0;
}
