#include "query/duplicates.hpp"

#include "query/compiled_filter.hpp"
#include "query/list.hpp"
#include "query/list_rules.hpp"
#include "schema/known_tables.hpp"
#include "storage/index_key.hpp"
#include "storage/text_key.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace rookery::messages {
namespace {

using schema::Column;
using schema::known::duplicaterule;
using schema::known::duplicaterulecondition;
using storage::Row;
using storage::Value;

/// Rows that are looked at with one walk.
constexpr std::uint32_t rows_at_once = 250;

/// Beyond what can be published: a limit for what is read.
constexpr std::size_t rules_read_max = 64;

Filter comparison(const Column& column, Comparison op, Value value) {
    return {Compare{&column, op, std::move(value)}};
}

Filter all_of(Filter first, Filter second) {
    All out;
    out.terms.push_back(std::move(first));
    out.terms.push_back(std::move(second));
    return {std::move(out)};
}

/// A text of blanks is one too.
Filter blank(const Column& column) {
    auto null = comparison(column, Comparison::eq, Value{});
    if (column.shape() != schema::Shape::text) return null;
    Any out;
    out.terms.push_back(std::move(null));
    out.terms.push_back(comparison(column, Comparison::eq, Value{std::string{}}));
    return {std::move(out)};
}

Filter on_the_day(const Column& column, Instant time) {
    const auto day = start_of_day(time);
    return all_of(
        comparison(column, Comparison::ge, Value{day}),
        comparison(column, Comparison::lt, Value{day + std::chrono::days{1}})
    );
}

/// Of ASCII alone, and without the last character, which may be composed with a mark that follows it; nothing where a pattern
/// gives it another meaning.
std::optional<Filter> begins_with(
    const Column& column, std::string_view text, std::size_t characters
) {
    auto start = storage::first_code_points(text, characters);
    const bool plain = std::ranges::all_of(start, [](char c) {
        return c >= ' ' && c <= '~' && c != '%' && c != '_' && c != '[';
    });
    if (!plain || start.size() < 2) return std::nullopt;
    start.remove_suffix(1);
    if (start.ends_with(' ')) return std::nullopt;
    return Filter{Match{&column, TextMatch::startswith, std::string(start)}};
}

std::optional<Filter> with_label(const MatchCondition& condition, std::int64_t value) {
    const auto options = condition.base->options;
    const auto found = std::ranges::find(options, value, &schema::Option::value);
    if (found == options.end()) return std::nullopt;
    const auto key = storage::text_key(found->label);
    OneOf out{condition.matching, {}};
    for (const auto& option : condition.matching->options) {
        if (storage::text_key(option.label) == key) {
            out.values.emplace_back(std::int64_t{option.value});
        }
    }
    return Filter{std::move(out)};
}

/// What the rows that agree in this condition have in common, as far as a filter can say it: no row that agrees is left out.
std::optional<Filter> narrowed(const MatchCondition& condition, const Row& row) {
    const auto& column = *condition.matching;
    const auto* value = match_value(row, *condition.base);
    if (value == nullptr) return blank(column);
    switch (condition.op) {
        case MatchOperator::first_characters:
            if (const auto* text = std::get_if<std::string>(value)) {
                return begins_with(column, *text, condition.characters);
            }
            break;
        case MatchOperator::last_characters:
            break;
        case MatchOperator::same_date:
            if (const auto* time = std::get_if<Instant>(value)) return on_the_day(column, *time);
            break;
        case MatchOperator::label:
            if (const auto* number = std::get_if<std::int64_t>(value)) {
                return with_label(condition, *number);
            }
            break;
        case MatchOperator::exact:
        case MatchOperator::same_time:
        case MatchOperator::value:
            return comparison(column, Comparison::eq, *value);
    }
    return std::nullopt;
}

/// `row`: null for the duplicates of any row.
Query query_for(const MatchRule& rule, const Row* row) {
    Query out;
    out.table = rule.matching;
    out.page_size = rows_at_once;
    out.query_digest = std::string(32, 'd');  // its pages are nobody's but ours
    All terms;
    for (const auto& condition : rule.conditions) {
        if (row == nullptr) continue;
        if (auto one = narrowed(condition, *row)) terms.terms.push_back(std::move(*one));
    }
    if (rule.active_only) {
        const auto& state = *rule.matching->column("statecode");
        terms.terms.push_back(comparison(state, Comparison::eq, Value{std::int64_t{0}}));
    }
    if (!terms.terms.empty()) out.filter = Filter{std::move(terms)};
    return out;
}

}  // namespace

