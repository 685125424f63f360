#include "cli/client/api_error.hpp"

#include "cli/client/json_members.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace rookery::cli {
namespace {

/// What has no Errc of its own by its Dataverse code goes by its status.
Errc errc_of_status(int status) {
    switch (status) {
        case 401:
            return Errc::unauthenticated;
        case 403:
            return Errc::access_denied;
        case 404:
            return Errc::not_found;
        case 405:
            return Errc::method_not_allowed;
        case 412:
            return Errc::version_mismatch;
        case 413:
            return Errc::too_large;
        case 415:
            return Errc::wrong_content_type;
        case 429:
            return Errc::too_many_requests;
        case 501:
            return Errc::unsupported;
        case 503:
            return Errc::unavailable;
        default:
            return status >= 500 ? Errc::internal : Errc::malformed;
    }
}

/// "prvReadUser" of Dataverse's "Principal user (…), is missing prvReadUser privilege (…) on …".
std::string missing_privilege(std::string_view message) {
    constexpr std::string_view before = " is missing ";
    const auto at = message.find(before);
    if (at == std::string_view::npos) return {};
    const auto name = message.substr(at + before.size());
    const auto end = name.find(" privilege ");
    if (end == std::string_view::npos || name.substr(0, 3) != "prv") return {};
    return std::string{name.substr(0, end)};
}

/// The object `error` of an OData error body; empty when it is none.
nlohmann::json error_object(const ApiReply& reply) {
    const auto document = nlohmann::json::parse(reply.text(), nullptr, false);
    return document.is_object() ? object_member(document, "error") : nlohmann::json::object();
}

/// Codes that several failures share say less than the status: both have to fit.
std::optional<Errc> errc_of_code(std::string_view code, int status) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(Errc::count_); ++i) {
        const auto& row = info(static_cast<Errc>(i));
        if (row.dataverse_code == code && row.http_status == status) return row.code;
    }
    return std::nullopt;
}

}  // namespace

Error error_of(const ApiReply& reply) {
    const auto error = error_object(reply);
    Error out;
    out.code = errc_of_code(text_member(error, "code"), reply.status)
                   .value_or(errc_of_status(reply.status));
    out.message = fmt::format("the server answered {}", reply.status);
    const auto message = error.find("message");
    if (message != error.end() && message->is_string()) out.message = message->get<std::string>();
    out.hint = text_member(error, "@rky.Hint");
    if (const auto privilege = missing_privilege(out.message); !privilege.empty()) {
        // Dataverse's own sentence is for its client libraries: ids, counts and type codes.
        out.message = fmt::format("the token's user lacks the privilege {}", privilege);
        out.hint =
            "an administrator can give the user, or a team of the user, a role that has it: "
            "docs/operations/first-agent.md";
    }
    if (out.code == Errc::unauthenticated) {
        out.hint =
            "if the token has expired, somebody else who may make tokens can make the next one "
            "with `rookery token create --user USER --name NAME --out FILE`; if nobody can, stop "
            "the "
            "server and give that command --data";
    }
    return out;
}

}  // namespace rookery::cli
