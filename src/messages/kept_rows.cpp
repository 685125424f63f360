#include "messages/kept_rows.hpp"

#include "pipeline/bin_rules.hpp"
#include "pipeline/logged_values.hpp"
#include "pipeline/needs.hpp"

namespace rookery::messages {
namespace {

using schema::Bin;
using storage::KeptAs;

Step<Change> step_to_end(KeptPtr kept, access::Needs needs) {
    Step<Change> step;
    step.table = kept->row.table;
    step.id = kept->row.id;
    step.needs = std::move(needs);
    step.what = EndRow{std::move(kept), {}};
    return step;
}

storage::Deletion kept_by(const PlanBuilder& builder, KeptAs as) {
    storage::Deletion out;
    out.id = Uuid::random(builder.services.random);
    out.at = builder.now;
    out.as = as;
    return out;
}

/// What is known of a row that is to come back.
Result<Found> row_not_there(PlanBuilder& builder, const schema::Table& table, const Uuid& id) {
    ROOKERY_TRY(auto found, builder.reading.read(table, id));
    if (found.state != Found::State::live) return found;
    return fail(Errc::restore_live, "The record cannot come back: a record with this id is there.");
}

/// Each row with those of its own that are kept with it.
void keep_all(std::vector<Step<Change>>& steps, const storage::Deletion& deletion) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
        auto& gone = std::get<RemoveRow>(steps[i].what);
        if (gone.before->table->bin == Bin::none) continue;
        gone.kept = deletion;
        for (auto at = i - gone.with; at < i; ++at) {
            const auto& other = *std::get<RemoveRow>(steps[at].what).before;
            if (other.table->bin != Bin::none) gone.kept->with.push_back(other.ref());
        }
    }
}

}  // namespace

void keep_in_bin(const PlanBuilder& builder, std::vector<Step<Change>>& steps) {
    const auto& rules = builder.services.bin;
    const auto* root = steps.empty() ? nullptr : std::get_if<RemoveRow>(&steps.back().what);
    if (root == nullptr || root->before->table->bin != Bin::own || !rules.keeps()) return;
    auto deletion = kept_by(builder, KeptAs::deleted);
    deletion.until = builder.now + rules.keep;
    keep_all(steps, deletion);
}

void retain(const PlanBuilder& builder, std::vector<Step<Change>>& steps) {
    keep_all(steps, kept_by(builder, KeptAs::retained));
}

Result<KeptPtr> row_in_bin(PlanBuilder& builder, const schema::Table& table, const Uuid& id) {
    ROOKERY_TRY(auto found, row_not_there(builder, table, id));
    const bool there = found.kept && table.bin == Bin::own &&
                       lies_in_bin(found.kept->deletion, builder.services.bin, builder.now);
    if (!there) return fail(does_not_exist(table, id));
    return std::move(found.kept);
}

Result<KeptPtr> retained_row(PlanBuilder& builder, const schema::Table& table, const Uuid& id) {
    ROOKERY_TRY(auto found, row_not_there(builder, table, id));
    const bool there =
        found.kept && table.bin == Bin::own && found.kept->deletion.as == KeptAs::retained;
    if (!there) return fail(does_not_exist(table, id));
    return std::move(found.kept);
}

Result<std::vector<KeptPtr>> rows_kept_with(PlanBuilder& builder, const storage::KeptRow& kept) {
    std::vector<KeptPtr> out;
    for (const auto& ref : kept.deletion.with) {
        ROOKERY_TRY(auto found, builder.reading.read(*schema::table(ref.table), ref.id));
        const bool same = found.kept && found.kept->deletion.id == kept.deletion.id;
        if (same) out.push_back(std::move(found.kept));
    }
    return out;
}

Result<std::vector<Step<Change>>> end_of(PlanBuilder& builder, const KeptPtr& kept) {
    std::vector<Step<Change>> out;
    ROOKERY_TRY(auto others, rows_kept_with(builder, *kept));
    for (auto& other : others) {
        const bool part = other->row.table->bin == Bin::with_record;
        auto needs = needs_to_remove(part ? kept->row : other->row);
        out.push_back(step_to_end(std::move(other), std::move(needs)));
    }
    out.push_back(step_to_end(kept, needs_to_remove(kept->row)));
    return out;
}

void end_kept(
    PlanBuilder& builder, const access::Decision& decision, const storage::KeptRow& kept,
    const std::optional<Uuid>& operation
) {
    const auto write = builder.end(kept);
    auto event = builder.event(audit::Action::remove, audit::Outcome::success);
    builder.about(event, kept.row);
    event.rule = builder.rule_of(decision);
    builder.note_versions(event, &kept.row, write);
    add_logged_values(event, &kept.row, nullptr);
    note_deletion(event, kept.deletion);
    const bool retained = kept.deletion.as == KeptAs::retained;
    event.extras.emplace_back(retained ? retained_extra : "bin", std::string("ended"));
    note_operation(event, operation);
    builder.record(event);
}

void note_deletion(audit::Event& event, const storage::Deletion& deletion) {
    const bool retained = deletion.as == KeptAs::retained;
    event.extras.emplace_back(retained ? "retention" : "deletion", to_string(deletion.id));
}

void note_operation(audit::Event& event, const std::optional<Uuid>& operation) {
    if (operation) event.extras.emplace_back("operation", to_string(*operation));
}

}  // namespace rookery::messages
