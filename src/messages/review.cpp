#include "messages/review.hpp"

#include <algorithm>
#include <span>

#include "audit/log_reader.hpp"
#include "ledger/outbox.hpp"
#include "messages/recovery.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

constexpr std::size_t entries_examined_max = 20'000;
constexpr std::size_t uuid_text_size = 36;
constexpr std::uint64_t outbox_counted_max = 1'000'000;

constexpr std::string_view to_record[] = {schema::known::msdyn_octwitterhandlesecret.name};
constexpr std::string_view to_user[] = {schema::known::systemuser.name};

/// Extras that hold an id without being a lookup of the event's own table.
struct IdExtra {
    std::string_view name;
    std::span<const std::string_view> targets;
};

constexpr IdExtra id_extras[] = {{"record", to_record}, {"actor", to_user}};

/// The present name of a row; empty when it is gone or has none.
std::string name_of(const Planning& planning, const schema::Table& table, const Uuid& id) {
    if (&table == &schema::known::privilege) {  // no stored rows
        const auto* privilege = schema::privilege(id);
        return privilege == nullptr ? std::string{} : std::string(privilege->name);
    }
    if (table.outside || table.primary_name.empty()) return {};
    const auto found = planning.reading.peek(table, id);
    if (!found || !found->row) return {};
    const auto* name = found->row->get<std::string>(table.primary_name);
    return name == nullptr ? std::string{} : *name;
}

std::string actor_name(const Planning& planning, const audit::Event& event) {
    const auto id = Uuid::parse(event.actor.id);
    const auto* user = id ? planning.facts().user(*id) : nullptr;
    return user == nullptr ? std::string{} : user->full_name;
}

const std::string* text_extra(const audit::Event& event, std::string_view name) {
    const auto found = std::ranges::find(event.extras, name, [](const auto& extra) {
        return std::string_view(extra.first);
    });
    return found == event.extras.end() ? nullptr : std::get_if<std::string>(&found->second);
}

/// The present name, else the one that the entry itself keeps: a deleted access fact's.
std::string record_name(const Planning& planning, const audit::Event& event) {
    const auto* table = schema::table(event.table);
    if (table == nullptr || !event.record) return {};
    auto name = name_of(planning, *table, *event.record);
    if (!name.empty()) return name;
    const auto* kept = text_extra(event, table->primary_name);
    return kept == nullptr ? std::string{} : *kept;
}

/// The tables that an extra's id may be an id of.
std::span<const std::string_view> targets_of(const audit::Event& event, std::string_view extra) {
    const auto* row = std::ranges::find(id_extras, extra, &IdExtra::name);
    if (row != std::end(id_extras)) return row->targets;
    const auto* table = schema::table(event.table);
    const auto* column = table == nullptr ? nullptr : table->column(extra);
    return column == nullptr ? std::span<const std::string_view>{} : column->targets;
}

/// Names for the ids in an entry. No more than the log gives away: it names each of these rows in
/// the entries about it.
std::map<std::string, std::string> names_in(const Planning& planning, const audit::Event& event) {
    std::map<std::string, std::string> names;
    const auto add = [&](std::string_view table_name, std::string_view text) {
        const auto* table = schema::table(table_name);
        const auto id = Uuid::parse(text);
        if (table == nullptr || !id) return;
        auto name = name_of(planning, *table, *id);
        if (!name.empty()) names.emplace(to_string(*id), std::move(name));
    };
    for (const auto& [extra, value] : event.extras) {
        const auto* text = std::get_if<std::string>(&value);
        if (text == nullptr) continue;
        for (const auto target : targets_of(event, extra)) add(target, *text);
    }
    const auto* table = text_extra(event, "from-table");
    const auto* record = text_extra(event, "from-record");
    if (table != nullptr && record != nullptr) add(*table, *record);
    // "role:GUID/local", "team:GUID"
    const auto path = event.rule ? std::string_view(event.rule->path) : std::string_view{};
    const auto colon = path.find(':');
    if (colon != path.npos) add(path.substr(0, colon), path.substr(colon + 1, uuid_text_size));
    return names;
}

/// The record asked for: by id, or by a unique handle id that one has now.
Result<std::optional<Uuid>> wanted_record(Planning& planning, const RetrieveAuditEvents& message) {
    if (message.unique_handle_id.empty()) return message.record;
    const auto& table = schema::known::msdyn_octwitterhandlesecret;
    const auto row =
        planning.reading.find(table, {&table.keys.front(), {message.unique_handle_id}});
    if (row) return std::optional<Uuid>((*row)->id);
    if (row.error().code != Errc::key_not_found) return fail(row.error());
    return fail(
        Errc::key_not_found,
        "No record has that unique handle id now; a deleted one is named by its id."
    );
}

}  // namespace

Result<LogReply> review(
    Planning& planning, const RetrieveAuditEvents& message, const Authorized& authorized
) {
    ROOKERY_TRY(
        const auto reader, audit::LogReader::open(planning.view.store(), &planning.parts.details)
    );
    audit::LogQuery query;
    ROOKERY_TRY(query.record, wanted_record(planning, message));
    if (message.actor) query.actor = to_string(*message.actor);
    query.since = message.since;
    query.from = message.from;
    query.below = message.below;
    query.top = message.top;
    query.scan_max = entries_examined_max;
    ROOKERY_TRY(auto page, reader.search(query, audit::Sections::core));

    LogReply reply;
    reply.log_size = reader.size();
    reply.record = query.record;
    reply.next_below = page.next_below;
    for (auto& found : page.records) {
        LogEntry shown{found.leaf.index, found.leaf.time, std::move(found.event), {}, {}, {}};
        shown.actor_name = actor_name(planning, shown.event);
        shown.record_name = record_name(planning, shown.event);
        shown.names = names_in(planning, shown.event);
        reply.entries.push_back(std::move(shown));
    }
    ROOKERY_TRY(const auto note, reader.newest_checkpoint());
    reply.checkpoint = note.value_or(std::string{});

    auto event = planning.event(audit::Action::audit_read, audit::Outcome::success);
    event.count = reply.entries.size();
    event.rule = planning.rule_of(authorized.decision());
    if (query.record) event.extras.emplace_back("record", to_string(*query.record));
    if (query.actor) event.extras.emplace_back("actor", *query.actor);
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
    ROOKERY_TRY(auto recovered, recovery_warning(planning));
    if (!recovered.empty()) reply.warnings.push_back(std::move(recovered));
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
