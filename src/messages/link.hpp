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

/// A row of an intersect table and the rows it joins, in the order of its association.
struct Pair {
    const schema::Table* table = nullptr;
    Uuid id;
    RowPtr first;
    RowPtr second;
};

[[nodiscard]] Pair pair_of(const schema::Association& association, LinkEnds ends);

/// The step on the pair, with what it needs.
[[nodiscard]] Step<Change> step_on(const Pair& pair);

/// Whether the caller may make (`made`) or end this pair, by the rules of its table.
[[nodiscard]] Result<void> check_pair(const access::Caller& caller, const Pair& pair, bool made);

/// Sets the child's lookup to `parent`, or clears it.
[[nodiscard]] Result<Step<Change>> relink(
    PlanBuilder& builder, const schema::Relationship& relationship, const storage::Row& child,
    std::optional<storage::RowRef> parent
);

}  // namespace rookery::messages
