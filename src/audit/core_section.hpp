// The core section of an event: everything but what tells of the sender's surroundings. For reviewers.
// Format: docs/formats/audit-log.md. Pure; thread-safe.
#pragma once

#include "audit/event.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace rookery::audit {

/// Section bytes into `memory` (at least cbor_bytes_max); their number. `id` is written in place of the
/// event's own. What does not fit is left out: see prepare.
[[nodiscard]] std::size_t write_core_section(
    std::span<std::uint8_t> memory, const Event& event, const Uuid& id
);
[[nodiscard]] Bytes encode_core(const Event& event);

/// Errc::integrity for bytes outside the profile, missing or mistyped fields; keys that are not
/// known are kept.
[[nodiscard]] Result<Event> decode_core(ByteView bytes);

}  // namespace rookery::audit
