#include "messages/record_duplicates.hpp"

#include "messages/apply_change.hpp"
#include "messages/job_rows.hpp"
#include "messages/pair_id.hpp"
#include "pipeline/needs.hpp"
#include "rules/write_draft.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace rookery::messages {
namespace {

using schema::known::asyncoperation;
using schema::known::duplicaterecord;
using schema::known::duplicaterule;

Uuid id_of_pair(const Uuid& job, const DuplicatePair& pair) {
    const auto by = pair_id(duplicaterecord, job, pair.rule);
    return pair_id(duplicaterecord, by, pair_id(duplicaterecord, pair.base.id, pair.duplicate.id));
}

/// It belongs to whoever the job belongs to.
void give_pair_to(storage::Row& row, const storage::Row& job, const access::Facts& facts) {
    for (const auto* column : {"ownerid", "owninguser"}) {
        const auto* value = job.get<storage::RowRef>(column);
        row.set(column, value == nullptr ? storage::Value{} : storage::Value{*value});
    }
    derive(row, facts);
}

std::optional<storage::RowRef> owner_of(const storage::Row& row) {
    const auto* owner = row.get<storage::RowRef>("ownerid");
    return owner == nullptr ? std::nullopt : std::optional{*owner};
}

/// The rows of one message, with what there is of each record already.
class PairPlanner {
 public:
    PairPlanner(PlanBuilder& builder, const storage::Row& job) : builder_(builder), job_(job) {}

    /// Nothing for one that is there, that led to something gone, or for which there is no room.
    Result<std::optional<Step<Change>>> plan(const DuplicatePair& pair) {
        const std::optional<Step<Change>> none;
        const auto id = id_of_pair(job_.id, pair);
        ROOKERY_TRY(const auto there, builder_.reading.read(duplicaterecord, id));
        if (there.state != Found::State::absent || !planned_.insert(id).second) return none;
        const storage::RowRef rule{duplicaterule.id, pair.rule};
        for (const auto& ref : {pair.base, pair.duplicate, rule}) {
            ROOKERY_TRY(const auto found, builder_.reading.read(*schema::table(ref.table), ref.id));
            if (found.state != Found::State::live) return none;
        }
        ROOKERY_TRY(const bool base, has_room("baserecordid", pair.base));
        ROOKERY_TRY(const bool duplicate, has_room("duplicaterecordid", pair.duplicate));
        if (!base || !duplicate) {
            ++left_out_;
            return none;
        }
        ++counts_[{"baserecordid", pair.base}];
        ++counts_[{"duplicaterecordid", pair.duplicate}];
        ROOKERY_TRY(
            auto draft,
            draft_create(
                builder_.reading, builder_.facts(), duplicaterecord, id, {}, builder_.author()
            )
        );
        give_pair_to(draft.row, job_, builder_.facts());
        set_column(draft, "asyncoperationid", job_.ref());
        set_column(draft, "baserecordid", pair.base);
        set_column(draft, "duplicaterecordid", pair.duplicate);
        set_column(draft, "duplicateruleid", rule);
        return std::optional{job_step(nullptr, std::move(draft))};
    }

    [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

 private:
    /// For whoever the job belongs to.
    Result<bool> has_room(std::string_view column, const storage::RowRef& record) {
        const auto key = std::pair{column, record};
        auto count = counts_.find(key);
        if (count == counts_.end()) {
            ROOKERY_TRY(
                const auto rows,
                builder_.reading.children(
                    duplicaterecord, *duplicaterecord.column(column), record, duplicates_beside_max
                )
            );
            const auto his =
                static_cast<std::size_t>(std::ranges::count_if(rows, [&](const RowPtr& row) {
                    return owner_of(*row) == owner_of(job_);
                }));
            const bool full = rows.size() >= duplicates_beside_max;
            count = counts_.emplace(key, full ? duplicates_of_record_max : his).first;
        }
        return count->second < duplicates_of_record_max;
    }

    PlanBuilder& builder_;
    const storage::Row& job_;
    std::set<Uuid> planned_;
    std::uint64_t left_out_ = 0;
    std::map<std::pair<std::string_view, storage::RowRef>, std::size_t> counts_;
};

}  // namespace

MessageFacts RecordDuplicates::facts() const {
    return {
        "rky_RecordDuplicates",
        audit::Action::create,
        {&duplicaterecord, std::nullopt},
        Cost::few_rows,
        Stores::something_new,
        OnBehalf::own_work};
}

Result<void> RecordDuplicates::check_texts() const { return {}; }

access::Decision RecordDuplicates::admit(const Asker& asker) const {
    return asker.decide(duplicaterecord, schema::Right::create);
}

Judged<RecordDuplicates::Plan> RecordDuplicates::plan(PlanBuilder& builder) const {
    if (pairs.size() > duplicates_recorded_max) {
        return fail(Errc::invalid_argument, "A job told more duplicates at once than it may.");
    }
    ROOKERY_TRY(const auto row, builder.reading.live(asyncoperation, job));
    PairPlanner planner(builder, *row);
    std::vector<Step<Change>> steps;
    for (const auto& pair : pairs) {
        ROOKERY_TRY(auto step, planner.plan(pair));
        if (step) steps.push_back(std::move(*step));
    }
    if (steps.empty()) {  // it was said all the same
        Step<Change> nothing;
        nothing.table = &duplicaterecord;
        nothing.needs = needs_of_table(duplicaterecord, schema::Right::create);
        steps.push_back(std::move(nothing));
    }
    ROOKERY_TRY(auto changes, judge_all(builder, std::move(steps)));
    return Plan{std::move(changes), planner.left_out()};
}

Result<MessageReply::Body> RecordDuplicates::execute(PlanBuilder& builder, Plan plan) const {
    const auto recorded = std::ranges::count_if(plan.changes, [](const Authorized<Change>& change) {
        return std::holds_alternative<WriteRow>(change.what());
    });
    ROOKERY_CHECK(apply_all(builder, plan.changes));
    return RecordedReply{static_cast<std::uint64_t>(recorded), plan.left_out};
}

}  // namespace rookery::messages
