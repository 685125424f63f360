// PurgeCursor: how far the purge of a record is, as the text in its job's row.
//
//   cursor = phase " " table " " id " " people " " ( kek *( "," kek ) / "-" ) " " mark " "
//            ( key *( "," key ) / "-" / "*" ) [ " " said ]
//   phase  = "request" / "forgetting"
//   key    = family key in hex
//
// A request waits for a second person, whose approval removes the rows; people is who asked (requester.hpp), and said is when,
// in milliseconds since 1970: a request without it is one of an earlier version, and too old. From then on keys are what was removed and is to be in no file any more: "*" where that is not known
// one by one, "-" for nothing. The mark is that of the store after the removal, 0 before it was taken. Nobody pauses or
// cancels the job then.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "messages/requester.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::messages {

inline constexpr std::string_view purge_job = "purge";

enum class PurgePhase : std::uint8_t { request, forgetting };

struct PurgeCursor {
    PurgePhase phase = PurgePhase::request;
    std::string table;
    Uuid record;
    std::vector<Requester> people;  // of a request one
    std::vector<std::uint32_t>
        keks;  // that what was removed, and copies of it, may be wrapped under; empty: any
    std::uint64_t mark = 0;
    bool everything = false;  // of the tables that may have held a part of the record
    std::vector<std::pair<storage::Family, std::string>> keys;
    Instant said{};  // of a request

    friend bool operator==(const PurgeCursor&, const PurgeCursor&) = default;
};

/// More than this a job's row has no room for.
inline constexpr std::size_t purge_cursor_max = 39'000;

[[nodiscard]] std::string to_text(const PurgeCursor& cursor);
/// Errc::integrity for what to_text does not write.
[[nodiscard]] Result<PurgeCursor> parse_purge_cursor(std::string_view text);

}  // namespace rookery::messages
