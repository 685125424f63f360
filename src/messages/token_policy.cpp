#include "messages/token_policy.hpp"

#include "schema/known_tables.hpp"

namespace rookery::messages {

namespace {

using schema::known::rky_tokenpolicy;

const schema::Column& record_column() { return *rky_tokenpolicy.column("rky_record"); }

RowPtr first_of(const std::vector<RowPtr>& rows) { return rows.empty() ? RowPtr{} : rows.front(); }

}  // namespace

Result<RowPtr> policy_of(PlanBuilder& builder, const storage::RowRef& record) {
    ROOKERY_TRY(
        const auto rows, builder.reading.children(rky_tokenpolicy, record_column(), record, 1)
    );
    return first_of(rows);
}

Result<RowPtr> peek_policy(const PlanBuilder& builder, const storage::RowRef& record) {
    ROOKERY_TRY(
        const auto rows, builder.reading.peek_children(rky_tokenpolicy, record_column(), record, 1)
    );
    return first_of(rows);
}

RotationFacts rotation_of(
    const TokenHistory& history, const storage::Row* policy, const TokenRules& rules
) {
    RotationFacts out;
    const auto* own = policy == nullptr ? nullptr : policy->get<std::int64_t>("rky_rotationdays");
    if (own != nullptr) {
        out.rule = RotationRule::record;
        out.days = *own;
    } else if (rules.rotate_after.count() > 0) {
        out.rule = RotationRule::configuration;
        out.days = rules.rotate_after.count();
    }
    if (out.rule == RotationRule::none || current_facts(history).columns.empty()) return out;
    auto since = history.current.on;
    if (!since) {
        const auto* created = history.record->get<Instant>("createdon");
        if (created != nullptr) since = *created;
    }
    if (since) out.due = *since + std::chrono::days{out.days};
    return out;
}

}  // namespace rookery::messages
