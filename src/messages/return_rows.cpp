#include "messages/return_rows.hpp"

#include "messages/kept_rows.hpp"
#include "messages/row_planner.hpp"
#include "pipeline/kept_values.hpp"
#include "pipeline/needs.hpp"
#include "rules/write_draft.hpp"
#include "schema/known_tables.hpp"
#include "schema/token_history.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace rookery::messages {
namespace {

using schema::Bin;
using schema::Right;
using schema::known::rky_tokenversion;
using storage::RowRef;

Error parent_gone(const storage::Row& row) {
    return {
        Errc::restore_parent_gone,
        "A " + std::string(row.table->name) +
            " cannot come back: its owner, or a record that it belongs to, is not there.",
        "bring that one back first, or name another one",
        {}};
}

Error tokens_not_taken() {
    return {
        Errc::unsupported,
        "A record comes back with the tokens that it had, and with no others.",
        "bring the record back, then write them",
        {}};
}

/// One row that comes back, as it will be.
struct Returning {
    KeptPtr kept;
    Draft draft;
    std::optional<Error> error;
};

/// All rows that one request brings back, the named one first.
class Return {
 public:
    explicit Return(PlanBuilder& builder) : builder_(builder), planner_(builder) {}

    void add(KeptPtr kept, const Input* input) {
        Returning one;
        const auto& facts = builder_.facts();
        if (input == nullptr || kept->row.table->bin == Bin::with_record) {
            one.draft.row = kept->row;
            ++one.draft.row.row_version;
        } else {
            auto draft =
                draft_update(builder_.reading, facts, kept->row, *input, builder_.author());
            if (draft) {
                one.draft = std::move(*draft);
            } else {
                one.draft.row = kept->row;
                one.error = draft.error();
            }
        }
        one.kept = std::move(kept);
        rows_[one.draft.row.ref()] = std::make_shared<const storage::Row>(one.draft.row);
        all_.push_back(std::move(one));
    }

    Result<std::vector<Step<Change>>> steps() && {
        std::vector<Step<Change>> out;
        out.reserve(all_.size());
        for (auto& one : all_) {
            ROOKERY_TRY(auto step, step_of(one));
            out.push_back(std::move(step));
        }
        return out;
    }

 private:
    Result<Step<Change>> step_of(Returning& one) {
        Step<Change> step;
        step.table = one.draft.row.table;
        step.id = one.draft.row.id;
        const bool part = step.table->bin == Bin::with_record;
        auto parents = find_parents(one.draft);
        if (!parents && parents.error().code != Errc::restore_parent_gone) {
            return fail(parents.error());
        }
        if (!parents && !one.error) one.error = parents.error();
        step.needs = part ? needs_of_part(one.draft.row) : needs_of(one);
        if (!one.error) {
            if (auto checked = planner_.check_return(one.draft, step.needs, rows_); !checked) {
                one.error = checked.error();
            }
        }
        step.deferred_error = std::move(one.error);
        step.what = ReturnRow{
            std::move(one.kept),
            std::move(one.draft),
            part ? std::vector<const schema::Column*>{} : columns_in_versions(step.id),
            {}};
        return step;
    }

    /// Who makes a row needs Append and AppendTo for the rows that it then leads to.
    Result<void> find_parents(Draft& draft) {
        const auto& row = draft.row;
        draft.referenced.clear();
        ROOKERY_CHECK(check_owner(row));
        for (const auto& relationship : schema::relationships()) {
            if (!relationship.built || relationship.referencing != row.table->name) continue;
            if (relationship.on_delete == schema::Cascade::none) continue;
            const auto* column = row.table->column(relationship.referencing_column);
            const auto* ref = column->derived ? nullptr : row.get<RowRef>(column->name);
            if (ref == nullptr || schema::table(ref->table)->name != relationship.referenced) {
                continue;
            }
            if (const auto beside = rows_.find(*ref); beside != rows_.end()) {
                draft.referenced.push_back(beside->second);
                continue;
            }
            ROOKERY_TRY(auto found, builder_.reading.read(*schema::table(ref->table), ref->id));
            if (found.state != Found::State::live) return fail(parent_gone(row));
            draft.referenced.push_back(std::move(found.row));
        }
        return {};
    }

    Result<void> check_owner(const storage::Row& row) const {
        const auto* owner = row.get<RowRef>("ownerid");
        if (owner == nullptr) return {};
        const auto& facts = builder_.facts();
        const auto* team = facts.team(owner->id);
        const bool there = owner->table == schema::known::team.id
                               ? team != nullptr && team->can_own()
                               : facts.user(owner->id) != nullptr;
        if (there) return {};
        return fail(parent_gone(row));
    }

    /// To another owner it is handed from the one that it had.
    static access::Needs needs_of(const Returning& one) {
        auto needs = needs_to_create(one.draft);
        if (!one.draft.new_owner) return needs;
        add_need(needs, Right::create, one.kept->row);
        add_need(needs, Right::assign, one.kept->row);
        return needs;
    }

    /// What the vault keeps of a record comes back as the record does.
    access::Needs needs_of_part(const storage::Row& part) const {
        access::Needs needs;
        needs.table = part.table;
        const auto* record = part.get<RowRef>("rky_record");
        const auto found = record == nullptr ? rows_.end() : rows_.find(*record);
        if (found == rows_.end()) {
            needs.need(*part.table, Right::create);
        } else {
            add_need(needs, Right::create, *found->second);
        }
        return needs;
    }

    /// Of which a version that somebody is given comes back too.
    [[nodiscard]] std::vector<const schema::Column*> columns_in_versions(const Uuid& record) const {
        std::vector<const schema::Column*> out;
        for (const auto& [ref, version] : rows_) {
            if (ref.table != rky_tokenversion.id) continue;
            const auto* of = version->get<RowRef>("rky_record");
            const auto* retired = version->get<Instant>("rky_retiredon");
            const auto when = retired == nullptr ? std::nullopt : std::optional(*retired);
            if (of == nullptr || of->id != record ||
                !is_version_given(when, builder_.services.tokens, builder_.now)) {
                continue;
            }
            for (const auto& kept : schema::kept_columns) {
                if (kept.table->id != of->table || version->find(kept.kept) == nullptr) continue;
                out.push_back(kept.table->column(kept.column));
            }
        }
        return out;
    }

    PlanBuilder& builder_;
    RowPlanner planner_;
    std::vector<Returning> all_;
    std::map<RowRef, RowPtr> rows_;  // as they will be
};

}  // namespace

Result<std::vector<Step<Change>>> return_of(
    PlanBuilder& builder, KeptPtr kept, const Input* input
) {
    ROOKERY_TRY(auto others, rows_kept_with(builder, *kept));
    Return rows(builder);
    rows.add(std::move(kept), input);
    static const Input nothing;
    const auto* of_others = input == nullptr ? nullptr : &nothing;
    // Parents before what belongs to them.
    for (auto other = others.rbegin(); other != others.rend(); ++other) {
        rows.add(std::move(*other), of_others);
    }
    ROOKERY_TRY(auto steps, std::move(rows).steps());
    const auto is_token = [](const InputCell& cell) {
        return cell.column->type == schema::Type::sealed;
    };
    if (input != nullptr && std::ranges::any_of(input->cells, is_token)) {
        steps.front().deferred_error = tokens_not_taken();
    }
    return steps;
}

}  // namespace rookery::messages
