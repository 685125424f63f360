#include "messages/pair_id.hpp"

#include "crypto/sha256.hpp"

namespace rookery::messages {

Uuid pair_id(const schema::Table& intersect, const Uuid& first, const Uuid& second) {
    ByteWriter input(64);
    input.text("sv1.pair").u16(intersect.id).bytes(first.view()).bytes(second.view());
    const auto digest = crypto::sha256(input.view());
    auto id = Uuid::from_bytes(ByteView(digest).first(16));
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | 0x80);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
    return id;
}

}  // namespace rookery::messages
