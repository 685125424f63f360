#include "cli/import/bulk_message.hpp"

#include "base/secret_json.hpp"

#include <fmt/format.h>

namespace rookery::cli {
namespace {

void append_member(WipedBuffer& out, std::string_view name, std::string_view value) {
    append_text(out, ",");
    append_json_string(out, name);
    append_text(out, ":");
    append_json_string(out, value);
}

void append_version(WipedBuffer& out, std::uint64_t version) {
    append_text(out, fmt::format(",\"versionnumber\":{}", version));
}

void append_type(WipedBuffer& out, std::string_view table) {
    append_text(out, fmt::format("{{\"@odata.type\":\"Microsoft.Dynamics.CRM.{}\"", table));
}

void append_handle_name(WipedBuffer& out, const std::string& name) {
    append_member(out, "msdyn_name", name);
    // One of an @ alone is a name all the same.
    const bool at = name.front() == '@' && name.size() > 1;
    append_member(out, "msdyn_octwitterscreenname", at ? name.substr(1) : name);
}

void append_application(WipedBuffer& out, const WorkRow& row) {
    if (!row.application) return;
    append_member(
        out,
        "msdyn_octwitterapplicationid@odata.bind",
        fmt::format("/msdyn_octwitterapplications({})", to_string(*row.application))
    );
}

void append_owner(WipedBuffer& out, const WorkRow& row) {
    append_member(out, "ownerid@odata.bind", row.plan().owner.reference());
}

void append_binding(WipedBuffer& out, const WorkRow& row) {
    append_member(
        out,
        "msdyn_octwitterhandleid@odata.bind",
        fmt::format("/{}({})", handle_set, to_string(row.handle))
    );
}

void append_tokens(WipedBuffer& out, const WorkRow& row) {
    const auto append = [&](std::string_view name, const SecretBytes& value) {
        if (value.empty()) return;
        value.expose([&](ByteView bytes) { append_member(out, name, text_of(bytes)); });
    };
    append("msdyn_useraccesstoken", row.access_token);
    append("msdyn_useraccesstokensecret", row.access_token_secret);
}

}  // namespace

std::string BulkMessage::path() const {
    return fmt::format("{}/Microsoft.Dynamics.CRM.{}", set, name);
}

WipedBuffer BulkMessage::body(std::span<WorkRow* const> rows) const {
    WipedBuffer out;
    append_text(out, "{\"Targets\":[");
    for (const auto* row : rows) {
        if (row != rows.front()) append_text(out, ",");
        append(out, *row);
    }
    append_text(out, "]}");
    return out;
}

void append_new_handle(WipedBuffer& out, const WorkRow& row, const Uuid* id) {
    append_type(out, "msdyn_octwitterhandle");
    if (id != nullptr) append_member(out, "msdyn_octwitterhandleid", to_string(*id));
    append_handle_name(out, row.row->handle);
    append_member(out, "msdyn_octwitteruniquehandleid", row.row->unique_handle_id);
    append_application(out, row);
    append_owner(out, row);
    append_text(out, "}");
}

void append_new_handle(WipedBuffer& out, const WorkRow& row) {
    append_new_handle(out, row, &row.handle);
}

void append_new_record(WipedBuffer& out, const WorkRow& row) {
    append_type(out, "msdyn_octwitterhandlesecret");
    append_member(out, "msdyn_octwitterhandlesecretid", to_string(row.new_record));
    append_member(out, "msdyn_octwitteruniquehandleid", row.row->unique_handle_id);
    append_member(out, "msdyn_name", row.row->handle);
    append_binding(out, row);
    append_application(out, row);
    append_owner(out, row);
    append_tokens(out, row);
    append_text(out, "}");
}

void append_changed_handle(WipedBuffer& out, const WorkRow& row) {
    const auto& changes = row.plan().handle;
    append_type(out, "msdyn_octwitterhandle");
    append_member(out, "msdyn_octwitterhandleid", to_string(row.handle));
    append_version(out, row.plan().handle_version);
    if (changes.name) append_handle_name(out, row.row->handle);
    if (changes.application) append_application(out, row);
    if (changes.owner) append_owner(out, row);
    append_text(out, "}");
}

void append_changed_record(WipedBuffer& out, const WorkRow& row) {
    const auto& changes = row.plan().record;
    append_type(out, "msdyn_octwitterhandlesecret");
    append_member(out, "msdyn_octwitterhandlesecretid", to_string(*row.plan().record_id));
    append_version(out, row.plan().record_version);
    if (changes.name) append_member(out, "msdyn_name", row.row->handle);
    if (changes.handle) append_binding(out, row);
    if (changes.application) append_application(out, row);
    if (changes.owner) append_owner(out, row);
    append_tokens(out, row);
    append_text(out, "}");
}

}  // namespace rookery::cli
