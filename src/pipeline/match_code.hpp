// Match codes: what a row has in the columns that a duplicate rule compares, as bytes. Two rows are duplicates by the rule when
// both have a code and the codes are the same. Which columns can be compared, and how, is said here once. Pure.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "schema/schema.hpp"
#include "storage/row.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::messages {

/// duplicaterulecondition.operatorcode.
enum class MatchOperator : std::uint8_t {
    exact,
    first_characters,
    last_characters,
    same_date,
    same_time,
    label,
    value,
};

/// What a row of duplicaterulecondition says.
struct MatchCondition {
    const schema::Column* base = nullptr;
    const schema::Column* matching = nullptr;
    MatchOperator op = MatchOperator::exact;
    std::uint32_t characters = 0;  // how many, of the operators that take a number
    bool ignores_blanks =
        false;  // what is blank is like nothing else; otherwise like what is blank too
};

/// What a row of duplicaterule says, with its conditions.
struct MatchRule {
    Uuid id;
    const schema::Table* base = nullptr;      // of whose rows it says what their duplicates are
    const schema::Table* matching = nullptr;  // among whose rows they are
    bool case_sensitive = false;
    bool active_only = false;  // an inactive row is nobody's duplicate
    std::vector<MatchCondition> conditions;
};

/// Of one rule.
inline constexpr std::size_t match_conditions_max = 10;
/// Published at a time, of one base table (dataverse: five).
inline constexpr std::size_t published_rules_max = 5;

/// Whether rules may be about its rows.
[[nodiscard]] bool detects_duplicates(const schema::Table& table);

/// A rule without conditions. Errc::detection_unsupported where one of its tables is none that rules are about.
[[nodiscard]] Result<MatchRule> match_rule_of(const storage::Row& row);
/// A condition of this rule. Errc: not_comparable for a column that no rule compares, a token's before all, and for two that are
/// not compared with each other so; invalid_argument for a name that no column has, no operator, and a number of characters
/// that is missing or means nothing.
[[nodiscard]] Result<MatchCondition> match_condition_of(
    const MatchRule& rule, const storage::Row& row
);

enum class MatchSide : std::uint8_t { base, matching };

/// Nothing where a blank is like nothing else. Precondition: a row of the table of that side.
[[nodiscard]] std::optional<std::string> match_code(
    const MatchRule& rule, MatchSide side, const storage::Row& row
);

/// The value that counts; null for a blank: nothing, or a text of blanks alone.
[[nodiscard]] const storage::Value* match_value(
    const storage::Row& row, const schema::Column& column
);

/// Whether they compare the same columns with the same operator: a second one says nothing new and is only work.
[[nodiscard]] bool is_same_comparison(const MatchCondition& one, const MatchCondition& other);

/// Whether a blank in one of the rows decides that they are no duplicates. In a rule of one condition it always does.
[[nodiscard]] bool ignores_blanks(const MatchRule& rule, const MatchCondition& condition);

[[nodiscard]] Error comparison_repeated();

// What a rule that cannot be changed so is refused with, in the vendor's words.
[[nodiscard]] Error rule_in_use();  // it is published
[[nodiscard]] Error rule_full();    // it has match_conditions_max conditions

/// Midnight before, in UTC.
[[nodiscard]] Instant start_of_day(Instant time);

}  // namespace rookery::messages
