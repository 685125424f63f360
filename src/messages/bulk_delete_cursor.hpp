// BulkDeleteCursor: how far a bulk delete is, as the text in its job's row.
//
//   cursor = requester " " operation " " query " " ( token / "-" )
//
// The requester (requester.hpp) is who asked for it, and in whose name it deletes as long as his credential is good; operation
// is the bulkdeleteoperation's id, whose row has the queries and counts what came of them; query says which one is under way,
// counted from 0, and the token where its rows go on.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "messages/requester.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace rookery::messages {

inline constexpr std::string_view bulk_delete_job = "bulk-delete";

struct BulkDeleteCursor {
    Requester by;
    Uuid operation;
    std::size_t query = 0;
    std::string token;  // empty: from the first row on

    friend bool operator==(const BulkDeleteCursor&, const BulkDeleteCursor&) = default;
};

[[nodiscard]] std::string to_text(const BulkDeleteCursor& cursor);
/// Errc::integrity for what to_text does not write.
[[nodiscard]] Result<BulkDeleteCursor> parse_bulk_delete_cursor(std::string_view text);

}  // namespace rookery::messages
