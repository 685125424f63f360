// TargetNames: what the rows are called that the lookups of shown rows lead to. Whoever may read a row may know what it refers
// to by name (dataverse: the formatted value of a lookup); that is no access to the other row.
#pragma once

#include "pipeline/plan_builder.hpp"

#include <map>
#include <string>
#include <utility>

namespace rookery::messages {

class TargetNames {
 public:
    /// `builder` outlives it, and pays for each row that is looked up.
    explicit TargetNames(const PlanBuilder& builder) : builder_(builder) {}

    /// The primary name of the row that `value` refers to; empty when it refers to none, when the row is not kept here or
    /// is damaged, and for a row without a name. Each row is looked up once. Errc: what WorkBudget::spend says, and those of
    /// the disk.
    /// `column` holds the value: rows that the vault made for somebody (duplicaterecord, bulkdeletefailure and the like) show
    /// the names of those rows alone that the caller may read.
    [[nodiscard]] Result<std::string> of(const storage::Value& value, const schema::Column& column);

 private:
    enum class Whose : bool { any, readable };

    [[nodiscard]] Result<std::string> look_up(const storage::RowRef& target, Whose whose);
    [[nodiscard]] bool may_read(const storage::Row& row) const;

    const PlanBuilder& builder_;
    std::map<std::pair<storage::RowRef, Whose>, std::string> known_;
};

}  // namespace rookery::messages
