// KeyRotationCursor: where a rotation goes on, as a text that stays in its row over a restart.
//
//   cursor = phase " " version " " rewrapped " " ( key in hex / "-" ) " " ( census / "-" )
//   phase  = "activate" / "count" / "rewrap" / "prove"
//   census = version ":" keys *( "," version ":" keys )
//
// The version is that of the new KEK. The key is the last one of the store that was looked at. The census is how many
// data keys were seen under each version, in the phases that count.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace rookery::jobs {

enum class RotationPhase : std::uint8_t { activate, count, rewrap, prove };

/// Data keys by the version of the KEK that they are wrapped under.
using KeyCensus = std::map<std::uint32_t, std::uint64_t>;

struct KeyRotationCursor {
    RotationPhase phase = RotationPhase::activate;
    std::uint32_t version = 0;  // never 0 in a text
    std::uint64_t rewrapped = 0;
    std::string key;  // empty: before the first
    KeyCensus census;

    friend bool operator==(const KeyRotationCursor&, const KeyRotationCursor&) = default;
};

[[nodiscard]] std::string to_text(const KeyRotationCursor& cursor);
/// Errc::integrity for what to_text does not write.
[[nodiscard]] Result<KeyRotationCursor> parse_key_rotation_cursor(std::string_view text);

}  // namespace rookery::jobs
