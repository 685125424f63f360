#include "odata/log_body.hpp"

namespace rookery::odata {
namespace {

void text_or_null(JsonWriter& json, std::string_view name, std::string_view value) {
    json.key(name);
    if (value.empty()) return json.null();
    json.text(value);
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

void write_entry(JsonWriter& json, const messages::LogEntry& entry) {
    const auto& event = entry.event;
    json.begin_object();
    json.key("Index");
    json.number(entry.index);
    json.key("Time");
    json.time(entry.time);
    text_or_null(json, "Action", audit::name(event.action));
    text_or_null(json, "Message", event.message);
    text_or_null(json, "Outcome", audit::name(event.outcome));
    text_or_null(json, "Reason", audit::name(event.reason));
    text_or_null(json, "ActorType", audit::name(event.actor.type));
    text_or_null(json, "ActorId", event.actor.id);
    text_or_null(json, "ActorName", entry.actor_name);
    text_or_null(json, "Table", event.table);
    json.key("RecordId");
    if (event.record) {
        json.uuid(*event.record);
    } else {
        json.null();
    }
    text_or_null(json, "RecordName", entry.record_name);
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
    json.end_object();
}

}  // namespace

void write_log(JsonWriter& json, const messages::LogReply& reply) {
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

}  // namespace rookery::odata
