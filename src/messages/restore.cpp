#include "messages/restore.hpp"

#include "messages/apply_change.hpp"
#include "messages/kept_rows.hpp"
#include "messages/return_rows.hpp"
#include "pipeline/pasted_token.hpp"

#include <optional>

namespace rookery::messages {

using schema::Bin;
using schema::Right;

MessageFacts Restore::facts() const {
    return {
        "Restore",
        audit::Action::record_restore,
        named_by(target),
        Cost::many_rows,
        Stores::something_new,
        OnBehalf::may};
}

Result<void> Restore::check_texts() const {
    PastedTokenCheck rows;
    rows.add(input);
    return rows.check(input);
}

access::Decision Restore::admit(const Asker& asker) const {
    if (target.table != nullptr) return asker.decide(*target.table, Right::create);
    // Before the body is read nobody knows which table it names.
    std::optional<access::Decision> refused;
    for (const auto* table : schema::tables()) {
        if (table->bin != Bin::own) continue;
        auto decision = asker.decide(*table, Right::create);
        if (decision.allowed()) return decision;
        refused = std::move(decision);
    }
    return std::move(*refused);
}

Judged<Restore::Plan> Restore::plan(PlanBuilder& builder) const {
    const auto* id = std::get_if<Uuid>(&target.by);
    if (target.table == nullptr || id == nullptr) {
        return fail(Errc::invalid_argument, "A record is restored by its id.");
    }
    if (target.table->bin != Bin::own) {
        return fail(
            Errc::unsupported,
            "Records of '" + std::string(target.table->name) + "' are not kept when deleted."
        );
    }
    ROOKERY_TRY(auto kept, row_in_bin(builder, *target.table, *id));
    ROOKERY_TRY(auto steps, return_of(builder, std::move(kept), &input));
    return judge_all(builder, std::move(steps));
}

Result<MessageReply::Body> Restore::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_CHECK(apply_all(builder, plan));
    return RestoreReply{std::get<Uuid>(target.by)};
}

}  // namespace rookery::messages
