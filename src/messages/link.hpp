// What Associate and Disassociate share: the rows at both ends, and a 1:N that is changed from its collection side.
#pragma once

#include "pipeline/plan_builder.hpp"
#include "pipeline/step.hpp"

namespace rookery::messages {

/// An N:N (`association`), or a 1:N (`relationship`) from its collection side: exactly one of the two.
struct Link {
    const schema::Association* association = nullptr;
    const schema::Relationship* relationship = nullptr;
    Target parent;
    Target child;
};

/// The table privilege on both ends: Append on each of a pair, Write on the child whose lookup changes.
[[nodiscard]] access::Decision admit_link(const Asker& asker, const Link& link);

struct LinkEnds {
    RowPtr parent;
    RowPtr child;
};

[[nodiscard]] Result<LinkEnds> ends_of(PlanBuilder& builder, const Link& link);

/// The step that makes the pair. What stands in its way is said to who may make it: duplicate_id, and what the rules of its table say.
[[nodiscard]] Result<Step<Change>> step_to_pair(
    PlanBuilder& builder, const schema::Association& association, LinkEnds ends
);

/// The step that ends it: not_found, and what the rules of its table say.
[[nodiscard]] Step<Change> step_to_part(
    PlanBuilder& builder, const schema::Association& association, LinkEnds ends
);

/// Sets the child's lookup to `parent`, or clears it.
[[nodiscard]] Result<Step<Change>> relink(
    PlanBuilder& builder, const schema::Relationship& relationship, const storage::Row& child,
    std::optional<storage::RowRef> parent
);

}  // namespace rookery::messages
