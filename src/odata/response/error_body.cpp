#include "odata/response/error_body.hpp"

#include "odata/json/json_writer.hpp"
#include "odata/response/response_headers.hpp"

namespace rookery::odata {
namespace {

/// What an operator reads in the log and a caller has no use for.
bool operators_own(Errc code) { return code >= Errc::usage && code <= Errc::internal; }

/// What is refused for the state that a thing is in: whoever is told has been let that far, and what to do instead names
/// nothing that he could not know.
bool tells_hint(Errc code) {
    return code == Errc::restricted || code == Errc::bad_state || code == Errc::restore_key_taken ||
           code == Errc::restore_parent_gone || code == Errc::rule_in_use;
}

void add_challenge(http::Response& out, const RenderContext& context) {
    const auto origin = context.origin.links();
    // Client libraries read this unquoted form to find the authority ("Use OAuth authentication").
    out.set(
        "WWW-Authenticate",
        "Bearer authorization_uri=",
        origin,
        "/oauth2/authorize, resource_id=",
        origin,
        "/"
    );
}

}  // namespace

http::Response render_error(const RenderContext& context, const Error& error) {
    const auto& row = info(error.code);
    http::Response out;
    out.status = row.http_status;
    add_common_headers(out, context);
    // Errors are minimal JSON whatever the request accepts.
    out.set("Content-Type", "application/json; odata.metadata=minimal");
    if (row.http_status == 401) add_challenge(out, context);
    if (row.http_status == 405) {
        out.set("Allow", context.allow.empty() ? "GET, PATCH" : context.allow);
    }
    if (row.http_status == 503 || row.http_status == 429) {
        out.set("Retry-After", std::to_string(context.retry_after.count()));
    }

    std::string_view message = error.message;
    if (operators_own(error.code)) message = "An unexpected error occurred.";
    JsonWriter json{out.body, message.size() + 64};
    json.begin_object();
    json.key("error");
    json.begin_object();
    json.key("code");
    json.text(row.dataverse_code);
    json.key("message");
    json.text(message);
    if (tells_hint(error.code) && !error.hint.empty()) {
        json.key("@rky.Hint");
        json.text(error.hint);
    }
    json.end_object();
    json.end_object();
    return out;
}

}  // namespace rookery::odata
