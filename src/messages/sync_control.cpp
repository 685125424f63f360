#include "messages/sync_control.hpp"

#include <map>

#include "schema/known_tables.hpp"
#include "storage/index_key.hpp"

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
Result<void> examine_open_errors(const Planning& planning, SyncStatusReply& reply) {
    const auto& table = schema::known::syncerror;
    std::map<std::string, std::uint64_t, std::less<>> counts;
    const auto cursor =
        planning.view.store()->scan(storage::by_state(table, 0), storage::Order::ascending);
    std::size_t examined = 0;
    auto first = Instant::max();
    for (; cursor->valid(); cursor->next()) {
        if (examined++ == errors_examined_max) {
            reply.more_errors = true;
            break;
        }
        ROOKERY_TRY(const auto found, planning.reading.peek(table, storage::id_of(cursor->key())));
        const auto* state = found.row ? found.row->get<std::int64_t>("statecode") : nullptr;
        if (state == nullptr || *state != 0) return fail(Errc::integrity, "integrity check failed");
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

Result<void> check_configured(const Planning& planning) {
    if (planning.parts.options.sync) return {};
    return fail(
        Errc::unsupported, "This server does not sync.", "give its configuration a section [sync]"
    );
}

void record(Planning& planning, const Authorized& authorized, std::optional<std::uint64_t> count) {
    auto event = planning.event(audit::Action::sync_control, audit::Outcome::success);
    event.count = count;
    event.rule = planning.rule_of(authorized.decision());
    planning.record(event);
}

}  // namespace

Result<SyncStatusReply> sync_status(Planning& planning, const Authorized& authorized) {
    SyncStatusReply reply;
    reply.now = planning.now;
    if (const auto& monitor = planning.parts.options.sync) {
        reply.configured = true;
        reply.state = monitor->state();
    }
    ROOKERY_TRY(reply.outbox, count_outbox(planning.view));
    ROOKERY_CHECK(examine_open_errors(planning, reply));

    auto event = planning.event(audit::Action::retrieve, audit::Outcome::success);
    event.rule = planning.rule_of(authorized.decision());
    planning.record(event);
    return reply;
}

Result<void> sync_now(Planning& planning, const Authorized& authorized) {
    ROOKERY_CHECK(check_configured(planning));
    planning.wake_sync();
    record(planning, authorized, std::nullopt);
    return {};
}

Result<RetryReply> retry_sync(Planning& planning, const Authorized& authorized) {
    ROOKERY_CHECK(check_configured(planning));
    ROOKERY_TRY(const auto parked, read_parked(planning.view, retried_max));
    for (const auto& entry : parked.entries) {
        planning.settle(
            {entry.record, entry.versionnumber, ledger::OutboxSettlement::To::due}
        );
    }
    planning.wake_sync();
    record(planning, authorized, parked.entries.size());
    return RetryReply{parked.entries.size(), parked.more};
}

}  // namespace rookery::messages
