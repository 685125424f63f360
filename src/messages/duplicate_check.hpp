// DuplicateCheck: whether rows that a request writes are duplicates of rows that are there, where it asks for that
// (MSCRM.SuppressDuplicateDetection: false). One for each request, or for each of its parts.
//
// It tells what a list with a filter would tell the same caller, and nothing else: rows that he may not read do not count, and
// neither rule nor row is named. What it looked for is on the log as a list, whatever becomes of the request.
#pragma once

#include "pipeline/match_code.hpp"
#include "pipeline/plan_builder.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rookery::messages {

class DuplicateCheck {
 public:
    /// `builder` outlives it.
    explicit DuplicateCheck(PlanBuilder& builder) : builder_(builder) {}

    /// `before` is null for a new row. Of a change only those rules count that compare a column whose value becomes another: a
    /// row that has been a duplicate before can still be written. Errc: duplicate_found, and those of a list.
    [[nodiscard]] Result<void> check(const storage::Row* before, const storage::Row& after);

 private:
    [[nodiscard]] Result<const std::vector<MatchRule>*> rules_of(const schema::Table& table);
    [[nodiscard]] Result<bool> is_duplicate(const MatchRule& rule, const storage::Row& row);
    /// All searches of one table are one entry, which names the rules.
    [[nodiscard]] Look& note_search(const MatchRule& rule, const access::Decision& decision);

    PlanBuilder& builder_;
    std::map<schema::TableId, std::vector<MatchRule>> rules_;
    /// Of the rows that this request writes, which the view does not know yet: rule, and code as a matching row.
    std::set<std::pair<Uuid, std::string>> written_;
};

}  // namespace rookery::messages
