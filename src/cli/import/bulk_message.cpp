#include "cli/import/bulk_message.hpp"

#include "base/secret_json.hpp"
#include "cli/client/odata_literal.hpp"

#include <fmt/format.h>

namespace rookery::cli {
namespace {

void append_member(WipedBuffer& out, std::string_view name, std::string_view value) {
    append_text(out, ",");
    append_json_string(out, name);
    append_text(out, ":");
    append_json_string(out, value);
}

void append_application(WipedBuffer& out, const PlannedRow& row) {
    if (!row.application) return;
    append_member(
        out,
        "msdyn_octwitterapplicationid@odata.bind",
        fmt::format("/msdyn_octwitterapplications({})", to_string(*row.application))
    );
}

}  // namespace

std::string BulkMessage::path() const {
    return fmt::format("{}/Microsoft.Dynamics.CRM.{}", set, name);
}

WipedBuffer BulkMessage::body(std::span<PlannedRow* const> rows) const {
    WipedBuffer out;
    append_text(out, "{\"Targets\":[");
    for (const auto* row : rows) {
        if (row != rows.front()) append_text(out, ",");
        append(out, *row);
    }
    append_text(out, "]}");
    return out;
}

void append_handle(WipedBuffer& out, const PlannedRow& row) {
    const auto& name = row.row.handle;
    append_text(out, "{\"@odata.type\":\"Microsoft.Dynamics.CRM.msdyn_octwitterhandle\"");
    if (row.handle) append_member(out, "msdyn_octwitterhandleid", to_string(*row.handle));
    append_member(out, "msdyn_name", name);
    append_member(out, "msdyn_octwitterscreenname", name.front() == '@' ? name.substr(1) : name);
    append_member(out, "msdyn_octwitteruniquehandleid", row.row.unique_handle_id);
    append_application(out, row);
    append_member(out, "ownerid@odata.bind", row.owner.reference());
    append_text(out, "}");
}

void append_record(WipedBuffer& out, const PlannedRow& row) {
    append_text(out, "{\"@odata.type\":\"Microsoft.Dynamics.CRM.msdyn_octwitterhandlesecret\"");
    if (row.existing) {
        append_member(
            out,
            "@odata.id",
            fmt::format(
                "{}(msdyn_octwitteruniquehandleid={})",
                secret_set,
                odata_literal(row.row.unique_handle_id)
            )
        );
    } else {
        append_member(out, "msdyn_octwitteruniquehandleid", row.row.unique_handle_id);
    }
    append_member(out, "msdyn_name", row.row.handle);
    append_member(
        out,
        "msdyn_octwitterhandleid@odata.bind",
        fmt::format("/{}({})", handle_set, to_string(*row.handle))
    );
    append_application(out, row);
    if (!row.existing || row.existing->owner != row.owner.id) {
        append_member(out, "ownerid@odata.bind", row.owner.reference());
    }
    const auto append_secret = [&](std::string_view name, const SecretBytes& value) {
        if (value.empty()) return;
        value.expose([&](ByteView bytes) { append_member(out, name, text_of(bytes)); });
    };
    append_secret("msdyn_useraccesstoken", row.row.access_token);
    append_secret("msdyn_useraccesstokensecret", row.row.access_token_secret);
    append_text(out, "}");
}

}  // namespace rookery::cli
