// RelatedJudge: what a filter asks of related rows, answered for one caller. A row that he may not read is not there; each
// row is read and judged once for each place of the filter, as far as is remembered. Used by one thread, for one list.
#pragma once

#include "access/scope.hpp"
#include "query/compiled_filter.hpp"
#include "query/hop_walk.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace rookery::messages {

class RelatedJudge final : public RelatedRows {
 public:
    /// Rows that are remembered for each place of a filter, with what it says of them; beyond them each is judged anew.
    static constexpr std::size_t remembered_max = 16'384;

    /// `builder` pays for what is read, and outlives it.
    explicit RelatedJudge(const PlanBuilder& builder);
    ~RelatedJudge() override;

    /// `asked` is of a resolved filter that outlives this.
    [[nodiscard]] Result<Truth> judge(const Related& asked, const storage::Row* row) override;

    /// Whether to go on.
    using Visitor = std::function<Result<bool>(const storage::Row& row)>;

    /// Each row that the caller may read of those that `asked` leads to from `row`, if its filter is true of it. False when
    /// `visit` ended it. Errc: what `visit` says, and as judge.
    [[nodiscard]] Result<bool> each(
        const Related& asked, const storage::Row& row, const Visitor& visit
    );

    /// The row of `table` if the caller may read it; null for one that he may not, or that is not there.
    [[nodiscard]] Result<RowPtr> readable(const schema::Table& table, const Uuid& id);

 private:
    struct Place;

    [[nodiscard]] Result<Truth> judge_one(Place& place, const storage::Row* row);
    [[nodiscard]] Result<Truth> judge_many(Place& place, const storage::Row& row);
    /// What the place's filter is of the row; nothing when the caller may not read it.
    [[nodiscard]] Result<std::optional<Truth>> judge_member(Place& place, Member member);
    [[nodiscard]] Result<Truth> filter(Place& place, const storage::Row* row);
    [[nodiscard]] bool may_read(const storage::Row& row);
    [[nodiscard]] Place& place_of(const Related& asked);

    const PlanBuilder& builder_;
    std::map<const Related*, std::unique_ptr<Place>> places_;
    std::map<schema::TableId, access::Scope> scopes_;
    std::map<storage::RowRef, RowPtr> recent_;  // few: several places often ask for the same row
};

}  // namespace rookery::messages
