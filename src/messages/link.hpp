// What Associate and Disassociate share: the rows at both ends, and a 1:N that is changed from its collection side.
#pragma once

#include <utility>

#include "pipeline/plan_builder.hpp"
#include "messages/row_planner.hpp"
#include "pipeline/step.hpp"
#include "rules/table_rules.hpp"

namespace rookery::messages {

/// The table privilege on both ends: Append on each of a pair, Write on the child whose lookup changes.
template <class Link>
[[nodiscard]] access::Decision admit_link(const Asker& asker, const Link& link) {
    using enum schema::Right;
    if (link.association == nullptr) return asker.decide(*link.child.table, write);
    auto parent = asker.decide(*link.parent.table, append);
    return parent.allowed() ? asker.decide(*link.child.table, append) : parent;
}

struct LinkEnds {
    RowPtr parent;
    RowPtr child;
};

template <class Link>
[[nodiscard]] Result<LinkEnds> ends_of(PlanBuilder& builder, const Link& link) {
    using enum schema::Right;
    const bool pair = link.association != nullptr;
    ROOKERY_TRY(auto parent, builder.reading.live(link.parent, pair ? append : append_to));
    ROOKERY_TRY(auto child, builder.reading.live(link.child, pair ? append : write));
    return LinkEnds{std::move(parent), std::move(child)};
}

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
