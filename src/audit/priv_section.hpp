// The priv section of an event: where the request came from, and what its sender said about it. For
// investigators. Format: docs/formats/audit-log.md. Pure; thread-safe.
#pragma once

#include "audit/event.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace rookery::audit {

/// Section bytes into `memory` (at least cbor_bytes_max); their number, 0 when it has none of the fields.
[[nodiscard]] std::size_t write_priv_section(
    std::span<std::uint8_t> memory, const PrivDetail& priv
);
[[nodiscard]] Bytes encode_priv(const PrivDetail& priv);

/// Errc::integrity for bytes outside the profile, missing or mistyped fields; keys that are not
/// known are kept.
[[nodiscard]] Result<PrivDetail> decode_priv(ByteView bytes);

}  // namespace rookery::audit
