// RetrieveCurrentOrganization: which organization this is, and where it is reached.
#include "base/https_url.hpp"
#include "odata/json/json_members.hpp"
#include "odata/operations/interface_version.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/raw_parameters.hpp"

#include <algorithm>
#include <string>

namespace rookery::odata::operations::retrieve_current_organization {
namespace {

constexpr Parameter parameters[] = {{"AccessType", "@p1", "EndpointAccessType"}};

/// There is one way in, whichever is asked for.
constexpr std::string_view access_types[] = {"Default", "Internet", "Intranet"};

Result<messages::Message> read(Call& call) {
    const auto function = call.function();
    ROOKERY_TRY(
        const auto given, read_raw_parameters(function, call.arguments, call.request.options())
    );
    const auto found = given.find("AccessType");
    const auto type =
        found == given.end() ? std::nullopt : member_of(found->second, "EndpointAccessType");
    if (!type || std::ranges::find(access_types, *type) == std::end(access_types)) {
        return wrong_parameter(function, "AccessType");
    }
    return messages::Message{messages::RetrieveCurrentOrganization{}};
}

http::Response write(const Responder& responder, const messages::CurrentOrganizationReply& reply) {
    const auto links = responder.context().origin.links();
    return responder.result("RetrieveCurrentOrganization", [&](JsonWriter& json) {
        json.key("Detail");
        json.begin_object();
        json.key("OrganizationId");
        json.uuid(reply.organization);
        text_or_null(json, "FriendlyName", reply.name);
        text_or_null(json, "OrganizationVersion", interface_version);
        json.key("EnvironmentId");
        json.uuid(reply.organization);
        // A vault is in no data centre of the vendor's and of none of its tenants.
        for (const auto* absent : {"DatacenterId", "Geo", "TenantId"}) {
            json.key(absent);
            json.null();
        }
        const auto url = parse_https_url(links);
        text_or_null(json, "UrlName", url ? url->host() : std::string_view{});
        text_or_null(json, "UniqueName", reply.name);
        json.key("Endpoints");
        json.begin_object();
        json.key("Count");
        json.number(std::uint64_t{1});
        json.key("IsReadOnly");
        json.boolean(false);
        json.key("Keys");
        json.begin_array();
        json.text("WebApplication");
        json.end_array();
        json.key("Values");
        json.begin_array();
        json.text(std::string{links} + "/");
        json.end_array();
        json.end_object();
        json.key("State");
        json.text("Enabled");
        json.end_object();
    });
}

constexpr metadata::Field gives[] = {{"Detail", "OrganizationDetail"}};

constexpr Operation operation{
    .name = "RetrieveCurrentOrganization",
    .kind = OperationKind::function,
    .parameters = parameters,
    .gives = gives,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::retrieve_current_organization
