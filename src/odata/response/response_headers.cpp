#include "odata/response/response_headers.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace rookery::odata {

void add_common_headers(http::Response& out, const RenderContext& context) {
    out.header_lines.reserve(512);
    out.set("OData-Version", "4.0");
    const auto id = text_of(context.request_id);
    const std::string_view id_text{id.data(), id.size()};
    out.set("REQ_ID", id_text);
    out.set("x-ms-service-request-id", id_text);
    if (!context.client_request_id.empty()) {
        out.set("x-ms-client-request-id", context.client_request_id);
    }
    if (!context.correlation_id.empty()) out.set("x-ms-correlation-id", context.correlation_id);
    // A vault's answers belong in no cache, whatever they hold.
    out.set("Cache-Control", "no-cache, no-store");
}

void add_json_content_type(http::Response& out, const RenderContext& context) {
    std::string_view level = "minimal";
    if (context.metadata == MetadataLevel::full) level = "full";
    if (context.metadata == MetadataLevel::none) level = "none";
    const std::string_view numbers = context.int64_as_text ? "; IEEE754Compatible=true" : "";
    out.set("Content-Type", "application/json; odata.metadata=", level, numbers);
}

void add_row_headers(
    http::Response& out, const RenderContext& context,
    const std::vector<messages::MaskedColumn>& masked
) {
    if (!context.preference_applied.empty()) {
        out.set("Preference-Applied", context.preference_applied);
    }
    using messages::MaskReason;
    constexpr std::pair<MaskReason, std::string_view> reasons[] = {
        {MaskReason::not_asked, "; add UnMaskedData=true"},
        {MaskReason::one_record, "; GET one record with UnMaskedData=true"},
        {MaskReason::no_permission, "; no unmask permission"},
        {MaskReason::unconfirmed, "; the credential waits for rky_ConfirmCredential"},
        {MaskReason::inactive, "; inactive record"},
    };
    for (const auto& [reason, text] : reasons) {
        std::string note;
        for (const auto& one : masked) {
            if (one.reason != reason) continue;
            if (!note.empty()) note += ", ";
            note += one.column->name;
        }
        if (!note.empty()) out.set("Rky-Masked", note, text);
    }
}

}  // namespace rookery::odata
