// RetrieveSharedPrincipalsAndAccess: with whom a row is shared, and what for.
#include "odata/operations/operation.hpp"
#include "odata/request/raw_parameters.hpp"
#include "odata/request/sharing.hpp"

#include <string>
#include <utility>

namespace rookery::odata::operations::retrieve_shared_principals_and_access {
namespace {

constexpr Parameter parameters[] = {{"Target", "@p1", "crmbaseentity"}};

Result<messages::Message> read(Call& call) {
    const auto function = call.function();
    ROOKERY_TRY(
        const auto given, read_raw_parameters(function, call.arguments, call.request.options())
    );
    const auto found = given.find("Target");
    if (found == given.end()) return wrong_parameter(function, "Target");
    ROOKERY_TRY(auto target, target_of(found->second, call.request.origin()));
    if (!target) return wrong_parameter(function, "Target");
    messages::RetrieveSharedPrincipalsAndAccess out;
    out.target = std::move(*target);
    return messages::Message{std::move(out)};
}

/// Of the principal Dataverse tells type and id.
void write(JsonWriter& json, const messages::SharedPrincipalsReply& reply) {
    json.key("PrincipalAccesses");
    json.begin_array();
    for (const auto& one : reply.principals) {
        const bool team = one.with.kind == access::PrincipalKind::team;
        json.begin_object();
        json.key("AccessMask");
        json.text(text_of_access_rights(one.rights));
        json.key("Principal");
        json.begin_object();
        json.key("@odata.type");
        json.text(team ? "#Microsoft.Dynamics.CRM.team" : "#Microsoft.Dynamics.CRM.systemuser");
        json.key("ownerid");
        json.text(to_string(one.with.id));
        json.end_object();
        json.end_object();
    }
    json.end_array();
}

constexpr metadata::Field gives[] = {{"PrincipalAccesses", "Collection(PrincipalAccess)"}};

constexpr Operation operation{
    .name = "RetrieveSharedPrincipalsAndAccess",
    .kind = OperationKind::function,
    .parameters = parameters,
    .gives = gives,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::retrieve_shared_principals_and_access
