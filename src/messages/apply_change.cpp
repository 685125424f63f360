#include "messages/apply_change.hpp"

#include "messages/kept_rows.hpp"
#include "messages/share_entry.hpp"
#include "messages/token_history.hpp"
#include "pipeline/logged_values.hpp"
#include "pipeline/needs.hpp"
#include "pipeline/secrets.hpp"
#include "pipeline/show.hpp"
#include "query/expander.hpp"
#include "rules/table_rules.hpp"

namespace rookery::messages {
namespace {

using storage::Row;

/// What a change of a table is called on the log.
audit::Action action_on(const schema::Table& table, audit::Action plain) {
    return rules_of(table).action.value_or(plain);
}

/// An event about a row that changes, under its decision.
audit::Event changed(
    const PlanBuilder& builder, const Authorized<Change>& change, const Row& row,
    audit::Action action
) {
    auto event = builder.event(action_on(*row.table, action), audit::Outcome::success);
    builder.about(event, row);
    event.rule = builder.rule_of(change.decision());
    return event;
}

struct Apply {
    PlanBuilder& builder;
    Authorized<Change>& change;

    /// Nothing to change, yet asked for: it is on the record.
    Result<Written> operator()(LeaveRow&) const {
        auto event = builder.event(audit::Action::update, audit::Outcome::success);
        if (change.table() != nullptr) event.table = change.table()->name;
        if (!change.id().is_nil()) event.record = change.id();
        event.rule = builder.rule_of(change.decision());
        builder.record(event);
        return Written{};
    }

    Result<Written> operator()(RemoveRow& gone) const {
        const auto write =
            gone.kept ? builder.keep(*gone.before, *gone.kept) : builder.remove(*gone.before);
        const bool retained = gone.kept && gone.kept->as == storage::KeptAs::retained;
        auto event = changed(
            builder,
            change,
            *gone.before,
            retained ? audit::Action::record_retain : audit::Action::remove
        );
        // What ReplacePrivilegesRole takes is told from what it gives: a pair that ends has no version.
        builder.note_versions(event, gone.before.get(), write);
        add_logged_values(event, gone.before.get(), nullptr);
        if (gone.cascaded) event.extras.emplace_back("cascade", std::uint64_t{1});
        if (gone.kept) {
            note_deletion(event, *gone.kept);
            if (!retained) {
                event.extras.emplace_back("kept-until", to_iso8601(gone.kept->until));
            }
        }
        note_operation(event, gone.operation);
        builder.record(event);
        if (gone.record) {
            record_lost_share(builder, change.decision(), *gone.record, *gone.before);
        }
        return Written{gone.before, 0};
    }

    Result<Written> operator()(ReturnRow& back) const {
        const auto& row = back.draft.row;
        const auto write = builder.bring_back(*back.kept, row, back.in_versions);
        const auto& deletion = back.kept->deletion;
        const bool retained = deletion.as == storage::KeptAs::retained;
        auto event = changed(
            builder,
            change,
            row,
            retained ? audit::Action::retain_rollback : audit::Action::record_restore
        );
        for (const auto* column : back.draft.columns) event.columns.push_back(column->id);
        if (!row.wrapped_dek.empty()) event.key_versions = key_versions(row);
        builder.note_versions(event, &back.kept->row, write);
        add_logged_values(event, &back.kept->row, &row);
        note_deletion(event, deletion);
        note_operation(event, back.operation);
        builder.record(event);
        return Written{std::make_shared<const Row>(std::move(back.draft.row)), write};
    }

    Result<Written> operator()(EndRow& gone) const {
        end_kept(builder, change.decision(), *gone.kept, gone.operation);
        return Written{};
    }

    Result<Written> operator()(WriteRow& write_row) const {
        auto& [before, draft] = write_row;
        ROOKERY_TRY(
            auto changes,
            seal_secrets(builder.keys.sealer, builder.keys.pseudonyms, draft.row, draft.secrets)
        );
        const auto write = builder.write(before.get(), draft.row);
        auto event = changed(
            builder,
            change,
            draft.row,
            before == nullptr ? audit::Action::create : audit::Action::update
        );
        for (const auto* column : draft.columns) event.columns.push_back(column->id);
        builder.note_versions(event, before.get(), write);
        if (!changes.empty()) {
            event.key_versions = key_versions(draft.row);
            event.value_changes = std::move(changes);
        }
        add_logged_values(event, before.get(), &draft.row);
        // The same token again is no version: an import that is repeated would push out the history that it is for.
        const bool sets_tokens = before != nullptr && sets_other_values(event.value_changes);
        builder.record(event);
        if (sets_tokens) {
            ROOKERY_CHECK(keep_version(builder, change.decision(), *before, draft.row));
        }
        return Written{std::make_shared<const Row>(std::move(draft.row)), write};
    }
};

void add_representation(Step<Change>& step, const Selection& selection) {
    const auto* written = std::get_if<WriteRow>(&step.what);
    if (step.deferred_error || written == nullptr) return;  // there is no row to show
    const auto reading = needs_to_read(written->draft.row, selection, false);
    step.needs.rows.insert(step.needs.rows.end(), reading.rows.begin(), reading.rows.end());
    step.needs.columns.insert(
        step.needs.columns.end(), reading.columns.begin(), reading.columns.end()
    );
}

}  // namespace

Result<Written> apply_change(PlanBuilder& builder, Authorized<Change>& change) {
    return std::visit(Apply{builder, change}, change.what());
}

Result<void> apply_all(PlanBuilder& builder, AuthorizedChanges& changes) {
    for (auto& change : changes) ROOKERY_CHECK(apply_change(builder, change));
    return {};
}

Judged<PlannedWrite> plan_write(
    PlanBuilder& builder, Step<Change> step, const Representation& representation
) {
    if (representation.wanted) add_representation(step, representation.selection);
    ROOKERY_TRY(auto change, Authorized<Change>::judge(builder, std::move(step)));
    ROOKERY_TRY(auto expanded, plan_expansions(builder, representation.expanded));
    return PlannedWrite{std::move(change), std::move(expanded)};
}

Result<MessageReply::Body> carry_out_write(
    PlanBuilder& builder, PlannedWrite& plan, bool created, const Representation& representation
) {
    ROOKERY_TRY(const auto written, apply_change(builder, plan.change));
    if (!representation.wanted) {
        return NoContent{written.row->table, written.row->id, created};
    }
    ROOKERY_TRY(auto shown, show(builder, plan.change, written.row, representation.selection));
    if (shown.reveals) {
        builder.record(retrieve_event(builder, *written.row, shown, plan.change.decision()));
    }
    TargetNames names(builder);
    Expander expander(builder, names, shown.reveals ? 1 : 0);
    ROOKERY_CHECK(expander.expand(shown.row, plan.expanded));
    expander.record(nullptr);
    expander.add_masked(shown.masked);
    shown.row.written = written.write;
    return RowReply{std::move(shown.row), created, std::move(shown.masked), nullptr};
}

}  // namespace rookery::messages
