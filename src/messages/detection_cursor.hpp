// DetectionCursor: how far a detection of duplicates is, as the text in its job's row.
//
//   cursor = requester " " job " " rows " " found " " left-out " " ( token / "-" ) " " query
//
// The requester (requester.hpp) is who asked for it, and in whose name it reads as long as his credential is good; job is the id of
// the job's row; so many rows were looked at, pairs recorded and pairs left out for want of a place so far; the token says where the rows of the query go on, which
// stands last, as FetchXML.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "messages/requester.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::messages {

inline constexpr std::string_view duplicate_detection_job = "duplicate-detection";

/// Rows of duplicaterecord that a job has.
inline constexpr std::size_t pairs_of_job_max = 500;

/// Of the query, in bytes: the row of a job has room for it.
inline constexpr std::size_t detection_query_max = 20'000;

struct DetectionCursor {
    Requester by;
    Uuid job;
    std::uint64_t rows = 0;
    std::uint64_t found = 0;
    std::uint64_t left_out = 0;
    std::string token;  // empty: from the first row on
    std::string query;

    friend bool operator==(const DetectionCursor&, const DetectionCursor&) = default;
};

[[nodiscard]] std::string to_text(const DetectionCursor& cursor);
/// Errc::integrity for what to_text does not write.
[[nodiscard]] Result<DetectionCursor> parse_detection_cursor(std::string_view text);

}  // namespace rookery::messages
