// DestructionCursor: how far the destruction of a record KEK is, as the text in its job's row.
//
//   cursor = phase " " version " " keys " " ( key in hex / "-" ) " " ( person *( "," person ) / "-" )
//   phase  = "request" / "retire" / "destroy" / "retiring" / "destroying"
//
// A request waits for a second person, who makes "retire" of it; until then it says who the first may be (one_person.hpp).
// The two others look at everything in the store: keys counts the data keys under the version, and the key of the store
// is the last one that was looked at. Then "retiring" or "destroying" stands in the row before the keyring changes: from
// there on nobody pauses or cancels the job.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::messages {

enum class DestructionPhase : std::uint8_t { request, retire, destroy, retiring, destroying };

struct DestructionCursor {
    DestructionPhase phase = DestructionPhase::request;
    std::uint32_t version = 0;  // never 0 in a text
    std::uint64_t keys = 0;     // and damaged rows, of which nobody knows
    std::string key;            // empty: before the first
    std::vector<Uuid> person;   // of a request

    friend bool operator==(const DestructionCursor&, const DestructionCursor&) = default;
};

[[nodiscard]] std::string to_text(const DestructionCursor& cursor);

/// Whether the act is carried out and can be stopped no more.
[[nodiscard]] constexpr bool is_committed(DestructionPhase phase) {
    return phase == DestructionPhase::retiring || phase == DestructionPhase::destroying;
}

/// Errc::integrity for what to_text does not write.
[[nodiscard]] Result<DestructionCursor> parse_destruction_cursor(std::string_view text);

}  // namespace rookery::messages
