#include "odata/response/log_body.hpp"

#include <algorithm>

namespace rookery::odata {
namespace {

void text_or_null(JsonWriter& json, std::string_view name, std::string_view value) {
    json.key(name);
    if (value.empty()) return json.null();
    json.text(value);
}

void time_or_null(JsonWriter& json, std::string_view name, const std::optional<Instant>& value) {
    json.key(name);
    if (value) return json.time(*value);
    json.null();
}

void id_or_null(JsonWriter& json, std::string_view name, const std::optional<Uuid>& value) {
    json.key(name);
    if (value) return json.uuid(*value);
    json.null();
}

void boolean_or_null(JsonWriter& json, std::string_view name, const std::optional<bool>& value) {
    json.key(name);
    if (value) return json.boolean(*value);
    json.null();
}

/// Null when no credential was proved.
void fingerprint(JsonWriter& json, const audit::Actor& actor) {
    const bool none = actor.credential_fingerprint == ByteArray<8>{};
    text_or_null(
        json, "CredentialFingerprint", none ? std::string{} : to_hex(actor.credential_fingerprint)
    );
}

void error_count(JsonWriter& json, std::string_view code, std::uint64_t count) {
    json.begin_object();
    json.key("Code");
    json.text(code);
    json.key("Count");
    json.number(count);
    json.end_object();
}

void columns(JsonWriter& json, const audit::Event& event) {
    const auto* table = schema::table(event.table);
    json.key("Columns");
    json.begin_array();
    for (const auto id : event.columns) {
        const auto* column = table == nullptr || id > 0xFFFF
                                 ? nullptr
                                 : table->column(static_cast<schema::ColumnId>(id));
        json.text(column == nullptr ? "column " + std::to_string(id) : std::string{column->name});
    }
    json.end_array();
}

void extras(JsonWriter& json, const audit::Event& event) {
    json.key("Extras");
    json.begin_object();
    for (const auto& [name, value] : event.extras) {
        json.key(name);
        if (const auto* number = std::get_if<std::uint64_t>(&value)) {
            json.number(*number);
        } else if (const auto* text = std::get_if<std::string>(&value)) {
            json.text(*text);
        } else {
            json.text(to_hex(std::get<Bytes>(value)));
        }
    }
    json.end_object();
}

void names(JsonWriter& json, const messages::LogEntry& entry) {
    json.key("Names");
    json.begin_object();
    for (const auto& [id, name] : entry.names) {
        json.key(id);
        json.text(name);
    }
    json.end_object();
    json.key("NamesUnsure");
    json.begin_array();
    for (const auto& id : entry.names_unsure) json.text(id);
    json.end_array();
}

/// What an entry says, in place of which an unreadable one has nulls.
constexpr std::string_view said[] = {
    "Action", "Message", "Outcome", "Reason", "ActorType", "ActorId", "ActorName", "ActorRenamed",
    "CredentialFingerprint", "Table", "RecordId", "RecordName", "RecordRenamed", "Columns", "Release",
    "RowVersions", "Rule", "Count", "CorrelationId", "ClientRequestId", "Extras", "Names", "NamesUnsure",
};

void write_said(JsonWriter& json, const messages::LogEntry& entry) {
    const auto& event = entry.event;
    text_or_null(json, "Action", audit::name(event.action));
    text_or_null(json, "Message", event.message);
    text_or_null(json, "Outcome", audit::name(event.outcome));
    text_or_null(json, "Reason", audit::name(event.reason));
    text_or_null(json, "ActorType", audit::name(event.actor.type));
    text_or_null(json, "ActorId", event.actor.id);
    text_or_null(json, "ActorName", entry.actor_name);
    boolean_or_null(json, "ActorRenamed", entry.actor_renamed);
    fingerprint(json, event.actor);
    text_or_null(json, "Table", event.table);
    id_or_null(json, "RecordId", event.record);
    text_or_null(json, "RecordName", entry.record_name);
    boolean_or_null(json, "RecordRenamed", entry.record_renamed);
    columns(json, event);
    text_or_null(json, "Release", audit::name(event.release));
    json.key("RowVersions");
    if (event.row_versions) {
        json.begin_array();
        json.number(event.row_versions->before);
        json.number(event.row_versions->after);
        json.end_array();
    } else {
        json.null();
    }
    text_or_null(
        json, "Rule", event.rule ? std::string_view{event.rule->path} : std::string_view{}
    );
    json.key("Count");
    if (event.count) {
        json.number(*event.count);
    } else {
        json.null();
    }
    json.key("CorrelationId");
    json.uuid(event.correlation);
    text_or_null(json, "ClientRequestId", event.client_request_id);
    extras(json, event);
    names(json, entry);
}

void write_entry(JsonWriter& json, const messages::LogEntry& entry) {
    json.begin_object();
    json.key("Index");
    json.number(entry.index);
    time_or_null(json, "Time", entry.time);
    json.key("Unreadable");
    if (entry.unreadable) {
        json.text(audit::words(*entry.unreadable));
        json.key("WrittenWhileSealed");
        json.null();
        for (const auto name : said) {
            json.key(name);
            json.null();
        }
    } else {
        json.null();
        json.key("WrittenWhileSealed");
        json.boolean(entry.while_sealed);
        write_said(json, entry);
    }
    json.end_object();
}

}  // namespace

void write_log(JsonWriter& json, const messages::LogReply& reply) {
    json.key("LogSize");
    json.number(reply.log_size);
    id_or_null(json, "Record", reply.record);
    json.key("Events");
    json.begin_array();
    for (const auto& entry : reply.entries) write_entry(json, entry);
    json.end_array();
    json.key("NextBelow");
    if (reply.next_below) {
        json.number(*reply.next_below);
    } else {
        json.null();
    }
    text_or_null(json, "Checkpoint", reply.checkpoint);
}

void write_status(JsonWriter& json, const messages::StatusReply& reply) {
    json.key("VaultId");
    json.uuid(reply.vault);
    json.key("Kind");
    json.text(reply.development ? std::string_view{"development"} : std::string_view{"production"});
    json.key("Version");
    json.text(reply.version);
    json.key("LogSize");
    json.number(reply.log_size);
    json.key("AccessEpoch");
    json.number(reply.access_epoch);
    json.key("KeyringEpoch");
    json.number(std::uint64_t{reply.keyring_epoch});
    json.key("OutboxRows");
    json.number(reply.outbox_rows);
    json.key("Warnings");
    json.begin_array();
    for (const auto& warning : reply.warnings) json.text(warning);
    json.end_array();
}

void write_sync_status(JsonWriter& json, const messages::SyncStatusReply& reply) {
    const auto& state = reply.state;
    json.key("Configured");
    json.boolean(reply.configured);
    text_or_null(json, "FarSide", state.far_side);
    json.key("Due");
    json.number(reply.outbox.due);
    json.key("Parked");
    json.number(reply.outbox.parked);
    json.key("Damaged");
    json.number(reply.outbox.damaged);
    json.key("AtLeast");
    json.boolean(reply.outbox.at_least);
    time_or_null(json, "OldestDue", reply.outbox.oldest_due);
    json.key("LagSeconds");
    const auto lag = reply.outbox.oldest_due ? reply.now - *reply.outbox.oldest_due
                                             : std::chrono::milliseconds{0};
    json.number(std::int64_t{
        std::max(std::chrono::floor<std::chrono::seconds>(lag), std::chrono::seconds{0}).count()});
    time_or_null(json, "LastSuccess", state.last_success);
    time_or_null(json, "PausedUntil", state.paused_until);
    text_or_null(json, "PausedWhy", state.paused_why);
    json.key("Pushed");
    json.number(state.pushed);
    json.key("Failed");
    json.number(state.failed);
    json.key("OwnersLeftOut");
    json.number(state.owners_left_out);
    json.key("Errors");
    json.begin_array();
    for (const auto& [code, count] : state.errors_by_code) error_count(json, code, count);
    json.end_array();
    json.key("OpenErrors");
    json.begin_array();
    for (const auto& error : reply.open_errors) error_count(json, error.code, error.count);
    json.end_array();
    json.key("MoreOpenErrors");
    json.boolean(reply.more_errors);
    text_or_null(json, "MissingPrivilege", reply.missing_privilege);
}

}  // namespace rookery::odata
