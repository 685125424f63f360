#include "messages/set_token_policy.hpp"

#include "messages/row_planner.hpp"
#include "messages/token_policy.hpp"
#include "pipeline/needs.hpp"
#include "rules/write_draft.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

using schema::known::rky_tokenpolicy;

storage::Row next_policy(
    const PlanBuilder& builder, const storage::Row* before, const storage::RowRef& record,
    std::int64_t days
) {
    storage::Row row;
    if (before != nullptr) {
        row = *before;
    } else {
        row.table = &rky_tokenpolicy;
        row.id = Uuid::random(builder.services.random);
        row.set("rky_record", record);
    }
    ++row.row_version;
    row.set("rky_name", "every " + std::to_string(days) + " days");
    row.set("rky_rotationdays", days);
    sign(row, builder.author(), before == nullptr);
    return row;
}

}  // namespace

MessageFacts SetTokenPolicy::facts() const {
    return {
        "rky_SetTokenPolicy",
        audit::Action::update,
        named_by(target),
        Cost::few_rows,
        rotation_days ? Stores::something_new : Stores::nothing_new,
        OnBehalf::may};
}

Result<void> SetTokenPolicy::check_texts() const { return {}; }

access::Decision SetTokenPolicy::admit(const Asker& asker) const {
    return asker.decide(*target.table, schema::Right::write);
}

Judged<SetTokenPolicy::Plan> SetTokenPolicy::plan(PlanBuilder& builder) const {
    if (rotation_days &&
        (*rotation_days < 1 || *rotation_days > schema::token_policy::rotation_days_max)) {
        return fail(
            Errc::out_of_range,
            "RotationDays must be 1 to " + std::to_string(schema::token_policy::rotation_days_max) +
                ", or null."
        );
    }
    ROOKERY_TRY(const auto row, builder.reading.live(target, schema::Right::write));
    auto needs = needs_to_change(*row);
    ROOKERY_TRY(auto act, judge_act(builder, std::move(needs), row));
    ROOKERY_CHECK(check_version(preconditions, *row));
    return act;
}

Result<MessageReply::Body> SetTokenPolicy::execute(PlanBuilder& builder, Plan plan) const {
    const auto& record = *plan.what().row;
    ROOKERY_TRY(const auto before, policy_of(builder, record.ref()));
    auto event = builder.event(audit::Action::update, audit::Outcome::success);
    event.rule = builder.rule_of(plan.decision());
    event.extras = {
        {"from-table", std::string(record.table->name)}, {"from-record", to_string(record.id)}};
    if (rotation_days) {
        const auto after = next_policy(builder, before.get(), record.ref(), *rotation_days);
        const auto write = builder.write(before.get(), after);
        if (before == nullptr) event.action = audit::Action::create;
        builder.about(event, after);
        event.extras.emplace_back("rotation-days", static_cast<std::uint64_t>(*rotation_days));
        builder.note_versions(event, before.get(), write);
    } else if (before != nullptr) {
        const auto write = builder.remove(*before);
        event.action = audit::Action::remove;
        builder.about(event, *before);
        builder.note_versions(event, before.get(), write);
    } else {
        builder.about(event, record);  // it has none already
    }
    builder.record(event);
    return NoContent{};
}

}  // namespace rookery::messages
