#include "odata/response/row_reply.hpp"

#include "odata/json/json_writer.hpp"
#include "odata/response/response_headers.hpp"
#include "odata/response/row_writer.hpp"
#include "storage/value_codec.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace rookery::odata {
namespace {

void write_property(JsonWriter& json, RowWriter& rows, const messages::RowReply& reply) {
    json.key("value");
    for (const auto& cell : reply.row.cells) {
        if (cell.column == reply.property) return rows.value(reply.row, cell);
    }
    json.null();
}

/// As `value` of the property's JSON has it, without quotes.
class RawWriter {
 public:
    RawWriter(const Responder& responder, WipedBuffer& out) : responder_(responder), out_(out) {}

    void write(const messages::ShownRow& row, const messages::ShownCell& cell) {
        const auto& column = *cell.column;
        if (const auto* secret = std::get_if<SecretBytes>(&cell.value)) {
            secret->expose([&](ByteView bytes) { out_.assign(bytes.begin(), bytes.end()); });
        } else if (std::holds_alternative<messages::Masked>(cell.value)) {
            text(messages::mask);
        } else if (column.may(schema::can::row_id)) {
            text(to_string(row.row->id));
        } else if (column.type == schema::Type::bigint && column.name == "versionnumber") {
            text(std::to_string(row.versionnumber(responder_.receipt())));
        } else if (const auto* const* stored = std::get_if<const storage::Value*>(&cell.value)) {
            if (*stored != nullptr) plain(storage::plain(**stored));
        }
    }

 private:
    void text(std::string_view value) { out_.assign(value.begin(), value.end()); }

    void plain(const storage::PlainValue& value) {
        if (const auto* held = std::get_if<std::string>(&value)) return text(*held);
        if (const auto* flag = std::get_if<bool>(&value)) return text(*flag ? "true" : "false");
        if (const auto* number = std::get_if<storage::Fraction>(&value)) {
            return text(to_string(*number));
        }
        if (const auto* number = std::get_if<std::int64_t>(&value)) text(std::to_string(*number));
    }

    const Responder& responder_;
    WipedBuffer& out_;
};

http::Response write_raw(const Responder& responder, const messages::RowReply& reply) {
    auto out = responder.started(200);
    add_row_headers(out, responder.context(), reply.masked);
    out.set("Content-Type", "text/plain; charset=utf-8");
    RawWriter raw{responder, out.body};
    for (const auto& cell : reply.row.cells) {
        if (cell.column == reply.property) raw.write(reply.row, cell);
    }
    return out;
}

/// 204 for a lookup that leads nowhere, or to a row of another table than was asked for.
http::Response write_reference(const Responder& responder, const messages::RowReply& reply) {
    const auto& context = responder.context();
    const auto* value = reply.row.row->find(reply.property->id);
    const auto* ref = value == nullptr ? nullptr : std::get_if<storage::RowRef>(value);
    const auto* table = ref == nullptr ? nullptr : schema::table(ref->table);
    const bool wanted = context.references_to == nullptr || context.references_to == table;
    if (table == nullptr || !wanted) return responder.started(204);
    auto out = responder.started(200);
    add_json_content_type(out, context);
    JsonWriter json{out.body, 256};
    json.begin_object();
    responder.write_context(json, {"$ref"});
    json.key("@odata.id");
    json.text(responder.url_of(*table, ref->id));
    json.end_object();
    return out;
}

/// As many as a header should hold; the log's entry says how many there are.
std::string listed_ids(const std::vector<Uuid>& all) {
    constexpr std::size_t most = 16;
    std::string out;
    for (std::size_t i = 0; i < std::min(all.size(), most); ++i) {
        if (i != 0) out += ", ";
        out += to_string(all[i]);
    }
    return all.size() > most ? out + ", ..." : out;
}

}  // namespace

http::Response write_row(const Responder& responder, const messages::RowReply& reply) {
    const auto& context = responder.context();
    const auto& row = reply.row;
    if (context.references) return write_reference(responder, reply);
    if (context.raw_value) return write_raw(responder, reply);
    auto out = responder.started(reply.created ? 201 : 200);
    add_row_headers(out, context, reply.masked);
    add_json_content_type(out, context);
    if (reply.property == nullptr) {
        out.set("ETag", "W/\"", std::to_string(row.versionnumber(responder.receipt())), "\"");
    }
    JsonWriter json{out.body, 2048};
    RowWriter rows{json, context, responder.receipt()};
    json.begin_object();
    if (reply.property == nullptr) {
        const std::string_view part = context.select.empty() ? "" : "(";
        responder.write_context(
            json,
            {row.row->table->set_name, part, context.select, part.empty() ? "" : ")", "/$entity"}
        );
        rows.members(row);
    } else {
        const auto id = to_string(row.row->id);
        responder.write_context(
            json, {row.row->table->set_name, "(", id, ")/", reply.property->wire_name()}
        );
        write_property(json, rows, reply);
    }
    json.end_object();
    return out;
}

http::Response write_no_content(const Responder& responder, const messages::NoContent& reply) {
    const auto& context = responder.context();
    auto out = responder.started(204);
    if (!reply.waiting.empty()) out.set("Rky-Credentials-Waiting", listed_ids(reply.waiting));
    if (!context.names_entity || !reply.id || reply.table == nullptr) return out;
    const auto url = context.key_form.empty() ? responder.url_of(*reply.table, *reply.id)
                                              : responder.service_url() + context.key_form;
    if (reply.created) out.set("Location", url);
    out.set("OData-EntityId", url);
    return out;
}

}  // namespace rookery::odata
