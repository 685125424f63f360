// What core_section.cpp and priv_section.cpp share when they write: the version of their schema, limits of
// texts, and how a text is cut.
#pragma once

#include "audit/cbor.hpp"
#include "audit/event.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rookery::audit {

inline constexpr std::uint64_t section_schema = 1;
/// Key of the schema version, the first field of either section.
inline constexpr std::uint64_t section_schema_key = 0;

// Longest texts, in bytes. Together with the fixed fields they stay below cbor_bytes_max, so that only
// lists can make a section too long.
inline constexpr std::size_t name_bytes_max = 255;   // node, actor, agent, host
inline constexpr std::size_t label_bytes_max = 128;  // message, table, request id, ticket, a hop

/// Made UTF-8 and cut at `bytes_max`.
void put_text(CborWriter& out, std::string_view text, std::size_t bytes_max);
/// Nothing for an empty text.
void put_optional_text(
    CborWriter& out, std::uint64_t key, std::string_view text, std::size_t bytes_max
);
/// Fields of a later minor version, as they were read.
void put_unknown(CborWriter& out, const std::vector<UnknownField>& fields);

}  // namespace rookery::audit
