#include "cli/client/list_rows.hpp"

#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/patient_request.hpp"

#include <nlohmann/json.hpp>

#include <string_view>
#include <utility>

namespace rookery::cli {
namespace {

/// Below the server: it may know itself by another name than we do.
Result<std::string> path_of_link(const std::string& link) {
    const auto host = link.find("://");
    const auto path = host == std::string::npos ? std::string::npos : link.find('/', host + 3);
    if (path == std::string::npos) return unexpected_answer();
    return link.substr(path);
}

}  // namespace

Result<void> list_rows(
    ApiClient& client, std::string path, Annotations annotations,
    const std::function<Result<void>(const nlohmann::json& row)>& use
) {
    const std::string paged = "odata.maxpagesize=5000";
    const std::string annotated =
        ",odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\"";
    const std::vector<http::Header> preferences{
        {"Prefer", annotations == Annotations::none ? paged : paged + annotated}};
    for (;;) {
        ROOKERY_TRY(
            const auto reply, patient_request(client, Patience::busy, "GET", path, {}, preferences)
        );
        ROOKERY_TRY(const auto page, object_of(reply));
        for (const auto& row : list_member(page, "value")) {
            if (!row.is_object()) return unexpected_answer();
            ROOKERY_CHECK(use(row));
        }
        const auto link = text_member(page, "@odata.nextLink");
        if (link.empty()) return {};
        ROOKERY_TRY(auto next, path_of_link(link));
        // One that leads nowhere else would be asked for for ever.
        if (next == path) return unexpected_answer();
        path = std::move(next);
    }
}

}  // namespace rookery::cli
