#include "pipeline/show.hpp"

#include "pipeline/needs.hpp"
#include "pipeline/secrets.hpp"

#include <algorithm>
#include <stdexcept>

namespace rookery::messages {
namespace {

using access::ColumnView;
using schema::Column;
using storage::Row;

/// Every property that can be read.
std::vector<const Column*> readable_columns(const schema::Table& table) {
    std::vector<const Column*> out;
    out.reserve(table.columns.size());
    for (const auto& column : table.columns) {
        const bool readable = column.may(schema::can::read) && column.may(schema::can::odata) &&
                              column.type != schema::Type::digest;
        if (readable) out.push_back(&column);
    }
    return out;
}

/// How a row is shown: as the answer to a Retrieve, as one of a list, or in the answer to its own write.
enum class ShownAs : std::uint8_t { one_record, of_list, representation };

/// Of a column that `decision` masks: had the permission been enough, the option was missing.
MaskReason mask_reason(
    ShownAs as, const access::Decision& decision, const Row& row, const Column& column
) {
    const auto decided =
        std::ranges::find(decision.columns(), &column, &access::ColumnDecision::column);
    if (decided != decision.columns().end() && decided->unconfirmed) return MaskReason::unconfirmed;
    if (decided == decision.columns().end() || decided->permitted == access::UnmaskLevel::none) {
        return MaskReason::no_permission;
    }
    if (is_inactive(row)) return MaskReason::inactive;
    return as == ShownAs::one_record || decided->permitted == access::UnmaskLevel::all_records
               ? MaskReason::not_asked
               : MaskReason::one_record;
}

bool has_column_shares(const access::Facts& facts, const Row& row) {
    bool out = false;
    facts.column_shares().each<&access::ColumnShare::row>(
        row.id, [&](const Uuid&, const access::ColumnShare&) { out = true; }
    );
    return out;
}

Result<Exposure> show_as(
    ShownAs as, const PlanBuilder& builder, RowPtr row, const Selection& selection,
    const access::Decision& decision, TargetNames& names
) {
    Exposure out;
    std::optional<crypto::Dek> dek;
    std::vector<const Column*> all;
    if (selection.columns.empty()) all = readable_columns(*row->table);
    const auto& columns = selection.columns.empty() ? all : selection.columns;
    out.row.cells.reserve(columns.size());
    for (const auto* column : columns) {
        auto& cell = out.row.cells.emplace_back();
        cell.column = column;
        const auto* value = row->find(column->id);
        const auto view = decision.view(*column);
        if (value == nullptr || view == ColumnView::hidden) continue;
        if (view == ColumnView::masked) {
            cell.value = Masked{};
            out.masked.push_back({column, mask_reason(as, decision, *row, *column)});
            continue;
        }
        if (column->type != schema::Type::sealed) {
            cell.value = value;
            // dataverse: an audit has the names of people, and no record's.
            const bool is_named = !row->table->of_log || !column->nav.empty();
            if (selection.annotations && is_named) {
                ROOKERY_TRY(cell.formatted, names.of(*value, *column));
            }
            continue;
        }
        if (is_inactive(*row)) {
            if (as == ShownAs::of_list) {
                cell.value = Masked{};  // the rows beside it are shown
                out.masked.push_back({column, MaskReason::inactive});
                continue;
            }
            return fail(inactive_record());
        }
        if (!dek) {
            ROOKERY_TRY(dek, open_dek(builder.keys.sealer, *row));
        }
        ROOKERY_TRY(
            auto token,
            open_secret(
                builder.keys.sealer, *row, *dek, *column, std::get<storage::SealedValue>(*value)
            )
        );
        cell.value = std::move(token);
        out.reveals = true;
    }
    out.row.row = std::move(row);
    return out;
}

}  // namespace

Error inactive_record() {
    return {
        Errc::record_inactive,
        "The record is inactive: no token is released from it until it is activated.",
        {},
        {}};
}

Result<Exposure> show(
    const PlanBuilder& builder, const Authorized<ShowRow>& step, const Selection& selection
) {
    TargetNames names(builder);
    return show_as(
        ShownAs::one_record, builder, step.what().row, selection, step.decision(), names
    );
}

Result<Exposure> show(
    const PlanBuilder& builder, const Authorized<ShowList>& list, RowPtr row,
    const Selection& selection, TargetNames& names
) {
    if (row->table != list.table())
        throw std::logic_error("a row of another table than the list's");
    // What is shared of a column is so on one row: there the list's own decision says too little.
    if (has_column_shares(builder.facts(), *row)) {
        const auto decision = builder.decide(needs_to_read(*row, selection, false));
        if (decision.allowed()) {
            builder.rely_on(decision);
            return show_as(ShownAs::of_list, builder, std::move(row), selection, decision, names);
        }
    }
    return show_as(ShownAs::of_list, builder, std::move(row), selection, list.decision(), names);
}

Result<Exposure> show(
    const PlanBuilder& builder, const Authorized<ShowRow>& step, const Selection& selection,
    TargetNames& names
) {
    return show_as(ShownAs::of_list, builder, step.what().row, selection, step.decision(), names);
}

Result<Exposure> show(
    const PlanBuilder& builder, const Authorized<Change>& change, RowPtr written,
    const Selection& selection
) {
    if (written->table != change.table() || written->id != change.id()) {
        throw std::logic_error("another row than the one that was written");
    }
    TargetNames names(builder);
    return show_as(
        ShownAs::representation, builder, std::move(written), selection, change.decision(), names
    );
}

namespace {

Step<ShowRow> step_to_show(RowPtr row, const Selection& selection, bool one_record) {
    Step<ShowRow> step;
    step.table = row->table;
    step.id = row->id;
    step.needs = needs_to_read(*row, selection, one_record);
    step.what = {std::move(row)};
    return step;
}

}  // namespace

Step<ShowRow> step_to_show(RowPtr row, const Selection& selection) {
    return step_to_show(std::move(row), selection, true);
}

Step<ShowRow> step_to_show_among_others(RowPtr row, const Selection& selection) {
    return step_to_show(std::move(row), selection, false);
}

bool shows_in_clear(const access::Decision& decision) {
    return std::ranges::any_of(decision.columns(), [](const auto& column) {
        return column.view == ColumnView::clear;
    });
}

void add_masked(std::vector<MaskedColumn>& to, const std::vector<MaskedColumn>& more) {
    for (const auto& masked : more) {
        if (std::ranges::find(to, masked) == to.end()) to.push_back(masked);
    }
}

audit::Event retrieve_event(
    const PlanBuilder& builder, const Row& row, const Exposure& shown,
    const access::Decision& decision
) {
    auto event = builder.event(audit::Action::retrieve, audit::Outcome::success);
    builder.about(event, row);
    const auto& cells = shown.row.cells;
    event.columns.reserve(cells.size());
    for (const auto& cell : cells) {
        // Of what shows a token, the tokens alone.
        if (shown.reveals && !std::holds_alternative<SecretBytes>(cell.value)) continue;
        event.columns.push_back(cell.column->id);
    }
    if (shown.reveals) {
        event.release = audit::ReleaseMode::plaintext;
        event.key_versions = key_versions(row);
    } else {
        event.release =
            shown.masked.empty() ? audit::ReleaseMode::metadata : audit::ReleaseMode::masked;
    }
    event.rule = builder.rule_of(decision);
    if (row.table->of_log) {
        // An entry has no version and no tag, and no row is compared with this one.
        event.action = audit::Action::audit_read;
        return event;
    }
    event.row_versions = audit::RowVersions{row.row_version, row.row_version};
    event.row_tag.emplace();
    std::copy_n(row.tag.begin(), event.row_tag->size(), event.row_tag->begin());
    return event;
}

void add_start(audit::Event& event, const Authorized<ShowRow>& start) {
    event.extras.emplace_back("from-table", std::string(start.table()->name));
    event.extras.emplace_back("from-record", to_string(start.id()));
}

}  // namespace rookery::messages
