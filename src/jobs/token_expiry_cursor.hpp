// TokenExpiryCursor: where the ends of old versions of tokens go on, as a text that stays in the job's row over a restart.
//
//   cursor = phase " " ended " " mark " " ( key in hex / "-" )
//   phase  = "look" / "end" / "forget"
//
// Ended are the versions that were. The key is the last one of the store that was looked at; the mark is that of the store
// after the last end, 0 before it was taken.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::jobs {

enum class TokenExpiryPhase : std::uint8_t { look, end, forget };

struct TokenExpiryCursor {
    TokenExpiryPhase phase = TokenExpiryPhase::look;
    std::uint64_t ended = 0;
    std::uint64_t mark = 0;
    std::string key;  // empty: before the first

    friend bool operator==(const TokenExpiryCursor&, const TokenExpiryCursor&) = default;
};

[[nodiscard]] std::string to_text(const TokenExpiryCursor& cursor);
/// An empty text is where a job begins. Errc::integrity for what to_text does not write.
[[nodiscard]] Result<TokenExpiryCursor> parse_token_expiry_cursor(std::string_view text);

}  // namespace rookery::jobs
