// Ids of rows that the program itself makes: the same in every vault, since they follow from the schema.
#pragma once

#include "base/uuid.hpp"

#include <cstdint>

namespace rookery::schema {

/// The kinds reach clients as a part of ids: explicit, never reused.
enum class MadeKind : std::uint8_t { privilege = 1, saved_query = 2 };

/// A version 8 GUID (RFC 9562 section 5.8): fixed text, what kind of row it is of, a number.
[[nodiscard]] constexpr Uuid made_id(MadeKind kind, std::uint16_t number) {
    Uuid out;
    out.bytes = {'r', 'o', 'o', 'k', 'e', 'r', 0x80, 'y', 0x80, 0, 0, 0, 0, 0, 0, 0};
    out.bytes[9] = static_cast<std::uint8_t>(kind);
    out.bytes[14] = static_cast<std::uint8_t>(number >> 8);
    out.bytes[15] = static_cast<std::uint8_t>(number);
    return out;
}

}  // namespace rookery::schema
