#include "crypto/context.hpp"

#include <stdexcept>

namespace rookery::crypto {

std::span<std::uint8_t> Context::grow(std::size_t by) {
    if (by > capacity - size_) throw std::length_error("context: too long");
    const auto out = std::span{buffer_}.subspan(size_, by);
    size_ += by;
    return out;
}

Context& Context::integer(std::uint64_t v, std::size_t width) {
    for (auto& byte : grow(width)) {
        --width;
        byte = static_cast<std::uint8_t>(v >> (8 * width));
    }
    return *this;
}

Context& Context::bytes(ByteView v) {
    const auto out = grow(v.size());
    if (!v.empty()) std::memcpy(out.data(), v.data(), v.size());
    return *this;
}

Context& Context::lp(ByteView v) {
    // Longer views overflow the buffer anyway, before the length is cut.
    return u16(static_cast<std::uint16_t>(v.size())).bytes(v);
}

Context slot_context(const Uuid& vault, ByteView slot_head) {
    Context out;
    out.lp("sv1.slot").bytes(vault.bytes).bytes(slot_head);
    return out;
}

Context keyring_context(const Uuid& vault, std::uint64_t epoch) {
    Context out;
    out.lp("sv1.keyring").bytes(vault.bytes).u64(epoch);
    return out;
}

Context dek_context(
    const Uuid& vault, std::string_view table, ByteView record, std::uint32_t dek_version,
    std::uint32_t wrap_generation
) {
    Context out;
    out.lp("sv1.dek").bytes(vault.bytes).lp(table).lp(record).u32(dek_version);
    if (wrap_generation != 0) out.u32(wrap_generation);
    return out;
}

Context column_context(
    const Uuid& vault, std::string_view table, ByteView record, std::string_view column,
    std::uint32_t dek_version, std::uint64_t value_version
) {
    Context out;
    out.lp("sv1.col").bytes(vault.bytes).lp(table).lp(record).lp(column);
    out.u32(dek_version).u64(value_version);
    return out;
}

Context audit_day_context(
    const Uuid& vault, std::string_view origin, std::uint32_t day, std::uint8_t section
) {
    Context out;
    out.lp("sv1.auditday").bytes(vault.bytes).lp(origin).u32(day).u8(section);
    return out;
}

}  // namespace rookery::crypto
