// What a retention policy says, and whether that can be run. ValidateRetentionConfig and every write of a policy ask the same
// function.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "pipeline/services.hpp"
#include "rules/recurrence.hpp"
#include "storage/row.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace rookery::messages {

/// Of the query, in bytes.
inline constexpr std::size_t criteria_max = 100'000;

/// The table whose records the query asks for. `entity`: the name of the table that it should be; empty: any. Errc::not_retained for a
/// table of which nothing is retained, unsupported where nobody reads queries; invalid_argument for another table than
/// `entity`, and for a long query; those of the query.
[[nodiscard]] Result<const schema::Table*> check_criteria(
    const Services& services, std::string_view entity, std::string_view criteria
);

/// A policy that is to run.
struct RetentionTerms {
    const schema::Table* table = nullptr;
    std::string_view criteria;
    Recurrence recurrence = Recurrence::once;
    std::optional<Instant> start;  // nothing: at once
    std::optional<std::chrono::days> purge_after;
};

/// Of a row of retentionconfig, which must outlive what is returned. Errc: as check_criteria; invalid_argument for another
/// recurrence than there is.
[[nodiscard]] Result<RetentionTerms> retention_terms(
    const Services& services, const storage::Row& row
);

/// Whether it runs when its time comes.
[[nodiscard]] bool is_scheduled(const storage::Row& config);

}  // namespace rookery::messages
