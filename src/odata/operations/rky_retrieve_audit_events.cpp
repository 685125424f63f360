// rky_RetrieveAuditEvents: entries of the audit log, newest first.
#include "identity/authenticate.hpp"
#include "odata/json/json_members.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/literal.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace rookery::odata::operations::rky_retrieve_audit_events {
namespace {

constexpr std::uint32_t top_max = 1000;

constexpr Parameter parameters[] = {
    {"Record", "@r", "Edm.Guid"},
    {"UniqueHandleId", "@u"},
    {"Actor", "@a", "Edm.Guid"},
    {"Credential", "@c"},
    {"Since", "@s", "Edm.DateTimeOffset"},
    {"From", "@f", "Edm.Int64"},
    {"Below", "@b", "Edm.Int64"},
    {"Top", "@t", "Edm.Int32"},
};

/// Of a credential named by its id, or by the fingerprint that an entry has for it.
std::optional<ByteArray<8>> fingerprint_of(std::string_view text) {
    if (const auto id = Uuid::parse(text)) return identity::fingerprint(*id);
    ByteArray<8> out{};
    const auto bytes = from_hex(text);
    if (!bytes || bytes->size() != out.size()) return std::nullopt;
    std::ranges::copy(*bytes, out.begin());
    return out;
}

/// False: the value is not one of that parameter, or in conflict with another.
bool set(messages::RetrieveAuditEvents& out, std::string_view name, const Token& token) {
    const bool word = token.kind == TokenKind::word && !token.glued;
    const bool text = token.kind == TokenKind::text;
    if (!word && !text) return false;
    if (name == "Record" || name == "Actor") {
        const auto id = Uuid::parse(token.raw);
        if (!id || (name == "Record" && !out.unique_handle_id.empty())) return false;
        (name == "Record" ? out.record : out.actor) = *id;
        return true;
    }
    if (name == "Credential") {
        out.credential = fingerprint_of(token.raw);
        return out.credential.has_value();
    }
    if (name == "Since") {
        out.since = parse_iso8601(token.raw);
        return out.since.has_value();
    }
    if (name == "UniqueHandleId") {
        out.unique_handle_id = token.text();
        return text && !out.unique_handle_id.empty() && !out.record;
    }
    const auto number = read_integer(token.raw);
    if (!word || !number || *number < 0) return false;
    if (name == "From") {
        out.from = static_cast<std::uint64_t>(*number);
        return true;
    }
    if (name == "Below") {
        out.below = static_cast<std::uint64_t>(*number);
        return true;
    }
    if (*number < 1 || *number > top_max) return false;
    out.top = static_cast<std::uint32_t>(*number);
    return true;
}

Result<messages::Message> read(Call& call) {
    messages::RetrieveAuditEvents out;
    ROOKERY_CHECK(read_parameters(
        call.function(),
        call.arguments,
        call.request.options(),
        [&](std::string_view name, const Token& value) { return set(out, name, value); }
    ));
    return messages::Message{std::move(out)};
}

/// Null when the request carried no valid credential.
void write_fingerprint(JsonWriter& json, const audit::Actor& actor) {
    const bool none = actor.credential_fingerprint == ByteArray<8>{};
    text_or_null(
        json, "CredentialFingerprint", none ? std::string{} : to_hex(actor.credential_fingerprint)
    );
}

void write_columns(JsonWriter& json, const audit::Event& event) {
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

void write_extras(JsonWriter& json, const audit::Event& event) {
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

void write_names(JsonWriter& json, const messages::LogEntry& entry) {
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
    "Action",
    "Message",
    "Outcome",
    "Reason",
    "ActorType",
    "ActorId",
    "ActorName",
    "ActorRenamed",
    "CredentialFingerprint",
    "OnBehalfOfId",
    "OnBehalfOfName",
    "Table",
    "RecordId",
    "RecordName",
    "RecordRenamed",
    "Columns",
    "Release",
    "RowVersions",
    "Rule",
    "Count",
    "CorrelationId",
    "ClientRequestId",
    "Extras",
    "Names",
    "NamesUnsure",
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
    write_fingerprint(json, event.actor);
    const auto& behalf = event.on_behalf_of;
    text_or_null(json, "OnBehalfOfId", behalf ? std::string_view{behalf->id} : std::string_view{});
    text_or_null(json, "OnBehalfOfName", entry.on_behalf_of_name);
    text_or_null(json, "Table", event.table);
    id_or_null(json, "RecordId", event.record);
    text_or_null(json, "RecordName", entry.record_name);
    boolean_or_null(json, "RecordRenamed", entry.record_renamed);
    write_columns(json, event);
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
    number_or_null(json, "Count", event.count);
    json.key("CorrelationId");
    json.uuid(event.correlation);
    text_or_null(json, "ClientRequestId", event.client_request_id);
    write_extras(json, event);
    write_names(json, entry);
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

void write(JsonWriter& json, const messages::LogReply& reply) {
    json.key("LogSize");
    json.number(reply.log_size);
    id_or_null(json, "Record", reply.record);
    json.key("Events");
    json.begin_array();
    for (const auto& entry : reply.entries) write_entry(json, entry);
    json.end_array();
    number_or_null(json, "NextBelow", reply.next_below);
    text_or_null(json, "Checkpoint", reply.checkpoint);
}

constexpr Operation operation{
    .name = "rky_RetrieveAuditEvents",
    .kind = OperationKind::function,
    .parameters = parameters,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_retrieve_audit_events
