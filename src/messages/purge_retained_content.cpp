#include "messages/purge_retained_content.hpp"

#include "messages/apply_change.hpp"
#include "messages/kept_rows.hpp"
#include "messages/row_planner.hpp"
#include "messages/start_forgetting.hpp"
#include "pipeline/needs.hpp"
#include "rules/retains.hpp"
#include "storage/index_key.hpp"

#include <string>
#include <vector>

namespace rookery::messages {
namespace {

using schema::Table;

/// What one request ends, as far as its page goes.
class PurgePage {
 public:
    PurgePage(PlanBuilder& builder, const PurgeRetainedContent& asked)
        : builder_(builder), asked_(asked) {}

    /// The retained records of the table, the oldest first.
    Result<void> take(const Table& table) {
        std::uint64_t ended = 0;
        const auto range = asked_.retained_before
                               ? storage::by_retention(table, *asked_.retained_before)
                               : storage::by_retention(table);
        const auto entries = builder_.view.store()->scan(range, storage::Order::ascending);
        for (; entries->valid() && !reply_.more; entries->next()) {
            ROOKERY_TRY(const bool taken, look_at(table, entries->key()));
            ended += taken ? 1 : 0;
        }
        ROOKERY_CHECK(entries->status());
        if (ended != 0) reply_.ended.emplace_back(&table, ended);
        return {};
    }

    [[nodiscard]] bool is_full() const { return reply_.more; }

    [[nodiscard]] PurgeRetainedPlan plan(Authorized<Act> asked) && {
        return {std::move(asked), std::move(steps_), std::move(reply_)};
    }

 private:
    Result<bool> look_at(const Table& table, std::string_view entry) {
        ROOKERY_CHECK(builder_.work.spend(cost::row + cost::row_by_index));
        const auto id = storage::id_of(entry);
        auto found = builder_.reading.peek(table, id);
        if (!found && found.error().code != Errc::integrity) return fail(found.error());
        if (!found || !found->kept || storage::index_entry(*found->kept) != entry) {
            ++reply_.failed;
            return false;
        }
        ROOKERY_CHECK(builder_.work.spend(found->bytes * cost::row_byte));
        const auto& row = found->kept->row;
        if (asked_.max_version && is_newer(row)) return false;
        if (!builder_.decide(needs_to_remove(row)).allowed()) {
            ++reply_.failed;
            return false;
        }
        return add(table, id);
    }

    /// What the same change set retains has no number yet, and any other's is lower.
    [[nodiscard]] bool is_newer(const storage::Row& row) const {
        const auto& planned = builder_.view.snapshot().planned;
        if (planned && planned->has(row.ref())) return true;
        return row.versionnumber > *asked_.max_version;
    }

    /// With what is kept of it, or nothing of it at all.
    Result<bool> add(const Table& table, const Uuid& id) {
        if (records_ == asked_.page_size) return page_ends();
        ROOKERY_TRY(const auto found, builder_.reading.read(table, id));
        ROOKERY_TRY(auto steps, end_of(builder_, found.kept));
        if (records_ != 0 && steps_.size() + steps.size() > rows_changed_max) return page_ends();
        AuthorizedChanges judged;
        for (auto& step : steps) {
            std::get<EndRow>(step.what).operation = asked_.operation;
            auto change = Authorized<Change>::judge(builder_, std::move(step));
            if (!change) {
                ++reply_.failed;
                return false;
            }
            judged.push_back(std::move(*change));
        }
        ++records_;
        steps_.insert(
            steps_.end(),
            std::make_move_iterator(judged.begin()),
            std::make_move_iterator(judged.end())
        );
        return true;
    }

    bool page_ends() {
        reply_.more = true;
        return false;
    }

    PlanBuilder& builder_;
    const PurgeRetainedContent& asked_;
    std::size_t records_ = 0;
    AuthorizedChanges steps_;
    PurgeRetainedReply reply_;
};

}  // namespace

MessageFacts PurgeRetainedContent::facts() const {
    return {
        "PurgeRetainedContent",
        audit::Action::remove,
        {table, std::nullopt},
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> PurgeRetainedContent::check_texts() const { return {}; }

access::Decision PurgeRetainedContent::admit(const Asker& asker) const {
    auto needs = needs_of_general(schema::prv_retain);
    if (table != nullptr) needs.need(*table, schema::Right::remove);
    return asker.decide(needs);
}

Judged<PurgeRetainedContent::Plan> PurgeRetainedContent::plan(PlanBuilder& builder) const {
    if (page_size == 0 || page_size > purge_retained_max) {
        return fail(
            Errc::invalid_argument,
            "A page has 1 to " + std::to_string(purge_retained_max) + " records."
        );
    }
    if (table != nullptr) ROOKERY_CHECK(check_can_be_retained(*table));
    ROOKERY_TRY(auto asked, judge_act(builder, needs_of_general(schema::prv_retain)));
    PurgePage page(builder, *this);
    for (const auto* one : schema::tables()) {
        if (page.is_full()) break;
        if (one->bin != schema::Bin::own || (table != nullptr && one != table)) continue;
        ROOKERY_CHECK(page.take(*one));
    }
    auto out = std::move(page).plan(std::move(asked));
    std::vector<const Table*> tables;
    for (const auto& change : out.ended) tables.push_back(change.table());
    ROOKERY_TRY(
        auto forgetting,
        start_forgetting(builder, std::move(tables), needs_of_general(schema::prv_retain))
    );
    if (forgetting) {
        ROOKERY_TRY(auto started, Authorized<Change>::judge(builder, std::move(*forgetting)));
        out.ended.push_back(std::move(started));
    }
    return out;
}

Result<MessageReply::Body> PurgeRetainedContent::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_CHECK(apply_all(builder, plan.ended));
    if (plan.ended.empty()) {
        auto event = builder.event(audit::Action::remove, audit::Outcome::success);
        if (table != nullptr) event.table = table->name;
        event.rule = builder.rule_of(plan.asked.decision());
        event.count = std::uint64_t{0};
        note_operation(event, operation);
        builder.record(event);
    }
    return std::move(plan.reply);
}

}  // namespace rookery::messages
