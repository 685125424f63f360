#include "messages/removal.hpp"

#include "messages/detection_cursor.hpp"
#include "messages/row_planner.hpp"
#include "messages/share_id.hpp"
#include "pipeline/audit_rows.hpp"
#include "pipeline/needs.hpp"
#include "rules/removal_error.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace rookery::messages {
namespace {

using storage::RowRef;
using Steps = std::vector<Step<Change>>;

class Removal {
 public:
    Removal(PlanBuilder& builder, storage::KeptAs as) : builder_(builder), as_(as) {}

    /// `root`: what the request names; null when it is this row itself.
    Result<void> collect(RowPtr row, const storage::Row* root) {
        if (!claims_.claim(*row->table, row->id)) return {};  // reached on another way already
        const auto before_it = steps_.size();
        for (const auto& relationship : schema::relationships()) {
            if (!relationship.built || relationship.referenced != row->table->name) continue;
            ROOKERY_CHECK(collect_children(relationship, *row, root == nullptr ? row.get() : root));
        }
        ROOKERY_CHECK(collect_shares(*row, root == nullptr ? row.get() : root));
        Step<Change> step;
        step.table = row->table;
        step.id = row->id;
        // What goes with its parent needs what its own removal would.
        ROOKERY_TRY(step.needs, needs_to_part_with(*row, root != nullptr));
        if (const auto check = rules_of(*row->table).check_removal) {
            const auto checked = check({builder_, *row, step.needs, root != nullptr});
            if (root == nullptr) needs_of_root_ = step.needs;
            ROOKERY_CHECK(checked);
        }
        const bool is_pair = row->table == &schema::known::duplicaterecord;
        if (!is_pair && counted_++ >= rows_changed_max) {
            return fail(
                Errc::too_many_rows,
                "This would delete more than " + std::to_string(rows_changed_max) + " records.",
                "delete the children first, in parts"
            );
        }
        step.what = RemoveRow{std::move(row), root != nullptr, steps_.size() - before_it};
        steps_.push_back(std::move(step));
        return {};
    }

    Steps take() { return std::move(steps_); }

    /// What the rules say that the removal of the named row needs, also when it may not be; nothing before they were asked.
    [[nodiscard]] std::optional<access::Needs> needs_of_root() { return std::move(needs_of_root_); }

 private:
    Result<void> collect_children(
        const schema::Relationship& relationship, const storage::Row& row, const storage::Row* root
    ) {
        const auto& table = *schema::table(relationship.referencing);
        // Records are retained by themselves. What is none goes as it goes with a deleted one.
        const bool by_archive = as_ == storage::KeptAs::retained && table.bin == schema::Bin::own;
        const auto effect = by_archive ? relationship.on_archive : relationship.on_delete;
        const bool follows = effect == schema::Cascade::cascade;
        const bool blocks = effect == schema::Cascade::restrict;
        if (!follows && !blocks) return {};
        const auto& column = *table.column(relationship.referencing_column);
        if (column.derived) return {};  // whom it is derived from stands in the way
        const bool pairs = &table == &schema::known::duplicaterecord;
        auto limit = rows_changed_max + 1 - std::min(counted_, rows_changed_max);
        if (pairs) limit = pairs_left_;
        if (blocks) limit = 1;
        ROOKERY_TRY(auto children, builder_.reading.children(table, column, row.ref(), limit));
        if (pairs) pairs_left_ -= children.size();
        if (blocks && !children.empty()) return fail(is_referenced(*row.table, table));
        for (auto& child : children) ROOKERY_CHECK(collect(std::move(child), root));
        return {};
    }

