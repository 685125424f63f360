// Of an event's two private sections, what a leaf commits to:
//   commitment = SHA-256("sv1.audit.core" or "sv1.audit.priv" || 0x00 || salt 32 || section bytes)
// Its input is built in a SectionBuffer.
#pragma once

#include "audit/cbor.hpp"
#include "base/bytes.hpp"
#include "crypto/detail_sealer.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>

namespace rookery::audit {

using Salt = ByteArray<32>;
using Section = crypto::DetailSection;

inline constexpr std::size_t salt_bytes = std::tuple_size_v<Salt>;

[[nodiscard]] Digest commitment(Section section, const Salt& salt, ByteView bytes);

/// label || 0x00 || salt || section bytes, in one piece of the stack: the commitment's input, whose
/// tail is what gets sealed.
class SectionBuffer {
 public:
    /// `salt`: salt_bytes of them.
    SectionBuffer(Section section, ByteView salt);

    /// Room for the section's bytes.
    [[nodiscard]] std::span<std::uint8_t> content() {
        return std::span{memory_}.subspan(label_bytes + salt_bytes);
    }

    /// How much of the room was used.
    void set_size(std::size_t content_bytes) { used_ = label_bytes + salt_bytes + content_bytes; }

    [[nodiscard]] Digest commitment() const;

    /// salt || section bytes
    [[nodiscard]] ByteView salted() const {
        return ByteView{memory_}.first(used_).subspan(label_bytes);
    }

 private:
    static constexpr std::size_t label_bytes = 15;  // with the zero byte

    std::size_t used_ = 0;
    ByteArray<label_bytes + salt_bytes + cbor_bytes_max> memory_;
};

}  // namespace rookery::audit
