// TargetNames: what the rows are called that the lookups of shown rows lead to. Whoever may read a row may know what it refers
// to by name (dataverse: the formatted value of a lookup); that is no access to the other row.
#pragma once

#include "pipeline/plan_builder.hpp"

#include <map>
#include <string>

namespace rookery::messages {

class TargetNames {
 public:
    /// `builder` outlives it, and pays for each row that is looked up.
    explicit TargetNames(const PlanBuilder& builder) : builder_(builder) {}

    /// The primary name of the row that `value` refers to; empty when it refers to none, when the row is not kept here or
    /// is damaged, and for a row without a name. Each row is looked up once. Errc: what WorkBudget::spend says, and those of
    /// the disk.
    [[nodiscard]] Result<std::string> of(const storage::Value& value);

 private:
    [[nodiscard]] Result<std::string> look_up(const storage::RowRef& target);

    const PlanBuilder& builder_;
    std::map<storage::RowRef, std::string> known_;
};

}  // namespace rookery::messages
