#include "messages/retrieve_sync_status.hpp"

#include "base/integrity_failure.hpp"
#include "pipeline/push_code.hpp"
#include "query/outbox_reader.hpp"
#include "schema/known_tables.hpp"
#include "storage/index_key.hpp"

#include <map>

namespace rookery::messages {
namespace {

constexpr std::size_t errors_examined_max = 10'000;
constexpr std::size_t codes_shown_max = 32;

/// The privilege that the row says is missing, or empty.
std::string_view missing_privilege_of(const storage::Row& row) {
    const auto* detail = row.get<std::string>("errordetail");
    if (detail == nullptr || !detail->starts_with(missing_privilege_detail)) return {};
    return std::string_view(*detail).substr(missing_privilege_detail.size());
}

/// Active syncerror rows by code, and the first privilege that one names. The index is a hint: each row is read and looked at.
Result<void> examine_open_errors(const PlanBuilder& builder, SyncStatusReply& reply) {
    const auto& table = schema::known::syncerror;
    std::map<std::string, std::uint64_t, std::less<>> counts;
    const auto cursor =
        builder.view.store()->scan(storage::by_state(table, 0), storage::Order::ascending);
    std::size_t examined = 0;
    auto first = Instant::max();
    for (; cursor->valid(); cursor->next()) {
        if (examined++ == errors_examined_max) {
            reply.more_errors = true;
            break;
        }
        ROOKERY_TRY(const auto found, builder.reading.peek(table, storage::id_of(cursor->key())));
        const auto* state = found.row ? found.row->get<std::int64_t>("statecode") : nullptr;
        if (state == nullptr || *state != 0) return integrity_failure();
        const auto* code = found.row->get<std::string>("errorcode");
        std::string_view shown = code == nullptr ? push_code::other : std::string_view(*code);
        if (counts.size() == codes_shown_max && !counts.contains(shown)) shown = push_code::other;
        ++counts[std::string(shown)];
        const auto privilege = missing_privilege_of(*found.row);
        const auto* time = found.row->get<Instant>("errortime");
        if (!privilege.empty() && time != nullptr && *time < first) {
            first = *time;
            reply.missing_privilege = privilege;
        }
    }
    ROOKERY_CHECK(cursor->status());
    for (const auto& [code, count] : counts) reply.open_errors.push_back({code, count});
    return {};
}

}  // namespace

MessageFacts RetrieveSyncStatus::facts() const {
    return {
        "rky_RetrieveSyncStatus",
        audit::Action::retrieve,
        {},
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveSyncStatus::check_texts() const { return {}; }

access::Decision RetrieveSyncStatus::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_read_audit));
}

Judged<RetrieveSyncStatus::Plan> RetrieveSyncStatus::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_of_general(schema::prv_read_audit));
}

Result<MessageReply::Body> RetrieveSyncStatus::execute(PlanBuilder& builder, Plan plan) const {
    SyncStatusReply reply;
    reply.now = builder.now;
    if (const auto& monitor = builder.services.sync) {
        reply.configured = true;
        reply.state = monitor->state();
    }
    ROOKERY_TRY(reply.outbox, count_outbox(builder.view));
    ROOKERY_CHECK(examine_open_errors(builder, reply));

    auto event = builder.event(audit::Action::retrieve, audit::Outcome::success);
    event.rule = builder.rule_of(plan.decision());
    builder.record(event);
    return reply;
}

}  // namespace rookery::messages
