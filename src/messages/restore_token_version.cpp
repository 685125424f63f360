#include "messages/restore_token_version.hpp"

#include "messages/apply_change.hpp"
#include "messages/row_planner.hpp"
#include "messages/version_choice.hpp"
#include "pipeline/needs.hpp"
#include "pipeline/secrets.hpp"

namespace rookery::messages {
namespace {

/// A cell for each sealed column of the record, still empty: what is written is decided by the columns.
std::unique_ptr<Input> every_token(const schema::Table& table) {
    auto out = std::make_unique<Input>();
    for (const auto& column : table.columns) {
        if (column.type == schema::Type::sealed) out->cells.push_back({&column, {}});
    }
    return out;
}

Result<void> fill(const PlanBuilder& builder, const TokenVersion& version, Input& input) {
    const auto& sealer = builder.keys.sealer;
    const auto& row = *version.row;
    if (row.wrapped_dek.empty()) return {};
    ROOKERY_TRY(const auto dek, open_dek(sealer, row));
    const auto& table = *schema::table(row.get<storage::RowRef>("rky_record")->table);
    for (auto& cell : input.cells) {
        const auto* value = kept_value(version, *cell.column);
        if (value == nullptr) continue;  // it had none: the write clears it
        ROOKERY_TRY(
            auto token, open_secret(sealer, row, dek, kept_column(table, *cell.column), *value)
        );
        cell.value = std::move(token);
    }
    return {};
}

}  // namespace

MessageFacts RestoreTokenVersion::facts() const {
    return {
        "rky_RestoreTokenVersion",
        audit::Action::restore_version,
        named_by(target),
        Cost::few_rows,
        Stores::something_new,
        OnBehalf::may};
}

Result<void> RestoreTokenVersion::check_texts() const { return {}; }

access::Decision RestoreTokenVersion::admit(const Asker& asker) const {
    return asker.decide(*target.table, schema::Right::write);
}

Judged<RestoreTokenVersion::Plan> RestoreTokenVersion::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(const auto row, builder.reading.live(target, schema::Right::write));
    ROOKERY_TRY(const auto history, read_history(builder, row));
    auto input = every_token(*row->table);
    auto existing = preconditions;
    existing.must_exist = true;
    ROOKERY_TRY(auto step, RowPlanner(builder).upsert({row->table, row->id}, *input, existing));
    const auto chosen = choose_version(history, number, builder.services.tokens, builder.now);
    if (step.deferred_error) {
        // The version of the row is not the one that was meant, or what else stands in a write's way.
    } else if (!chosen) {
        step.deferred_error = chosen.error();
    } else if (*chosen == nullptr) {
        step.deferred_error =
            Error{Errc::restricted, "The record has this version of its tokens already.", {}, {}};
    }
    ROOKERY_TRY(auto change, Authorized<Change>::judge(builder, std::move(step)));
    return Plan{std::move(input), std::move(change), **chosen};
}

Result<MessageReply::Body> RestoreTokenVersion::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_CHECK(fill(builder, plan.version, *plan.input));
    ROOKERY_TRY(const auto written, apply_change(builder, plan.change));
    auto event = builder.event(audit::Action::restore_version, audit::Outcome::success);
    builder.about(event, *written.row);
    event.rule = builder.rule_of(plan.change.decision());
    event.extras = {
        {"token-version", std::uint64_t{plan.version.set.number}},
        {std::string(restored_as_extra), std::uint64_t{written.row->row_version}}};
    builder.record(event);
    return NoContent{};
}

}  // namespace rookery::messages
