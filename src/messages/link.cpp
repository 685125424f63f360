#include "messages/link.hpp"

#include "messages/pair_id.hpp"
#include "messages/row_planner.hpp"
#include "pipeline/needs.hpp"
#include "rules/table_rules.hpp"

#include <utility>

namespace rookery::messages {
namespace {

/// A row of an intersect table and the rows it joins, in the order of its association.
struct Pair {
    const schema::Table* table = nullptr;
    Uuid id;
    RowPtr first;
    RowPtr second;
};

Pair pair_of(const schema::Association& association, LinkEnds ends) {
    if (ends.parent->table->name != association.first) std::swap(ends.parent, ends.child);
    const auto& table = *schema::table(association.intersect);
    const auto id = pair_id(table, ends.parent->id, ends.child->id);
    return {&table, id, std::move(ends.parent), std::move(ends.child)};
}

/// With what it needs.
Step<Change> step_on_pair(const Pair& pair) {
    Step<Change> step;
    step.table = pair.table;
    step.id = pair.id;
    step.needs = needs_to_link(*pair.first, *pair.second);
    return step;
}

/// Whether the caller may make (`made`) or end this pair, by the rules of its table.
Result<void> check_rules_of_pair(const access::Caller& caller, const Pair& pair, bool made) {
    const auto check = rules_of(*pair.table).check_pair;
    return check == nullptr ? Result<void>{} : check({caller, *pair.first, *pair.second, made});
}

}  // namespace

access::Decision admit_link(const Asker& asker, const Link& link) {
    using enum schema::Right;
    if (link.association == nullptr) return asker.decide(*link.child.table, write);
    auto parent = asker.decide(*link.parent.table, append);
    return parent.allowed() ? asker.decide(*link.child.table, append) : parent;
}

Result<LinkEnds> ends_of(PlanBuilder& builder, const Link& link) {
    using enum schema::Right;
    const bool pair = link.association != nullptr;
    ROOKERY_TRY(auto parent, builder.reading.live(link.parent, pair ? append : append_to));
    ROOKERY_TRY(auto child, builder.reading.live(link.child, pair ? append : write));
    return LinkEnds{std::move(parent), std::move(child)};
}

Result<Step<Change>> step_to_pair(
    PlanBuilder& builder, const schema::Association& association, LinkEnds ends
) {
    const auto pair = pair_of(association, std::move(ends));
    ROOKERY_TRY(const auto found, builder.reading.read(*pair.table, pair.id));
    auto step = step_on_pair(pair);
    if (found.state == Found::State::live) step.deferred_error = duplicate_id();
    if (auto allowed = check_rules_of_pair(builder.caller, pair, true); !allowed) {
        step.deferred_error = allowed.error();
    }
    WriteRow made;
    made.draft.row.table = pair.table;
    made.draft.row.id = pair.id;
    made.draft.row.row_version = 1;
    made.draft.row.set(association.first_column, pair.first->ref());
    made.draft.row.set(association.second_column, pair.second->ref());
    step.what = std::move(made);
    return step;
}

Step<Change> step_to_part(
    PlanBuilder& builder, const schema::Association& association, LinkEnds ends
) {
    const auto pair = pair_of(association, std::move(ends));
    auto step = step_on_pair(pair);
    auto row = builder.reading.live(*pair.table, pair.id);
    if (auto allowed = check_rules_of_pair(builder.caller, pair, false); !allowed) {
        step.deferred_error = allowed.error();
    } else if (!row) {
        step.deferred_error = row.error();
    }
    if (row) step.what = RemoveRow{std::move(*row), false};
    return step;
}

Result<Step<Change>> relink(
    PlanBuilder& builder, const schema::Relationship& relationship, const storage::Row& child,
    std::optional<storage::RowRef> parent
) {
    const auto* column = child.table->column(relationship.referencing_column);
    Input input;
    if (parent) {
        input.cells.push_back({column, Target{schema::table(parent->table), parent->id}});
    } else {
        input.cells.push_back({column, std::monostate{}});
    }
    Preconditions existing;
    existing.must_exist = true;
    return RowPlanner(builder).upsert({child.table, child.id}, input, existing);
}

}  // namespace rookery::messages
