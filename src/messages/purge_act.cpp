#include "messages/purge_act.hpp"

#include "messages/row_planner.hpp"
#include "pipeline/needs.hpp"

#include <string>

namespace rookery::messages {

Result<ToPurge> record_to_purge(PlanBuilder& builder, const storage::RowRef& record) {
    const auto& table = *schema::table(record.table);
    ROOKERY_TRY(auto found, builder.reading.read(table, record.id));
    if (found.state == Found::State::absent) return fail(does_not_exist(table, record.id));
    return ToPurge{std::move(found.row), std::move(found.kept)};
}

access::Needs needs_to_purge(const schema::Table& table) {
    auto needs = needs_of_table(table, schema::Right::remove);
    needs.need(schema::prv_manage_keys);
    return needs;
}

access::Needs needs_to_purge(const storage::RowRef& ref, const storage::Row* record) {
    access::Needs needs;
    needs.table = schema::table(ref.table);
    if (record != nullptr) {
        needs = needs_to_remove(*record);
    } else {
        // Without owner and unit the privilege reaches it at Global depth alone.
        needs.need(*needs.table, schema::Right::remove, access::RowFacts{ref.id, {}, {}});
    }
    needs.need(schema::prv_manage_keys);
    return needs;
}

Result<void> check_version_to_purge(
    const Preconditions& preconditions, const storage::Row* record
) {
    if (record != nullptr) return check_version(preconditions, *record);
    if (!preconditions.must_exist) return {};
    return fail(
        Errc::version_mismatch,
        "The version of the existing record doesn't match the RowVersion property provided."
    );
}

void record_purge_act(
    PlanBuilder& builder, const access::Decision& decision, const PurgeCursor& purge,
    const Uuid& job, std::string_view act
) {
    auto event = builder.event(audit::Action::purge, audit::Outcome::intent);
    event.table = purge.table;
    event.record = purge.record;
    event.rule = builder.rule_of(decision);
    event.extras = {{"act", std::string(act)}, {"job", to_string(job)}};
    builder.record(event);
}

}  // namespace rookery::messages
