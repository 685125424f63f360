// Contexts: the associated data of every sealed object. The caller builds one from where the object
// was found; nothing in it is taken from the object. Built on the stack.
#pragma once

#include "base/bytes.hpp"
#include "base/uuid.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace rookery::crypto {

/// Big-endian writer into itself. Names come from the schema, so overflow is a bug: std::length_error.
class Context {
 public:
    static constexpr std::size_t capacity = 704;  // a slot of sixteen shares has the longest

    Context& u8(std::uint8_t v) { return integer(v, 1); }

    Context& u16(std::uint16_t v) { return integer(v, 2); }

    Context& u32(std::uint32_t v) { return integer(v, 4); }

    Context& u64(std::uint64_t v) { return integer(v, 8); }

    Context& bytes(ByteView v);
    Context& lp(ByteView v);

    Context& lp(std::string_view v) { return lp(bytes_of(v)); }

    [[nodiscard]] ByteView view() const { return {buffer_.data(), size_}; }

 private:
    Context& integer(std::uint64_t v, std::size_t width);
    std::span<std::uint8_t> grow(std::size_t by);

    ByteArray<capacity> buffer_;
    std::size_t size_ = 0;
};

/// LP("sv1.slot") || vault id || the slot's bytes before its sealed part.
[[nodiscard]] Context slot_context(const Uuid& vault, ByteView slot_head);
/// LP("sv1.keyring") || vault id || u64(epoch)
[[nodiscard]] Context keyring_context(const Uuid& vault, std::uint64_t epoch);
/// LP("sv1.dek") || vault id || LP(table) || LP(record id) || u32(dek version), and u32(wrap generation)
/// unless that is 0: the generation stands outside the row's tag.
[[nodiscard]] Context dek_context(
    const Uuid& vault, std::string_view table, ByteView record, std::uint32_t dek_version,
    std::uint32_t wrap_generation
);
/// LP("sv1.col") || vault id || LP(table) || LP(record id) || LP(column) || u32(dek version) ||
/// u64(value version)
[[nodiscard]] Context column_context(
    const Uuid& vault, std::string_view table, ByteView record, std::string_view column,
    std::uint32_t dek_version, std::uint64_t value_version
);
/// LP("sv1.auditday") || vault id || LP(log origin) || u32(day) || u8(section)
[[nodiscard]] Context audit_day_context(
    const Uuid& vault, std::string_view origin, std::uint32_t day, std::uint8_t section
);

}  // namespace rookery::crypto
