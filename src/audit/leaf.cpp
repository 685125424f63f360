#include "audit/leaf.hpp"

#include "base/integrity_failure.hpp"
#include "crypto/sha256.hpp"

namespace rookery::audit {

Digest bind_core(std::uint64_t index, const Digest& commitment) {
    constexpr std::string_view label{"sv1.audit.bind\0", 15};
    ByteArray<label.size() + 8 + 32> input{};
    auto* at = std::copy(label.begin(), label.end(), input.data());
    for (int shift = 56; shift >= 0; shift -= 8) *at++ = static_cast<std::uint8_t>(index >> shift);
    std::copy(commitment.begin(), commitment.end(), at);
    return crypto::sha256(ByteView{input});
}

Digest core_commit_in(const Leaf& leaf, const Digest& commitment) {
    return leaf.format == 1 ? commitment : bind_core(leaf.index, commitment);
}

ByteArray<Leaf::size> encode(const Leaf& leaf) {
    ByteArray<Leaf::size> out{};
    auto* at = out.data();
    *at++ = leaf.format;
    *at++ = static_cast<std::uint8_t>(leaf.kind);
    at += 2;  // flags
    const auto put = [&](std::uint64_t value) {
        for (int shift = 56; shift >= 0; shift -= 8)
            *at++ = static_cast<std::uint8_t>(value >> shift);
    };
    put(leaf.index);
    put(to_ms(leaf.time));
    std::memcpy(at, leaf.core_commit.data(), leaf.core_commit.size());
    std::memcpy(at + leaf.core_commit.size(), leaf.priv_commit.data(), leaf.priv_commit.size());
    return out;
}

Result<Leaf> parse_leaf(ByteView bytes) {
    ByteReader in{bytes};
    const auto format = in.u8();
    const bool known_format = format == 1 || format == Leaf::newest_format;
    const auto kind = in.u8();
    const auto flags = in.u16();
    Leaf leaf;
    leaf.index = in.u64();
    const auto time = in.u64();
    leaf.core_commit = in.array<32>();
    leaf.priv_commit = in.array<32>();
    const auto expected = leaf.index == 0 ? Leaf::Kind::genesis : Leaf::Kind::event;
    // Times are signed in memory: a leaf from after the year 292 million is no leaf.
    if (!in.done() || !known_format || flags != 0 || kind != static_cast<std::uint8_t>(expected) ||
        time > static_cast<std::uint64_t>(INT64_MAX)) {
        return integrity_failure();
    }
    leaf.format = format;
    leaf.kind = expected;
    leaf.time = from_ms(time);
    return leaf;
}

}  // namespace rookery::audit
