#include "query/pair_position.hpp"

#include "base/bytes.hpp"

#include <cstdint>

namespace rookery::messages {

std::string to_bytes(const PairPosition& position) {
    StringWriter out;
    out.bytes(position.row.view()).u16(static_cast<std::uint16_t>(position.pair.size()));
    for (const auto& id : position.pair) out.bytes(id.view());
    out.text(position.key);
    return std::move(out).take();
}

std::optional<PairPosition> pair_position(std::string_view bytes) {
    ByteReader in(bytes_of(bytes));
    PairPosition out;
    out.row.bytes = in.array<sizeof(Uuid)>();
    const auto ids = in.u16();
    for (std::uint16_t i = 0; i < ids && in.ok(); ++i) {
        out.pair.emplace_back().bytes = in.array<sizeof(Uuid)>();
    }
    out.key = text_of(in.bytes(in.left()));
    return in.ok() ? std::optional{std::move(out)} : std::nullopt;
}

}  // namespace rookery::messages
