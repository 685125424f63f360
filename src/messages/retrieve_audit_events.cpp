#include "messages/retrieve_audit_events.hpp"

#include "audit/log_reader.hpp"
#include "pipeline/logged_values.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <span>

namespace rookery::messages {
namespace {

constexpr std::size_t entries_examined_max = 20'000;
constexpr std::size_t uuid_text_size = 36;

constexpr std::string_view to_record[] = {schema::known::msdyn_octwitterhandlesecret.name};
constexpr std::string_view to_user[] = {schema::known::systemuser.name};

/// Extras that hold an id without being a lookup of the event's own table.
struct IdExtra {
    std::string_view name;
    std::span<const std::string_view> targets;
};

constexpr IdExtra id_extras[] = {{"record", to_record}, {"actor", to_user}, {"subject", to_user}};

/// The present name of a row, empty when it is gone or has none, and when the row was last changed.
struct Present {
    std::string name;
    Instant changed = Instant::max();
};

Present present(const PlanBuilder& builder, const schema::Table& table, const Uuid& id) {
    if (table.outside || table.primary_name.empty()) return {};
    const auto found = builder.reading.peek(table, id);
    if (!found || !found->row) return {};
    Present out;
    if (const auto* name = found->row->get<std::string>(table.primary_name)) out.name = *name;
    // What `init` made has none until it is changed.
    if (table.made || table.column("modifiedon") != nullptr) out.changed = Instant::min();
    if (const auto* changed = found->row->get<Instant>("modifiedon")) out.changed = *changed;
    return out;
}

/// Whether a present name is another one than the entry's mark was made of; nothing without a mark.
std::optional<bool> renamed(
    const PlanBuilder& builder, const std::optional<ByteArray<8>>& mark, const std::string& name
) {
    if (!mark || name.empty()) return std::nullopt;
    return !builder.keys.name_marks.fits(*mark, name);
}

void name_delegator(const PlanBuilder& builder, LogEntry& entry) {
    if (!entry.event.on_behalf_of) return;
    const auto id = Uuid::parse(entry.event.on_behalf_of->id);
    const auto* user = id ? builder.facts().user(*id) : nullptr;
    if (user != nullptr) entry.on_behalf_of_name = user->full_name;
}

void name_actor(const PlanBuilder& builder, LogEntry& entry) {
    const auto id = Uuid::parse(entry.event.actor.id);
    const auto* user = id ? builder.facts().user(*id) : nullptr;
    if (user == nullptr) return;
    entry.actor_name = user->full_name;
    entry.actor_renamed = renamed(builder, entry.event.actor_name, user->full_name);
}

/// The present name, else the one that the entry itself keeps: a deleted access fact's.
void name_record(const PlanBuilder& builder, LogEntry& entry) {
    const auto* table = schema::table(entry.event.table);
    if (table == nullptr || !entry.event.record) return;
    entry.record_name = present(builder, *table, *entry.event.record).name;
    entry.record_renamed = renamed(builder, entry.event.record_name, entry.record_name);
    if (!entry.record_name.empty()) return;
    const std::string column(table->primary_name);
    const auto* kept = audit::find_extra<std::string>(entry.event, column);
    if (kept == nullptr)
        kept = audit::find_extra<std::string>(entry.event, column + std::string(before_suffix));
    if (kept == nullptr) return;
    entry.record_name = *kept;
    entry.record_renamed = false;
}

/// The tables that an extra's id may be an id of.
std::span<const std::string_view> targets_of(const audit::Event& event, std::string_view extra) {
    const auto* row = std::ranges::find(id_extras, extra, &IdExtra::name);
    if (row != std::end(id_extras)) return row->targets;
    if (extra.ends_with(before_suffix)) extra.remove_suffix(before_suffix.size());
    const auto* table = schema::table(event.table);
    const auto* column = table == nullptr ? nullptr : table->column(extra);
    return column == nullptr ? std::span<const std::string_view>{} : column->targets;
}

/// Names for the ids in an entry. No more than the log gives away: it names each of these rows in
/// the entries about it.
void name_others(const PlanBuilder& builder, LogEntry& entry) {
    const auto& event = entry.event;
    const auto add = [&](std::string_view table_name, std::string_view text) {
        const auto* table = schema::table(table_name);
        const auto id = Uuid::parse(text);
        if (table == nullptr || !id) return;
        auto row = present(builder, *table, *id);
        if (row.name.empty()) return;
        const auto [at, added] = entry.names.emplace(to_string(*id), std::move(row.name));
        // modifiedon is in whole seconds: one within the entry's own may be before or after it.
        const bool sure = row.changed < std::chrono::floor<std::chrono::seconds>(event.time);
        if (added && !sure) entry.names_unsure.push_back(at->first);
    };
    for (const auto& [extra, value] : event.extras) {
        const auto* text = std::get_if<std::string>(&value);
        if (text == nullptr) continue;
        for (const auto target : targets_of(event, extra)) add(target, *text);
    }
    const auto* table = audit::find_extra<std::string>(event, "from-table");
    const auto* record = audit::find_extra<std::string>(event, "from-record");
    if (table != nullptr && record != nullptr) add(*table, *record);
    // "role:GUID/local", "team:GUID", or two of them with a plus between
    auto path = event.rule ? std::string_view(event.rule->path) : std::string_view{};
    while (!path.empty()) {
        const auto end = std::min(path.find('+'), path.size());
        const auto one = path.substr(0, end);
        const auto colon = one.find(':');
        if (colon != one.npos) add(one.substr(0, colon), one.substr(colon + 1, uuid_text_size));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
}

LogEntry shown(const PlanBuilder& builder, audit::FoundEntry found) {
    LogEntry entry;
    if (!found) {
        entry.index = found.error().index;
        entry.time = found.error().time;
        entry.unreadable = found.error().why;
        return entry;
    }
    entry.index = found->leaf.index;
    entry.time = found->leaf.time;
    entry.while_sealed = found->while_sealed;
    entry.event = std::move(found->event);
    name_actor(builder, entry);
    name_delegator(builder, entry);
    name_record(builder, entry);
    name_others(builder, entry);
    return entry;
}

/// The newest signed checkpoint; nothing when its row is damaged, which hides no entry.
Result<std::string> newest_checkpoint(const audit::LogReader& reader) {
    auto note = reader.newest_checkpoint();
    if (!note && note.error().code == Errc::integrity) return std::string{};
    if (!note) return fail(std::move(note).error());
    return std::move(*note).value_or(std::string{});
}

/// The record asked for: by id, or by a unique handle id that one has now.
Result<std::optional<Uuid>> wanted_record(
    PlanBuilder& builder, const RetrieveAuditEvents& message
) {
    if (message.unique_handle_id.empty()) return message.record;
    const auto& table = schema::known::msdyn_octwitterhandlesecret;
    const auto row = builder.reading.find(table, {&table.keys.front(), {message.unique_handle_id}});
    if (row) return std::optional<Uuid>((*row)->id);
    if (row.error().code != Errc::key_not_found) return fail(row.error());
    return fail(
        Errc::key_not_found,
        "No record has that unique handle id now; a deleted one is named by its id."
    );
}

}  // namespace

MessageFacts RetrieveAuditEvents::facts() const {
    return {
        "rky_RetrieveAuditEvents",
        audit::Action::audit_read,
        {},
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveAuditEvents::check_texts() const { return {}; }

access::Decision RetrieveAuditEvents::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_read_audit));
}

Judged<RetrieveAuditEvents::Plan> RetrieveAuditEvents::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_of_general(schema::prv_read_audit));
}

