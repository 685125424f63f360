// Where a client stands that follows the changes of a table: opaque to it, and sealed as a paging token is, against change
// and against use by another caller, on behalf of another user, or for another table or other columns.
#pragma once

#include "access/caller.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "crypto/record_sealer.hpp"
#include "schema/schema.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace rookery::messages {

/// How long a delta link leads on.
inline constexpr std::chrono::hours delta_lifetime{7 * 24};

struct DeltaPosition {
    /// Changed rows come first, then those that are gone.
    enum class Part : std::uint8_t { changed, removed };

    std::uint64_t since =
        0;            // versionnumber: of what came after it nothing was told before this delta
    Instant begun{};  // when `since` was the newest: from then on the link grows old
    Part part = Part::changed;
    std::uint64_t after = 0;  // of this part, the last one that was told
    std::uint64_t until = 0;  // Part::removed: up to which all changed rows were told
    std::string query_digest;

    /// Of a delta that begins.
    [[nodiscard]] static DeltaPosition start(
        std::uint64_t versionnumber, Instant now, std::string query
    ) {
        return {versionnumber, now, Part::changed, versionnumber, 0, std::move(query)};
    }
};

[[nodiscard]] std::string make_delta_token(
    const crypto::RowAuthenticator& authenticator, const access::Caller& caller,
    const schema::Table& table, const DeltaPosition& position
);
/// Errc::bad_paging_token for anything make_delta_token did not make for these.
[[nodiscard]] Result<DeltaPosition> read_delta_token(
    const crypto::RowAuthenticator& authenticator, const access::Caller& caller,
    const schema::Table& table, std::string_view token
);

/// What a list that is tracked from its first page on carries from page to page, before the token of the page.
struct TrackedPage {
    std::uint64_t since = 0;
    Instant begun{};
    std::string page;  // empty: the first
};

[[nodiscard]] bool is_tracked_token(std::string_view token);
/// Precondition: is_tracked_token. Errc::bad_paging_token.
[[nodiscard]] Result<TrackedPage> read_tracked_token(std::string_view token);
[[nodiscard]] std::string make_tracked_token(const TrackedPage& page);
/// What the tokens of its pages are bound to: the query, and since when it is tracked.
[[nodiscard]] std::string tracked_digest(std::string_view query_digest, const TrackedPage& page);

}  // namespace rookery::messages
