// ScrubCursor: where the scrub goes on, as a text that stays in its row over a restart.
//
//   cursor = phase " " ( key in hex / "-" ) " " next " " log size
//   phase  = "state" / "rows" / "index" / "meta" / "log"
//
// The key is the last one that was looked at, the next entry that of the log. The log size is how many entries it had
// when the scrub began: those are looked at, since a log that is written to might never end.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::jobs {

enum class ScrubPhase : std::uint8_t { state, rows, index, meta, log };

struct ScrubCursor {
    ScrubPhase phase = ScrubPhase::state;
    std::string key;             // empty: before the first
    std::uint64_t next = 0;      // entry of the log
    std::uint64_t log_size = 0;  // up to which entries are looked at

    friend bool operator==(const ScrubCursor&, const ScrubCursor&) = default;
};

[[nodiscard]] std::string to_text(const ScrubCursor& cursor);
/// An empty text is the beginning. Errc::integrity for what to_text does not write.
[[nodiscard]] Result<ScrubCursor> parse_scrub_cursor(std::string_view text);

}  // namespace rookery::jobs
