#include "messages/link.hpp"

#include "messages/pair_id.hpp"
#include "messages/row_planner.hpp"
#include "pipeline/needs.hpp"
#include "rules/table_rules.hpp"

namespace rookery::messages {

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

Pair pair_of(const schema::Association& association, LinkEnds ends) {
    if (ends.parent->table->name != association.first) std::swap(ends.parent, ends.child);
    const auto& table = *schema::table(association.intersect);
    const auto id = pair_id(table, ends.parent->id, ends.child->id);
    return {&table, id, std::move(ends.parent), std::move(ends.child)};
}

Step<Change> step_on(const Pair& pair) {
    Step<Change> step;
    step.table = pair.table;
    step.id = pair.id;
    step.needs = needs_to_link(*pair.first, *pair.second);
    return step;
}

Result<void> check_pair(const access::Caller& caller, const Pair& pair, bool made) {
    const auto check = rules_of(*pair.table).check_pair;
    return check == nullptr ? Result<void>{} : check({caller, *pair.first, *pair.second, made});
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
