// DestructionCursor: how far the destruction of a key is, as the text in its job's row.
//
//   cursor  = phase " " version " " keys " " ( key in hex / "-" ) " " people [ " " said " " purpose ]
//   phase   = "request" / "retire" / "destroy" / "retiring" / "destroying"
//   purpose = "record-kek" / "row"
//
// A request waits for a second person, who makes "retire" of it, or "destroy" of a key that waits for its end already. People
// are who asked and who approved (requester.hpp).
// Said is when somebody last said that he wants this, in milliseconds since 1970: what is not carried out a day later has
// to be said again. A cursor that ends before it is one of a record KEK that an earlier version wrote, and is too old.
// The two others look at everything in the store: keys counts the data keys, or the rows, under the version, and the key of the store
// is the last one that was looked at. Then "retiring" or "destroying" stands in the row before the keyring changes: from
// there on nobody pauses or cancels the job.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "messages/destroyable_key.hpp"
#include "messages/requester.hpp"
#include "messages/word_holds.hpp"
#include "rules/destruction_words.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::messages {

struct DestructionCursor {
    DestructionPhase phase = DestructionPhase::request;
    std::uint32_t version = 0;      // never 0 in a text
    std::uint64_t keys = 0;         // and damaged rows, of which nobody knows
    std::string key;                // empty: before the first
    std::vector<Requester> people;  // of a request one
    Instant said{};
    crypto::Purpose purpose = crypto::Purpose::record_kek;

    [[nodiscard]] DestroyableKey of() const { return {purpose, version}; }

    friend bool operator==(const DestructionCursor&, const DestructionCursor&) = default;
};

[[nodiscard]] inline bool has_expired(const DestructionCursor& cursor, Instant now) {
    return !is_committed(cursor.phase) && has_expired(cursor.said, now);
}

[[nodiscard]] std::string to_text(const DestructionCursor& cursor);

/// Errc::integrity for what to_text does not write.
[[nodiscard]] Result<DestructionCursor> parse_destruction_cursor(std::string_view text);

}  // namespace rookery::messages
