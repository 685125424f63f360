#include "pipeline/match_code.hpp"
#include "pipeline/needs.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages::duplicaterulecondition_rules {
namespace {

using schema::known::duplicaterule;
using schema::known::duplicaterulecondition;

/// A condition is a part of its rule: who changes it changes the rule, which must not be published.
Result<RowPtr> changed_rule(PlanBuilder& builder, const storage::Row& row, access::Needs& needs) {
    const auto* rule = row.get<storage::RowRef>("regardingobjectid");
    if (rule == nullptr) {
        return fail(
            Errc::required_null,
            "The column 'regardingobjectid' of 'duplicaterulecondition' must name a rule."
        );
    }
    ROOKERY_TRY(auto found, builder.reading.live(duplicaterule, rule->id));
    add_need(needs, schema::Right::write, *found);
    const auto* state = found->get<std::int64_t>("statecode");
    if (state != nullptr && *state == schema::duplicate_rule::active) return fail(rule_in_use());
    return found;
}

/// With the other conditions of its rule.
Result<void> check_beside(
    const WriteCheck& write, const MatchRule& rule, const MatchCondition& condition
) {
    const auto& row = write.draft.row;
    ROOKERY_TRY(
        const auto conditions,
        write.builder.reading.children(
            duplicaterulecondition,
            *duplicaterulecondition.column("regardingobjectid"),
            {duplicaterule.id, rule.id},
            match_conditions_max + 1
        )
    );
    if (write.before == nullptr && conditions.size() >= match_conditions_max) {
        return fail(rule_full());
    }
    for (const auto& one : conditions) {
        if (one->id == row.id) continue;
        const auto other = match_condition_of(rule, *one);
        if (other && is_same_comparison(*other, condition)) return fail(comparison_repeated());
    }
    return {};
}

Result<void> check_write(const WriteCheck& write) {
    const auto& row = write.draft.row;
    ROOKERY_TRY(const auto rule_row, changed_rule(write.builder, row, write.needs));
    ROOKERY_TRY(const auto rule, match_rule_of(*rule_row));
    ROOKERY_TRY(const auto condition, match_condition_of(rule, row));
    return check_beside(write, rule, condition);
}

/// With its rule it goes as the rule does.
Result<void> check_removal(const RemovalCheck& removal) {
    if (removal.along) return {};
    ROOKERY_CHECK(changed_rule(removal.builder, removal.row, removal.needs));
    return {};
}

}  // namespace

extern const TableRules rules;
constinit const TableRules rules{
    .table = &schema::known::duplicaterulecondition,
    .check_write = check_write,
    .check_removal = check_removal,
};

}  // namespace rookery::messages::duplicaterulecondition_rules
