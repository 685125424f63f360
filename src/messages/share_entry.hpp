// What the log says of a record whose share is another one: the entry that is about the record. The row of the share has one of
// its own.
#pragma once

#include "pipeline/plan_builder.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace rookery::messages {

/// What a share gives. No rights: there is none.
struct ShareTerms {
    std::uint32_t rights = 0;  // bits of AccessRights
    std::optional<Instant> expires;

    friend bool operator==(const ShareTerms&, const ShareTerms&) = default;
};

/// Of a row of principalobjectaccess; none when it is over.
[[nodiscard]] ShareTerms terms_of(const storage::Row& share, Instant now);

struct ShareChange {
    access::Principal with;
    ShareTerms before;
    ShareTerms after;
};

/// Extra that says with whom.
[[nodiscard]] std::pair<std::string, audit::ExtraValue> named_in_entry(const access::Principal& with
);

void record_share(
    PlanBuilder& builder, const access::Decision& decision, const storage::Row& record,
    const ShareChange& change
);

/// Of a share that goes with whom it was with: nothing when it was over.
void record_lost_share(
    PlanBuilder& builder, const access::Decision& decision, const storage::Row& record,
    const storage::Row& share
);

}  // namespace rookery::messages
