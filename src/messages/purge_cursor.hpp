// PurgeCursor: how far the purge of a record is, as the text in its job's row.
//
//   cursor = phase " " table " " id " " ( person *( "," person ) / "-" ) " " ( kek *( "," kek ) / "-" ) " " mark " "
//            ( key *( "," key ) / "-" / "*" )
//   phase  = "request" / "forgetting"
//   key    = family key in hex
//
// A request waits for a second person, whose approval removes the rows; until then it says who the first may be
// (one_person.hpp). From then on keys are what was removed and is to be in no file any more: "*" where that is not known
// one by one, "-" for nothing. The mark is that of the store after the removal, 0 before it was taken. Nobody pauses or
// cancels the job then.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"
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
    std::vector<Uuid> person;         // of a request
    std::vector<std::uint32_t> keks;  // that what was removed was wrapped under; empty: unknown
    std::uint64_t mark = 0;
    bool everything = false;  // of the tables that may have held a part of the record
    std::vector<std::pair<storage::Family, std::string>> keys;

    friend bool operator==(const PurgeCursor&, const PurgeCursor&) = default;
};

/// More than this a job's row has no room for.
inline constexpr std::size_t purge_cursor_max = 39'000;

[[nodiscard]] std::string to_text(const PurgeCursor& cursor);
/// Errc::integrity for what to_text does not write.
[[nodiscard]] Result<PurgeCursor> parse_purge_cursor(std::string_view text);

}  // namespace rookery::messages
