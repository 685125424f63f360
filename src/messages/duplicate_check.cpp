#include "messages/duplicate_check.hpp"

#include "pipeline/needs.hpp"
#include "query/duplicates.hpp"
#include "query/query_event.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

using storage::Row;

Error duplicate_found() {
    return {
        Errc::duplicate_found,
        "A record was not created or updated because a duplicate of the current record already "
        "exists.",
        {},
        {}};
}

bool changes(const MatchRule& rule, const Row& before, const Row& after) {
    return std::ranges::any_of(rule.conditions, [&](const MatchCondition& condition) {
        const auto* was = match_value(before, *condition.base);
        const auto* is = match_value(after, *condition.base);
        if (was == nullptr || is == nullptr) return was != is;
        return *was != *is;
    });
}

/// An inactive row may be nobody's duplicate.
bool counts(const MatchRule& rule, const Row& row) {
    return !rule.active_only || !is_inactive(row);
}

}  // namespace

Result<const std::vector<MatchRule>*> DuplicateCheck::rules_of(const schema::Table& table) {
    auto found = rules_.find(table.id);
    if (found == rules_.end()) {
        ROOKERY_TRY(auto rules, published_rules(builder_, table));
        found = rules_.emplace(table.id, std::move(rules)).first;
    }
    return &found->second;
}

Result<void> DuplicateCheck::check(const Row* before, const Row& after) {
    ROOKERY_TRY(const auto* rules, rules_of(*after.table));
    for (const auto& rule : *rules) {
        if (before != nullptr && !changes(rule, *before, after)) continue;
        ROOKERY_TRY(const bool found, is_duplicate(rule, after));
        if (found) return fail(duplicate_found());
    }
    for (const auto& rule : *rules) {
        if (rule.matching != after.table || !counts(rule, after)) continue;
        ROOKERY_TRY(auto code, paid_match_code(builder_, rule, MatchSide::matching, after));
        if (code) written_.emplace(rule.id, std::move(*code));
    }
    return {};
}

Result<bool> DuplicateCheck::is_duplicate(const MatchRule& rule, const Row& row) {
    ROOKERY_TRY(const auto code, paid_match_code(builder_, rule, MatchSide::base, row));
    if (!code) return false;
    if (written_.contains({rule.id, *code})) return true;
    // Whoever may read no row there learns nothing of any.
    const auto decision = builder_.decide(needs_of_table(*rule.matching, schema::Right::read));
    if (!decision.allowed()) return false;
    builder_.rely_on(decision);
    auto& look = note_search(rule, decision);
    ROOKERY_TRY(const auto rows, duplicates_of(builder_, rule, row, 1));
    look.event.count = look.event.count.value_or(0) + rows.size();
    return !rows.empty();
}

Look& DuplicateCheck::note_search(const MatchRule& rule, const access::Decision& decision) {
    auto& look = builder_.look_in(rule.matching->id);
    auto& event = look.event;
    if (look.times++ == 0) {
        event = builder_.event(list_action(*rule.matching), audit::Outcome::success);
        event.table = rule.matching->name;
        event.count = 0;
        event.release = audit::ReleaseMode::metadata;
        event.rule = builder_.rule_of(decision);
        event.extras.emplace_back(schema::known::duplicaterule.name, std::string{});
    }
    auto& rules = std::get<std::string>(event.extras.front().second);
    const auto id = to_string(rule.id);
    if (rules.find(id) == std::string::npos) rules += (rules.empty() ? "" : " ") + id;
    return look;
}

}  // namespace rookery::messages