Result<MatchRule> read_match_rule(PlanBuilder& builder, const Row& row) {
    ROOKERY_TRY(auto out, match_rule_of(row));
    ROOKERY_TRY(
        const auto conditions,
        builder.reading.children(
            duplicaterulecondition,
            *duplicaterulecondition.column("regardingobjectid"),
            row.ref(),
            match_conditions_max + 1
        )
    );
    for (const auto& one : conditions) {
        ROOKERY_TRY(auto condition, match_condition_of(out, *one));
        out.conditions.push_back(condition);
    }
    return out;
}

Result<std::optional<std::string>> paid_match_code(
    PlanBuilder& builder, const MatchRule& rule, MatchSide side, const Row& row
) {
    std::uint64_t units = 0;
    for (const auto& condition : rule.conditions) {
        const auto& column = side == MatchSide::base ? *condition.base : *condition.matching;
        const auto* value = row.find(column.id);
        const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
        units += text == nullptr ? cost::text : text_cost(*text);
    }
    ROOKERY_CHECK(builder.work.spend(units));
    return match_code(rule, side, row);
}

Result<std::vector<MatchRule>> published_rules(PlanBuilder& builder, const schema::Table& base) {
    std::vector<MatchRule> out;
    if (!detects_duplicates(base)) return out;
    ROOKERY_TRY(
        const auto rows,
        builder.reading.in_state(duplicaterule, schema::duplicate_rule::active, rules_read_max)
    );
    for (const auto& row : rows) {
        const auto* name = row->get<std::string>("baseentityname");
        if (name == nullptr || *name != base.name) continue;
        ROOKERY_TRY(auto rule, read_match_rule(builder, *row));
        if (!rule.conditions.empty()) out.push_back(std::move(rule));
    }
    return out;
}

namespace {

/// Every row of the query that the caller may read goes to `take` with its code, if it has one, until that takes no more.
template <class Take>
Result<void> walk(PlanBuilder& builder, const MatchRule& rule, Query query, Take take) {
    ListRules rules(builder, query);
    if (rules.scope().none()) return {};
    for (;;) {
        ROOKERY_TRY(auto page, list(builder, query, rules, nullptr, rows_at_once));
        for (auto& found : page.rows) {
            ROOKERY_TRY(
                const auto code, paid_match_code(builder, rule, MatchSide::matching, *found)
            );
            if (code && !take(std::move(found), *code)) return {};
        }
        if (!page.next_token) return {};
        query.paging_token = std::move(*page.next_token);
    }
}

/// Whether an index leads to the rows that agree in one of the conditions.
bool has_index(const MatchRule& rule) {
    const auto& table = *rule.matching;
    return std::ranges::any_of(rule.conditions, [&](const MatchCondition& condition) {
        const auto& column = *condition.matching;
        if (condition.op != MatchOperator::exact) return false;
        if (&column == storage::name_column(table)) return true;
        if (column.is_lookup()) return storage::is_indexed(column);
        return std::ranges::any_of(table.keys, [&](const schema::AlternateKey& key) {
            return key.columns.size() == 1 && key.columns.front() == column.id;
        });
    });
}

}  // namespace

Result<std::vector<RowPtr>> duplicates_of(
    PlanBuilder& builder, const MatchRule& rule, const Row& row, std::size_t most
) {
    std::vector<RowPtr> out;
    ROOKERY_TRY(const auto code, paid_match_code(builder, rule, MatchSide::base, row));
    if (!code || most == 0) return out;
    const auto take = [&](RowPtr found, const std::string& of_found) {
        if (found->ref() != row.ref() && of_found == *code) out.push_back(std::move(found));
        return out.size() < most;
    };
    ROOKERY_CHECK(walk(builder, rule, query_for(rule, &row), take));
    return out;
}

Result<void> duplicates_of_each(
    PlanBuilder& builder, const MatchRule& rule, const std::vector<RowPtr>& rows,
    const TakeDuplicate& take
) {
    if (has_index(rule)) {
        for (const auto& row : rows) {
            ROOKERY_TRY(
                const auto found, duplicates_of(builder, rule, *row, duplicates_of_one_max)
            );
            for (const auto& one : found) {
                if (!take(*row, *one)) return {};
            }
        }
        return {};
    }
    std::multimap<std::string, const Row*> wanted;
    for (const auto& row : rows) {
        ROOKERY_TRY(auto code, paid_match_code(builder, rule, MatchSide::base, *row));
        if (code) wanted.emplace(std::move(*code), row.get());
    }
    if (wanted.empty()) return {};
    return walk(
        builder,
        rule,
        query_for(rule, nullptr),
        [&](const RowPtr& found, const std::string& code) {
            const auto [first, last] = wanted.equal_range(code);
            return std::all_of(first, last, [&](const auto& one) {
                return one.second->ref() == found->ref() || take(*one.second, *found);
            });
        }
    );
}

}  // namespace rookery::messages
