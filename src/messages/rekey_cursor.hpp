// RekeyCursor: how far a re-key is, of data keys or of row tags, as the text in its job's row.
//
//   cursor      = phase " " version " " compromised " " rekeyed " " remaining " " ( key in hex / "-" )
//   phase       = "choose" / "renew" / "count" / "rekey" / "prove"
//   compromised = "-" / version / "all"
//
// The version is that of the key that everything is under in the end, 0 as long as none is chosen. Compromised are the
// record KEKs that somebody else may have; "all" are those that there were when the job began. The key of the store is the
// last one that was looked at; remaining is what the last phase found.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::messages {

enum class RekeyPhase : std::uint8_t { choose, renew, count, rekey, prove };

struct RekeyCursor {
    static constexpr std::uint32_t nothing = 0;
    static constexpr std::uint32_t all = UINT32_MAX;

    RekeyPhase phase = RekeyPhase::choose;
    std::uint32_t version = 0;
    std::uint32_t compromised = nothing;  // or a version, or all
    std::uint64_t rekeyed = 0;
    std::uint64_t remaining = 0;
    std::string key;  // empty: before the first

    friend bool operator==(const RekeyCursor&, const RekeyCursor&) = default;
};

[[nodiscard]] std::string to_text(const RekeyCursor& cursor);
/// An empty text is where a job begins that is started by its name. Errc::integrity for what to_text does not write.
[[nodiscard]] Result<RekeyCursor> parse_rekey_cursor(std::string_view text);

}  // namespace rookery::messages
