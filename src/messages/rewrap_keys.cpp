#include "messages/rewrap_keys.hpp"

#include "pipeline/needs.hpp"
#include "storage/row_codec.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

enum class Rewrapped : std::uint8_t { yes, not_needed, damaged };

/// One row. An error is one of the disk, not of the row.
Result<Rewrapped> rewrap(PlanBuilder& builder, const storage::RowRef& ref) {
    const auto& table = *schema::table(ref.table);
    const auto& sealer = builder.keys.sealer;
    const auto stored = builder.reading.stored(ref);
    if (!stored) {
        if (stored.error().code != Errc::integrity) return fail(stored.error());
        return Rewrapped::damaged;
    }
    if (!*stored) return Rewrapped::not_needed;
    const auto decoded = storage::decode(table, ref.id, **stored, builder.keys.authenticator);
    if (!decoded) return Rewrapped::damaged;
    const auto* row = storage::row_of(*decoded);
    if (row == nullptr || row->wrapped_dek.empty()) return Rewrapped::not_needed;
    const auto version = storage::kek_version_of(**stored);
    if (!version) return Rewrapped::damaged;
    if (*version == sealer.active_kek_version()) return Rewrapped::not_needed;
    const auto generation = row->wrap_generation;
    const auto dek =
        sealer.unwrap(table.name, ref.id, row->dek_version, generation, row->wrapped_dek);
    if (!dek || generation == UINT32_MAX) return Rewrapped::damaged;
    ROOKERY_TRY(
        const auto wrapped, sealer.wrap(*dek, table.name, ref.id, row->dek_version, generation + 1)
    );
    builder.rewrap(*row, storage::rewrapped(**stored, wrapped, generation + 1));
    return Rewrapped::yes;
}

void record(
    PlanBuilder& builder, const access::Decision& decision, audit::Action action,
    std::uint64_t count, std::vector<std::pair<std::string, audit::ExtraValue>> extras
) {
    auto event = builder.event(action, audit::Outcome::success);
    event.rule = builder.rule_of(decision);
    event.count = count;
    event.extras = std::move(extras);
    event.extras.emplace_back("kek", std::uint64_t{builder.keys.sealer.active_kek_version()});
    builder.record(event);
}

}  // namespace

MessageFacts RewrapKeys::facts() const {
    return {
        "rky_RewrapKeys",
        audit::Action::rewrap_progress,
        {},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::own_work};
}

Result<void> RewrapKeys::check_texts() const { return {}; }

access::Decision RewrapKeys::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_rewrap));
}

Judged<RewrapKeys::Plan> RewrapKeys::plan(PlanBuilder& builder) const {
    const auto seals = [](const storage::RowRef& row) {
        const auto* table = schema::table(row.table);
        return table != nullptr && table->has_sealed();
    };
    if (rows.size() > rewrap_rows_max || !std::ranges::all_of(rows, seals)) {
        return fail(Errc::invalid_argument, "These rows cannot be wrapped anew together.");
    }
    return judge_act(builder, needs_of_general(schema::prv_rewrap));
}

Result<MessageReply::Body> RewrapKeys::execute(PlanBuilder& builder, Plan plan) const {
    RewrapReply reply;
    for (const auto& row : rows) {
        ROOKERY_TRY(const auto done, rewrap(builder, row));
        if (done == Rewrapped::yes) ++reply.rewrapped;
        if (done == Rewrapped::damaged) reply.damaged.push_back(row);
    }
    if (!rows.empty()) {
        record(builder, plan.decision(), audit::Action::rewrap_progress, reply.rewrapped, {});
    }
    if (end) {
        record(
            builder,
            plan.decision(),
            audit::Action::rewrap_end,
            end->rewrapped,
            {{"remaining", end->remaining}}
        );
    }
    return reply;
}

}  // namespace rookery::messages
