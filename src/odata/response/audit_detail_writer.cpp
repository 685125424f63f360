#include "odata/response/audit_detail_writer.hpp"

#include "odata/request/depth_words.hpp"
#include "odata/request/sharing.hpp"
#include "schema/known_tables.hpp"

#include <charconv>
#include <string>
#include <variant>
#include <vector>

namespace rookery::odata {
namespace {

using messages::LoggedValue;

void write_type(JsonWriter& json, std::string_view name) {
    json.key("@odata.type");
    json.begin_text();
    json.piece("#Microsoft.Dynamics.CRM.");
    json.piece(name);
    json.end_text();
}

/// The log has a negative number as a text.
void write_number(JsonWriter& json, const std::string& text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size()) return json.number(number);
    json.text(text);
}

void write_value(JsonWriter& json, const LoggedValue& value) {
    const auto shape = value.column->shape();
    if (const auto* number = std::get_if<std::uint64_t>(&value.value)) {
        if (shape == schema::Shape::flag) return json.boolean(*number != 0);
        return json.number(*number);
    }
    const auto* text = std::get_if<std::string>(&value.value);
    if (text == nullptr) return json.null();
    if (shape == schema::Shape::number) return write_number(json, *text);
    // dataverse: what is cut ends so.
    json.text(value.cut ? *text + "\u2026" : *text);
}

void write_entity(
    JsonWriter& json, std::string_view name, const schema::Table& table,
    const std::vector<LoggedValue>& values
) {
    json.key(name);
    json.begin_object();
    write_type(json, table.name);
    for (const auto& one : values) {
        json.key(one.column->wire_name());
        write_value(json, one);
    }
    json.end_object();
}

struct WriteDetail {
    JsonWriter& json;

    void operator()(std::monostate) const { write_type(json, "AuditDetail"); }

    void operator()(const messages::AttributeDetail& detail) const {
        write_type(json, "AttributeAuditDetail");
        json.key("InvalidNewValueAttributes");
        json.begin_array();
        for (const auto* column : detail.unknown) json.text(column->name);
        json.end_array();
        json.key("LocLabelLanguageCode");
        json.number(std::int64_t{0});
        json.key("DeletedAttributes");
        json.ready(R"({"Count":0,"IsReadOnly":false,"Keys":[],"Values":[]})");
        write_entity(json, "OldValue", *detail.table, detail.before);
        write_entity(json, "NewValue", *detail.table, detail.after);
    }

    void operator()(const messages::RelationshipDetail& detail) const {
        write_type(json, "RelationshipAuditDetail");
        json.key("RelationshipName");
        json.text(detail.relationship);
        json.key("TargetRecords");
        json.begin_array();
        const auto* table = schema::table(detail.target.table);
        json.begin_object();
        write_type(json, table->name);
        json.key(table->primary_id);
        json.uuid(detail.target.id);
        json.end_object();
        json.end_array();
    }

    void operator()(const messages::ShareDetail& detail) const {
        write_type(json, "ShareAuditDetail");
        const bool team = detail.with.kind == access::PrincipalKind::team;
        const auto& table = team ? schema::known::team : schema::known::systemuser;
        json.key("Principal");
        json.begin_object();
        write_type(json, table.name);
        json.key(table.primary_id);
        json.uuid(detail.with.id);
        json.key("ownerid");
        json.uuid(detail.with.id);
        json.end_object();
        json.key("OldPrivileges");
        json.text(text_of_access_rights(detail.before));
        json.key("NewPrivileges");
        json.text(text_of_access_rights(detail.after));
    }

    void operator()(const messages::PrivilegeDetail& detail) const {
        write_type(json, "RolePrivilegeAuditDetail");
        held("OldRolePrivileges", detail, detail.before);
        held("NewRolePrivileges", detail, detail.after);
        json.key("InvalidNewPrivileges");
        json.begin_array();
        json.end_array();
    }

    void held(
        std::string_view name, const messages::PrivilegeDetail& detail,
        const std::optional<schema::Depth>& depth
    ) const {
        json.key(name);
        json.begin_array();
        if (depth) {
            json.begin_object();
            json.key("Depth");
            json.text(depth_word(*depth));
            json.key("PrivilegeId");
            json.uuid(schema::privilege_id(*detail.privilege));
            json.key("BusinessUnitId");
            json.uuid(detail.unit);
            json.key("PrivilegeName");
            json.text(detail.privilege->name);
            json.end_object();
        }
        json.end_array();
    }
};

}  // namespace

void write_audit_detail(JsonWriter& json, const messages::AuditDetail& detail) {
    json.begin_object();
    std::visit(WriteDetail{json}, detail);
    json.end_object();
}

void write_history(JsonWriter& json, const messages::HistoryReply& reply) {
    json.key("AuditDetailCollection");
    json.begin_object();
    json.key("MoreRecords");
    json.boolean(reply.more);
    json.key("PagingCookie");
    json.text(reply.cookie);
    json.key("TotalRecordCount");
    json.number(reply.total ? static_cast<std::int64_t>(*reply.total) : std::int64_t{-1});
    json.key("AuditDetails");
    json.begin_array();
    for (const auto& one : reply.details) write_audit_detail(json, one);
    json.end_array();
    json.end_object();
}

}  // namespace rookery::odata