Result<MessageReply::Body> RetrieveAuditEvents::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_TRY(
        const auto reader, audit::LogReader::open(builder.view.store(), &builder.keys.details)
    );
    audit::LogQuery query;
    ROOKERY_TRY(query.record, wanted_record(builder, *this));
    if (actor) query.actor = to_string(*actor);
    query.credential = credential;
    query.since = since;
    query.from = from;
    query.below = below;
    query.top = top;
    query.scan_max = entries_examined_max;
    ROOKERY_TRY(auto page, reader.search(query, audit::Sections::core));

    LogReply reply;
    reply.log_size = reader.size();
    reply.record = query.record;
    reply.next_below = page.next_below;
    for (auto& found : page.entries) reply.entries.push_back(shown(builder, std::move(found)));
    ROOKERY_TRY(reply.checkpoint, newest_checkpoint(reader));

    auto event = builder.event(audit::Action::audit_read, audit::Outcome::success);
    event.count = reply.entries.size();
    event.rule = builder.rule_of(plan.decision());
    if (query.record) event.extras.emplace_back("record", to_string(*query.record));
    if (query.actor) event.extras.emplace_back("actor", *query.actor);
    if (query.credential) event.extras.emplace_back("credential", to_hex(*query.credential));
    if (since) event.extras.emplace_back("since", to_iso8601(*since));
    builder.record(event);
    return reply;
}

}  // namespace rookery::messages
