#include "messages/end_deleted_records.hpp"

#include "messages/kept_rows.hpp"
#include "pipeline/bin_rules.hpp"
#include "pipeline/needs.hpp"

#include <algorithm>

namespace rookery::messages {

MessageFacts EndDeletedRecords::facts() const {
    return {
        "rky_EndDeletedRecords",
        audit::Action::remove,
        {},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::own_work};
}

Result<void> EndDeletedRecords::check_texts() const { return {}; }

access::Decision EndDeletedRecords::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_rewrap));
}

Judged<EndDeletedRecords::Plan> EndDeletedRecords::plan(PlanBuilder& builder) const {
    const auto has_bin = [](const storage::RowRef& row) {
        const auto* table = schema::table(row.table);
        return table != nullptr && table->bin != schema::Bin::none;
    };
    if (rows.size() > end_deleted_max || !std::ranges::all_of(rows, has_bin) ||
        (at_once && !builder.caller.system)) {
        return fail(Errc::invalid_argument, "These deleted records cannot be ended together.");
    }
    return judge_act(builder, needs_of_general(schema::prv_rewrap));
}

Result<MessageReply::Body> EndDeletedRecords::execute(PlanBuilder& builder, Plan plan) const {
    EndDeletedReply reply;
    for (const auto& row : rows) {
        const auto found = builder.reading.read(*schema::table(row.table), row.id);
        if (!found && found.error().code != Errc::integrity) return fail(found.error());
        if (!found || !found->kept) continue;  // a Restore or a purge came first
        const auto& deletion = found->kept->deletion;
        const bool over = deletion.as == storage::KeptAs::deleted &&
                          !lies_in_bin(deletion, builder.services.bin, builder.now);
        if (!at_once && !over) continue;
        end_kept(builder, plan.decision(), *found->kept);
        ++reply.ended;
    }
    if (builder.plan().events.empty()) {
        auto event = builder.event(audit::Action::remove, audit::Outcome::success);
        event.rule = builder.rule_of(plan.decision());
        event.count = std::uint64_t{0};
        builder.record(event);
    }
    return reply;
}

}  // namespace rookery::messages
