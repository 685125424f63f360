#include "messages/review.hpp"

#include <algorithm>

#include "audit/log_reader.hpp"
#include "ledger/outbox.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

constexpr std::uint64_t entries_examined_max = 20'000;
constexpr std::uint64_t outbox_counted_max = 1'000'000;

bool matches(const RetrieveAuditEvents& wanted, const audit::Event& event) {
    if (wanted.record && event.record != wanted.record) return false;
    return !wanted.actor || event.actor.id == to_string(*wanted.actor);
}

std::string user_name(const Planning& planning, std::string_view id) {
    const auto parsed = Uuid::parse(id);
    const auto* user = parsed ? planning.facts().user(*parsed) : nullptr;
    return user == nullptr ? std::string{} : user->full_name;
}

/// The record's present name; empty for a row that is gone or has none.
std::string record_name(const Planning& planning, const audit::Event& event) {
    const auto* table = schema::table(event.table);
    if (table == nullptr || table->outside || !event.record || table->primary_name.empty()) return {};
    const auto found = planning.reading.peek(*table, *event.record);
    if (!found || !found->row) return {};
    const auto* name = found->row->get<std::string>(table->primary_name);
    return name == nullptr ? std::string{} : *name;
}

}  // namespace

Result<LogReply> review(
    Planning& planning, const RetrieveAuditEvents& message, const Authorized& authorized
) {
    ROOKERY_TRY(
        const auto reader, audit::LogReader::open(planning.view.store(), &planning.parts.details)
    );
    LogReply reply;
    auto index = std::min(message.below.value_or(reader.size()), reader.size());
    const auto floor = index > entries_examined_max ? index - entries_examined_max : 0;
    bool ended = false;
    while (index > floor && reply.entries.size() < message.top) {
        --index;
        ROOKERY_TRY(auto entry, reader.read(index, audit::Sections::core));
        if (message.since && entry.leaf.time < *message.since) {
            ended = true;
            break;
        }
        if (!matches(message, entry.event)) continue;
        LogEntry shown{index, entry.leaf.time, std::move(entry.event), {}, {}};
        shown.actor_name = user_name(planning, shown.event.actor.id);
        shown.record_name = record_name(planning, shown.event);
        reply.entries.push_back(std::move(shown));
    }
    if (!ended && index > 0) reply.next_below = index;
    ROOKERY_TRY(const auto note, reader.newest_checkpoint());
    reply.checkpoint = note.value_or(std::string{});

    auto event = planning.event(audit::Action::audit_read, audit::Outcome::success);
    event.count = reply.entries.size();
    event.rule = planning.rule_of(authorized.decision());
    if (message.record) event.extras.emplace_back("record", to_string(*message.record));
    if (message.actor) event.extras.emplace_back("actor", to_string(*message.actor));
    if (message.since) event.extras.emplace_back("since", to_iso8601(*message.since));
    planning.record(event);
    return reply;
}

Result<StatusReply> status(Planning& planning, const Authorized& authorized) {
    const auto& identity = planning.parts.directory.identity();
    const auto& snapshot = planning.view.snapshot();
    StatusReply reply;
    reply.vault = identity.id;
    reply.development = identity.kind == VaultKind::development;
    reply.log_size = snapshot.log_size;
    reply.access_epoch = snapshot.access_epoch;
    reply.keyring_epoch = snapshot.keyring_epoch;
    reply.version = ROOKERY_VERSION;
    reply.warnings = planning.parts.warnings;
    const std::string prefix(ledger::outbox_prefix);
    const auto cursor = planning.view.store()->scan(
        {storage::Family::meta, prefix, storage::prefix_end(prefix)}, storage::Order::ascending
    );
    for (; cursor->valid() && reply.outbox_rows < outbox_counted_max; cursor->next()) {
        ++reply.outbox_rows;
    }
    ROOKERY_CHECK(cursor->status());

    auto event = planning.event(audit::Action::retrieve, audit::Outcome::success);
    event.rule = planning.rule_of(authorized.decision());
    planning.record(event);
    return reply;
}

}  // namespace rookery::messages