    /// What is shared of it, and with it.
    Result<void> collect_shares(const storage::Row& row, const storage::Row* root) {
        const bool principal =
            row.table == &schema::known::team || row.table == &schema::known::systemuser;
        if (!principal && row.table->ownership != schema::Ownership::user) return {};
        // None may come meanwhile.
        if (principal) builder_.rely_on_all_shares();
        builder_.reading.guard(shares_of_record(row.ref()));
        std::vector<Uuid> ids;
        std::vector<std::pair<Uuid, RowRef>> with_it;
        const auto& shares = builder_.facts().shares();
        shares.each<&access::Share::row>(row.id, [&](const Uuid& id, const access::Share& share) {
            if (share.table == row.table->id) ids.push_back(id);
        });
        if (principal) {
            const auto kind = row.table == &schema::known::team ? access::PrincipalKind::team
                                                                : access::PrincipalKind::user;
            shares.each<&access::Share::principal>(
                row.id,
                [&](const Uuid& id, const access::Share& share) {
                    if (share.kind == kind)
                        with_it.emplace_back(id, RowRef{share.table, share.row});
                }
            );
        }
        for (const auto& id : ids) ROOKERY_CHECK(collect_share(id, nullptr, root));
        for (const auto& [id, of] : with_it) {
            ROOKERY_TRY(auto found, builder_.reading.peek(*schema::table(of.table), of.id));
            ROOKERY_CHECK(collect_share(id, std::move(found.row), root));
        }
        return {};
    }

    /// `record`: what was shared, and stays.
    Result<void> collect_share(const Uuid& id, RowPtr record, const storage::Row* root) {
        ROOKERY_TRY(auto share, builder_.reading.live(schema::known::principalobjectaccess, id));
        const auto before_it = steps_.size();
        ROOKERY_CHECK(collect(std::move(share), root));
        if (steps_.size() == before_it) return {};
        std::get<RemoveRow>(steps_.back().what).record = std::move(record);
        return {};
    }

    /// What removing this row needs by itself: a pair ends by Disassociate, if its table has no other rule; what the
    /// vault keeps of a record goes with the record.
    Result<access::Needs> needs_to_part_with(const storage::Row& row, bool along) {
        const auto needs_of_part = rules_of(*row.table).needs_as_part;
        // What clients can delete by itself they need Delete for.
        const bool itself = row.table->writable && !along;
        if (needs_of_part != nullptr && !itself) return needs_of_part(builder_, row);
        if (!row.table->intersect) return needs_to_remove(row);
        const auto association = std::ranges::find(
            schema::associations(), row.table->name, &schema::Association::intersect
        );
        const auto end = [&](std::string_view column) -> Result<RowPtr> {
            const auto& ref = *row.get<storage::RowRef>(column);
            return builder_.reading.live(*schema::table(ref.table), ref.id);
        };
        ROOKERY_TRY(const auto first, end(association->first_column));
        if (const auto needs = rules_of(*row.table).needs_to_end) return needs(*first);
        ROOKERY_TRY(const auto second, end(association->second_column));
        return needs_to_link(*first, *second);
    }

    PlanBuilder& builder_;
    const storage::KeptAs as_;
    Steps steps_;
    std::size_t counted_ = 0;  // against the limit
    // What a detection found keeps no record: some of it goes along, and the rest leads nowhere until it goes with its job.
    std::size_t pairs_left_ = pairs_of_job_max;
    Claims claims_;
    std::optional<access::Needs> needs_of_root_;
};

Result<void> check_named(const access::Caller& caller, const storage::Row& row) {
    const auto check = rules_of(*row.table).check_named_removal;
    return check == nullptr ? check_change(caller, row, nullptr) : check(caller, row);
}

Steps steps_to_remove(PlanBuilder& builder, RowPtr row, storage::KeptAs as) {
    Removal removal(builder, as);
    auto allowed = check_named(builder.caller, *row);
    if (allowed) allowed = removal.collect(row, nullptr);
    if (allowed) return removal.take();
    Step<Change> step;
    step.table = row->table;
    step.id = row->id;
    step.needs = removal.needs_of_root().value_or(needs_to_remove(*row));
    step.deferred_error = allowed.error();
    step.what = RemoveRow{std::move(row), false};
    Steps steps;
    steps.push_back(std::move(step));
    return steps;
}

}  // namespace

Result<void> check_removable(const schema::Table& table) {
    if (table.of_log) return fail(log_is_kept());
    if (!table.writable && !table.removable) return fail(not_offered("Delete", table));
    const auto check = rules_of(table).check_removable;
    return check == nullptr ? Result<void>{} : check();
}

Steps removal_of(PlanBuilder& builder, RowPtr row) {
    return steps_to_remove(builder, std::move(row), storage::KeptAs::deleted);
}

Steps retention_of(PlanBuilder& builder, RowPtr row) {
    return steps_to_remove(builder, std::move(row), storage::KeptAs::retained);
}

}  // namespace rookery::messages
