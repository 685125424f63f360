#include "query/join_walk.hpp"

#include "query/resolve.hpp"

#include <memory>

namespace rookery::messages {
namespace {

Related asked_of(const PlanBuilder& builder, const Join& join) {
    Related out;
    out.hop = join.hop;
    out.how = Quantifier::some;
    if (join.filter) {
        out.filter = std::make_shared<const Filter>(
            resolve(*join.filter, {builder.facts(), builder.caller.user, builder.now})
        );
    }
    return out;
}

}  // namespace

JoinWalk::JoinWalk(const PlanBuilder& builder, const std::vector<Join>& joins)
    : joins_(joins), judge_(builder), rows_(joins.size() + 1) {
    asked_.reserve(joins.size());
    for (const auto& join : joins) asked_.push_back(asked_of(builder, join));
}

Result<bool> JoinWalk::each(const storage::Row& row, const Visitor& visit) {
    rows_.front() = &row;
    return from(0, visit);
}

Result<bool> JoinWalk::from(std::size_t position, const Visitor& visit) {
    if (position == joins_.size()) return visit(rows_);
    const auto& join = joins_[position];
    const auto* of = rows_[join.of];
    bool any = false;
    bool ended = false;
    if (of != nullptr) {
        const auto next = [&](const storage::Row& row) -> Result<bool> {
            any = true;
            rows_[position + 1] = &row;
            ROOKERY_TRY(const bool goes_on, from(position + 1, visit));
            ended = !goes_on;
            return goes_on && !join.first_only;
        };
        ROOKERY_CHECK(judge_.each(asked_[position], *of, next));
    }
    if (ended) return false;
    if (any || join.inner) return true;
    rows_[position + 1] = nullptr;
    return from(position + 1, visit);
}

}  // namespace rookery::messages
